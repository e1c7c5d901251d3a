#!/usr/bin/env bash
# Builds everything and runs every test, with both compilers and all sanitizers: test/run.sh [--long].
#
# As root on Debian 12 it installs what is missing; elsewhere it names it. The last lines are CTest's, over all trees:
#   asan        g++, AddressSanitizer and UndefinedBehaviorSanitizer: every test but those of the benchmarks' programs
#   asan-clang  clang, the same: every test but those that look at sources only (label `sources`)
#   tsan        clang, ThreadSanitizer: the tests labelled `threads`
#   release     g++, optimised: the tests labelled `counts`, which count system calls, allocations and instructions
#   fuzz        clang, libFuzzer with the sanitizers: the tests labelled `fuzz`, 20 s each or VIDEOSDK_FUZZ_SECONDS
# --long adds the tests labelled `long`. With CI set, a test that would be skipped fails.
set -euo pipefail

long=0
case ${1:-} in
'') ;;
--long) long=1 ;;
*)
    echo "usage: test/run.sh [--long]" >&2
    exit 2
    ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD
jobs=$(nproc)
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS="halt_on_error=1 suppressions=$top/test/tsan-suppressions.txt"
started=$SECONDS

# step "what" command…: runs it with its output in a log, which is shown when it fails.
step() {
    local what=$1 begun=$SECONDS log
    shift
    mkdir -p build
    log=build/last-step.log
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        echo "failed: $what" >&2
        exit 1
    fi
    printf '%5d s  %s (%d s)\n' $((SECONDS - started)) "$what" $((SECONDS - begun))
}

configure() {
    # A failed configuration leaves a cache behind that can hide what is there now: begin again.
    cmake --preset "$1" || { rm -rf "build/$1" && cmake --preset "$1"; }
}

# Only what the tests with one label run.
build_labelled() {
    local files
    files=$(cmake -D "TREE=$top/build/$1" -D "LABEL=$2" -P test/tools/tests.cmake |
        grep -Fxf <(ninja -C "build/$1" -t targets all | sed -n 's/^\([^:]*\):.*/\1/p') | sort -u || true)
    if [[ -n $files ]]; then
        xargs -d '\n' ninja -C "build/$1" -j "$jobs" <<<"$files"
    fi
}

list_tests() {
    cmake -D "OUT=$top/build/all" -D "LONG=$long" -D "STRICT=$([[ -n ${CI:-} ]] && echo 1 || echo 0)" \
        -D "TREES=asan:$top/build/asan:;asan-clang:$top/build/asan-clang::-sources;tsan:$top/build/tsan:threads;release:$top/build/release:counts;fuzz:$top/build/fuzz:fuzz" \
        -P test/tools/tests.cmake
}

step "packages" cmake/packages.sh test
for tree in asan asan-clang tsan release fuzz; do
    step "$tree: configured" configure "$tree"
done
step "asan: built" ninja -C build/asan -j "$jobs"
step "asan-clang: built" ninja -C build/asan-clang -j "$jobs"
step "tsan: built" build_labelled tsan threads
step "release: built" build_labelled release counts
step "fuzz: built" build_labelled fuzz fuzz
step "tests listed" list_tests

ctest --test-dir build/all -j "$jobs" --timeout 600 --no-tests=error --output-on-failure
