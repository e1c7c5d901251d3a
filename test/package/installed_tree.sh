# For consume.sh: lays an installed tree down in $prefix and looks at it. Uses its variables and quietly().

wrong() {
    echo "$*"
    exit 1
}

# install_and_move build-folder: to another place than it was installed in, since the packages must be relocatable.
install_and_move() {
    local file
    quietly cmake --install "$1" --prefix "$work/elsewhere"
    mv "$work/elsewhere" "$prefix"
    for file in include/videosdk/build_config.hpp share/doc/videosdk/LICENSE; do
        [[ -f $prefix/$file ]] || wrong "not installed: $file"
    done
    # The headers of the tree, which test/headers compiles alone, and the one that CMake writes.
    local left_out=(-x build_config.hpp)
    if ! compgen -G "$prefix/lib*/libvideosdk_redis.*" >/dev/null; then
        left_out+=(-x 'redis_*.hpp') # those of a component that is not there
    fi
    diff -r "${left_out[@]}" "$top/include/videosdk" "$prefix/include/videosdk" ||
        wrong "other headers are installed than the tree has"
    if grep -rIFl -e "$build" -e "$top" -e "$work" "$prefix"; then
        wrong "these name a folder of the build"
    fi
    find "$prefix" -type f \( -name '*.so*' -o -path '*/bin/*' \) -print0 | while IFS= read -r -d '' file; do
        ! readelf -d "$file" | grep -E '\((RPATH|RUNPATH)\)' || wrong "$file carries a path for libraries"
    done
}

# Only the library's own names are shown, and the data of Asio that must be one in the whole program (videosdk.map):
# nothing else of Asio, the standard library or another namespace.
shows_only() {
    local library=$1 pattern=$2 strangers
    local shared='boost::asio::(detail::keyword_tss_ptr<.*>::value_|(ssl::)?error::get_[a-z]*_category\(\)::instance)$'
    strangers=$(nm --dynamic --demangle --defined-only --format=just-symbols "$library" |
        grep -vE "^((vtable|VTT|typeinfo|typeinfo name|guard variable) for )?$pattern|^$shared" || true)
    # The program's thread must find the library's io_context, and the other way round.
    [[ $(nm --dynamic --demangle --defined-only "$library") == *keyword_tss_ptr\<*thread_context*\>::value_* ]] ||
        wrong "$library keeps to itself what its threads work on"
    [[ -z $strangers ]] || wrong "$strangers"$'\n'"$library exports names that are not its own"
    echo "$library exports $(nm --dynamic --defined-only "$library" | wc -l) names"
}

# needs_of_ours library soname: what a program that was linked to it asks the loader for.
needs_of_ours() {
    local soname
    soname=$(objdump -p "$1" | awk '$1 == "SONAME" { print $2 }')
    [[ $soname == "$2" ]] || wrong "$1 has the soname $soname, not $2"
    [[ -e $(dirname "$1")/$soname ]] || wrong "$soname is not installed"
}

names_in() {
    (cd "$1" && find . ! -type d | sort)
}

# splits_by_component build-folder: the components together are the whole; only the licence is in both.
splits_by_component() {
    local component both
    for component in runtime development; do
        quietly cmake --install "$1" --prefix "$work/$component" --component "videosdk_$component"
    done
    diff <(names_in "$prefix") <({ names_in "$work/runtime" && names_in "$work/development"; } | sort -u) ||
        wrong "the components are not the whole"
    both=$(comm -12 <(names_in "$work/runtime") <(names_in "$work/development"))
    [[ $both == ./share/doc/videosdk/LICENSE ]] || wrong "in both components: $both"
    # No header, and no link that only a linker follows, where programs just run.
    both=$(names_in "$work/runtime" | grep -vE '/lib[a-z_]+\.so\.[0-9.]+$|/LICENSE$' || true)
    [[ -z $both ]] || wrong "not for running programs: $both"
}

# Of a build without debug information and sanitizers, which keep such names on purpose.
names_no_build_folder_in_binaries() {
    ! grep -rFl -e "$build" -e "$top" -e "$work" "$prefix" || wrong "these name a folder of the build"
}

headers_compile_alone() {
    local header
    for header in "$prefix"/include/videosdk/*.hpp; do
        quietly "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Werror "-I$prefix/include" -include "$header" \
            -x c++ /dev/null
    done
}
