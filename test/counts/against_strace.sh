#!/usr/bin/env bash
# The counter saw every system call that strace saw: against_strace.sh counts-program counting-library.
set -euo pipefail

program=$1 library=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

strace -ff -o "$scratch/trace" -E "LD_PRELOAD=$library" "$program" --run_test=steady_state/traced \
    --log_level=message --color_output=no >"$scratch/output" 2>&1 || {
    cat "$scratch/output" >&2
    exit 1
}
counted=$(sed -n 's/.*traced: .*\ball \([0-9]*\),.*/\1/p' "$scratch/output")
thread=$(grep -l '"counting begins"' "$scratch"/trace.*)

# Name and number of each system call of the counted thread between the marks, the marks left out.
sed -n '/"counting begins"/,/"counting ends"/p' "$thread" | sed '1d;$d' | sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' |
    sort | uniq -c >"$scratch/seen"
seen=$(awk '{ sum += $1 } END { print sum + 0 }' "$scratch/seen")

sed -n 's/.*traced: /counted: /p' "$scratch/output"
echo "strace: $(awk '{ printf "%s %s, ", $2, $1 }' "$scratch/seen")all $seen"
if ! awk -v seen="$seen" -v counted="$counted" 'BEGIN { exit !(seen >= counted && seen <= counted * 1.01 && counted > 0) }'; then
    echo "the counter saw $counted, strace saw $seen: they differ by more than a hundredth" >&2
    exit 1
fi
