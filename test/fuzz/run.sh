#!/usr/bin/env bash
# One fuzz target: every regression and seed once, then new inputs for a while. run.sh <program> <target> <folder>
#
# VIDEOSDK_FUZZ_SECONDS says how long, 20 if it is not set. Without it the run begins anew, with the same random
# numbers each time; with it, numbers are new each time, and what earlier such runs found stays in <folder>/found.
# An input that crashes is left in <folder>.
set -euo pipefail

program=$1 target=$2 folder=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${VIDEOSDK_FUZZ_SECONDS:-}
found=$folder/found
options=(-timeout=10 -rss_limit_mb=2048 -print_final_stats=1 "-artifact_prefix=$folder/")
if [[ -z $seconds ]]; then
    seconds=20
    found=$folder/found-anew
    rm -rf "$found"
    options+=(-seed=1)
fi
mkdir -p "$found"
if [[ -f $here/dictionaries/$target.dict ]]; then
    options+=("-dict=$here/dictionaries/$target.dict")
fi

known=("$here/corpus/$target")
if [[ -d $here/regressions/$target ]]; then
    known+=("$here/regressions/$target")
fi
failed() {
    echo "fuzz target $target failed; when it is mended, keep the input: see test/fuzz/regressions/README.md" >&2
    exit 1
}

mapfile -t files < <(find "${known[@]}" -type f | sort)
if ((${#files[@]} == 0)); then
    echo "no seeds in $here/corpus/$target" >&2
    exit 1
fi
"$program" "${options[@]}" "${files[@]}" >"$folder/replay.log" 2>&1 || { cat "$folder/replay.log" >&2; failed; }
echo "${#files[@]} seeds and regressions pass"
"$program" "${options[@]}" "-max_total_time=$seconds" "$found" "${known[@]}" || failed
