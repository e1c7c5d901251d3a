#!/usr/bin/env bash
# Builds and runs the consumer project beside this script: consume.sh how work-folder build-folder compiler [flag…].
#   installed     against what `cmake --install build-folder` lays down
#   shared        against shared libraries, built and installed for this; looks at what they export
#   subdirectory  with the tree as a subdirectory
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$here/../..
how=$1 work=$2 build=$3 compiler=$4
shift 4
flags=$*

rm -rf "$work/prefix" "$work/consumer"
mkdir -p "$work"

quietly() {
    "$@" >"$work/log" 2>&1 || {
        cat "$work/log"
        echo "failed: $*"
        exit 1
    }
}

# consume [cmake argument…]
consume() {
    quietly cmake -S "$here/consumer" -B "$work/consumer" -G Ninja -D "CMAKE_CXX_COMPILER=$compiler" \
        -D "CMAKE_CXX_FLAGS=$flags" "$@"
    quietly cmake --build "$work/consumer"
    "$work/consumer/consumer"
}

# Only the library's own names are shown: nothing of Asio, the standard library or another namespace.
exports_only() {
    local library=$1 pattern=$2 strangers
    strangers=$(nm --dynamic --demangle --defined-only --format=just-symbols "$library" |
        grep -vE "^((vtable|VTT|typeinfo|typeinfo name|guard variable) for )?$pattern" || true)
    if [[ -n $strangers ]]; then
        printf '%s\n' "$strangers"
        echo "$library exports names that are not its own"
        exit 1
    fi
    echo "$library exports $(nm --dynamic --defined-only "$library" | wc -l) names"
}

case $how in
installed)
    quietly cmake --install "$build" --prefix "$work/prefix"
    for file in include/videosdk/videosdk.hpp include/videosdk/build_config.hpp share/doc/videosdk/LICENSE; do
        [[ -f $work/prefix/$file ]] || { echo "not installed: $file" && exit 1; }
    done
    consume -D "CMAKE_PREFIX_PATH=$work/prefix"
    ;;
shared)
    # CMake's own install prefix is not used: the package must be relocatable.
    quietly cmake -S "$top" -B "$work/library" -G Ninja -D "CMAKE_CXX_COMPILER=$compiler" -D "CMAKE_CXX_FLAGS=$flags" \
        -D BUILD_SHARED_LIBS=ON -D VIDEOSDK_BUILD_TESTS=OFF -D VIDEOSDK_BUILD_EXAMPLES=OFF \
        -D VIDEOSDK_BUILD_BENCH=OFF -D VIDEOSDK_BUILD_PROGRAM=OFF
    quietly cmake --build "$work/library"
    quietly cmake --install "$work/library" --prefix "$work/elsewhere"
    mv "$work/elsewhere" "$work/prefix"
    exports_only "$work"/prefix/lib*/libvideosdk.so 'videosdk::v0::'
    exports_only "$work"/prefix/lib*/libvideosdk_emulator.so 'videosdk::v0::emulator::'
    consume -D "CMAKE_PREFIX_PATH=$work/prefix" -D "CMAKE_BUILD_RPATH=$work/prefix/lib"
    ;;
subdirectory)
    consume -D "VIDEOSDK_SOURCE=$top"
    ;;
*)
    echo "no such way: $how" >&2
    exit 2
    ;;
esac
