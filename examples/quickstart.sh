#!/usr/bin/env bash
# Builds the quickstart and runs it: two resources acquired, awaited, used and released, against the service played
# locally, or against the real one (examples/quickstart.cpp says how).
#
# As root on Debian 12 it installs what is missing; elsewhere it names it.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$top/cmake/packages.sh" build
echo "building (a few minutes the first time) …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
build() {
    cmake -S "$top" -B "$top/build/quickstart" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DVIDEOSDK_BUILD_TESTS=OFF -DVIDEOSDK_BUILD_BENCH=OFF -DVIDEOSDK_BUILD_PROGRAM=OFF \
        -DVIDEOSDK_WARNINGS_AS_ERRORS=OFF &&
        cmake --build "$top/build/quickstart" --target quickstart
}
if ! build >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    exit 1
fi
"$top/build/quickstart/examples/quickstart"
