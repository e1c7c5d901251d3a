#!/usr/bin/env bash
# Builds and runs a project that uses the library, in one of the ways that users do:
# consume.sh how work-folder build-folder reused|anew compiler [flag…].
#   installed     against what `cmake --install build-folder` lays down, by find_package and by pkg-config
#   bare          the same without hiredis: the component redis is nowhere, and who asks for it is told so
#   shared        the same against shared libraries, made and installed for this; looks at what they export
#   subdirectory  with the tree as a subdirectory
#   fetched       with an archive of the tree, by FetchContent
# reused: all but `installed` link the objects in the build folder. anew: they compile the library, which takes minutes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
how=$1 work=$2 build=$3 objects=$4 compiler=$5
shift 5
flags=$*
prefix=$work/prefix

rm -rf "$work"
mkdir -p "$work"
. "$here/installed_tree.sh"

quietly() {
    "$@" >"$work/log" 2>&1 || {
        cat "$work/log"
        echo "failed: $*"
        exit 1
    }
}

# configure source folder [cmake argument…]
configure() {
    local source=$1 folder=$2
    shift 2
    if [[ $objects == reused ]]; then
        set -- -D "VIDEOSDK_OBJECTS=$build" "$@"
    fi
    quietly cmake -S "$source" -B "$folder" -G Ninja --no-warn-unused-cli -D "CMAKE_CXX_COMPILER=$compiler" \
        -D "CMAKE_CXX_FLAGS=$flags" "$@"
}

without_redis=(-D VIDEOSDK_REDIS=OFF)
# configure_anew [cmake argument…]: the tree, without hiredis, and without the objects of another.
configure_anew() {
    local objects=anew
    configure "$top" "$work/anew" "${without_redis[@]}" "$@"
}

# consume project [cmake argument…]
consume() {
    local project=$1
    shift
    configure "$here/$project" "$work/consumer" "$@"
    quietly cmake --build "$work/consumer"
    "$work/consumer/consumer"
    if [[ -x $work/consumer/redis_consumer ]]; then
        "$work/consumer/redis_consumer" >/dev/null
    fi
}

# consume_by_pkg_config [--static]: no CMake at all.
consume_by_pkg_config() {
    consume_package videosdk-emulator consumer.cpp "$@"
    if [[ -f $(echo "$prefix"/lib*/pkgconfig/videosdk-redis.pc) ]]; then
        consume_package videosdk-redis redis_consumer.cpp "$@" >/dev/null
    fi
}

# consume_package package source [--static]
consume_package() {
    local package=$1 source=$2 arguments
    shift 2
    read -ra arguments < <(PKG_CONFIG_PATH=$(echo "$prefix"/lib*/pkgconfig) pkg-config "$@" --cflags --libs "$package")
    # The flags are meant to be words.
    # shellcheck disable=SC2086
    quietly "$compiler" $flags -std=c++20 -o "$work/by_pkg_config" "$here/$source" "${arguments[@]}" \
        "-Wl,-rpath,$prefix/lib"
    "$work/by_pkg_config"
}

case $how in
installed)
    install_and_move "$build"
    consume installed -D "CMAKE_PREFIX_PATH=$prefix" -D CMAKE_CXX_STANDARD=20
    consume_by_pkg_config --static
    ;;
bare)
    # The whole tree with its tests; it is looked at, and not built.
    configure_anew -D VIDEOSDK_BUILD_TESTS=ON
    ! grep -oE 'hiredis|[^ ]*src/redis/[^ ]*|[^ ]*(unit|system)_redis' "$work/anew/build.ninja" || wrong "these need hiredis"
    grep -q 'unit_webhook' "$work/anew/build.ninja" || wrong "there are no tests"
    configure "$top" "$work/library" "${without_redis[@]}" -D VIDEOSDK_BUILD_TESTS=OFF -D VIDEOSDK_BUILD_EXAMPLES=OFF \
        -D VIDEOSDK_BUILD_BENCH=OFF -D VIDEOSDK_BUILD_PROGRAM=OFF
    quietly cmake --build "$work/library"
    install_and_move "$work/library"
    ! find "$prefix" -iname '*redis*' | grep . || wrong "these are of the component redis"
    ! grep -rilE 'hiredis|videosdk_redis' "$prefix"/lib*/pkgconfig "$prefix"/lib*/cmake/videosdk/videosdk-targets*.cmake ||
        wrong "these name it"
    consume installed -D "CMAKE_PREFIX_PATH=$prefix" -D CMAKE_CXX_STANDARD=20
    [[ ! -e $work/consumer/redis_consumer ]] || wrong "a component was found that is not there"
    ! cmake -S "$here/asks_for_redis" -B "$work/asking" -G Ninja -D "CMAKE_CXX_COMPILER=$compiler" \
        -D "CMAKE_PREFIX_PATH=$prefix" >"$work/log" 2>&1 || wrong "what was left out is found"
    # CMake breaks the lines of what it says.
    tr -s ' \n' '  ' <"$work/log" | grep -qF 'was built without its component redis, which needs hiredis' ||
        { cat "$work/log"; wrong "it is not said why"; }
    ;;
shared)
    configure "$top" "$work/library" -D BUILD_SHARED_LIBS=ON -D VIDEOSDK_BUILD_TESTS=OFF \
        -D VIDEOSDK_BUILD_EXAMPLES=OFF -D VIDEOSDK_BUILD_BENCH=OFF -D VIDEOSDK_BUILD_PROGRAM=OFF
    quietly cmake --build "$work/library"
    install_and_move "$work/library"
    shows_only "$prefix"/lib*/libvideosdk.so 'videosdk::v0::'
    shows_only "$prefix"/lib*/libvideosdk_emulator.so 'videosdk::v0::emulator::'
    if compgen -G "$prefix/lib*/libvideosdk_redis.so" >/dev/null; then
        shows_only "$prefix"/lib*/libvideosdk_redis.so \
            'videosdk::v0::(redis_|(operator<<|to_string|to_prometheus)(\[abi:cxx11\])?\(.*redis_)'
        needs_of_ours "$prefix"/lib*/libvideosdk_redis.so libvideosdk_redis.so.0.1
    fi
    needs_of_ours "$prefix"/lib*/libvideosdk.so libvideosdk.so.0.1
    needs_of_ours "$prefix"/lib*/libvideosdk_emulator.so libvideosdk_emulator.so.0.1
    splits_by_component "$work/library"
    consume installed -D "CMAKE_PREFIX_PATH=$prefix" -D "CMAKE_BUILD_RPATH=$prefix/lib" -D CMAKE_CXX_STANDARD=23
    consume_by_pkg_config
    if [[ $objects == anew ]]; then
        names_no_build_folder_in_binaries
        headers_compile_alone
        compiler=clang++-19
        rm -rf "$work/consumer"
        consume installed -D "CMAKE_PREFIX_PATH=$prefix" -D "CMAKE_BUILD_RPATH=$prefix/lib" -D CMAKE_CXX_STANDARD=23
    fi
    ;;
subdirectory)
    consume subdirectory -D "VIDEOSDK_SOURCE=$top"
    ;;
fetched)
    cd "$top"
    . test/tools/files.sh
    files_of | tar --null -czf "$work/videosdk.tar.gz" --transform 's,^\(\./\)\?,videosdk/,' -T -
    consume fetched -D "VIDEOSDK_ARCHIVE=file://$work/videosdk.tar.gz"
    ;;
*)
    echo "no such way: $how" >&2
    exit 2
    ;;
esac
