#!/usr/bin/env bash
# clang-tidy has nothing to say about the library's sources: tidy.sh build-folder (with compile_commands.json).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tools/files.sh

build=$1
files_of cpp | grep -z '^\(\./\)\?src/' |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p "$build" --quiet --warnings-as-errors='*' \
        --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument
