#!/usr/bin/env bash
# clang-tidy has nothing to say about the library's sources: tidy.sh folder (where it may configure a tree of its own,
# which compiles each source by itself).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tools/files.sh

build=$1
cmake --preset release-clang -B "$build" >"$build.log" 2>&1 || {
    cat "$build.log"
    exit 1
}
files_of cpp | grep -z '^\(\./\)\?src/' |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p "$build" --quiet --warnings-as-errors='*' \
        --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument
