#!/usr/bin/env bash
# The guard fails at 6 % above the baseline, and passes at 4 %; at what was not measured, not done or has no baseline it fails too.
set -euo pipefail
judge=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/judge.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf '# a comment\ng++-12 acquire 10000\ng++-12 webhook 20000\nclang-19 acquire 9000\n' >"$scratch/baseline"

# judged <expected status> <expected text> <lines of figures>
judged() {
    local status=0 output
    printf "$3" >"$scratch/figures"
    output=$("$judge" "$scratch/baseline" "$scratch/figures" 2>&1) || status=$?
    if [[ $status != "$1" || $output != *"$2"* ]]; then
        printf '%s\n' "$output"
        printf "expected status $1, not $status, and \"%s\", of:\n$3" "$2" >&2
        exit 1
    fi
}
judged 0 "acquire: 10000 instructions, baseline 10000, +0.0 %" 'g++-12 acquire 10000\ng++-12 webhook 20000\n'
judged 0 "acquire: 10400 instructions, baseline 10000, +4.0 %" 'g++-12 acquire 10400\ng++-12 webhook 20000\n'
judged 0 "+5.0 %" 'g++-12 acquire 10500\ng++-12 webhook 21000\n'
judged 1 "acquire: 10600 instructions, baseline 10000, +6.0 %: too many" 'g++-12 acquire 10600\ng++-12 webhook 20000\n'
judged 1 "guard.sh --renew" 'g++-12 acquire 10000\ng++-12 webhook 21200\n'
judged 0 "-10.0 %: renew the baseline" 'g++-12 acquire 9000\ng++-12 webhook 20000\n'
judged 1 "acquire: 0 instructions, baseline 10000, -100.0 %: was the work done?" 'g++-12 acquire 0\ng++-12 webhook 20000\n'
judged 1 "was the work done?" 'g++-12 acquire 4999\ng++-12 webhook 20000\n'
judged 1 "webhook: was not measured" 'g++-12 acquire 10000\n'
judged 1 "g++-14 acquire: no baseline" 'g++-14 acquire 10000\n'
judged 1 "" ''
