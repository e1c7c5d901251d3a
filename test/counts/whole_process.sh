#!/usr/bin/env bash
# A program that does not ask is counted as a whole, or from the last SIGUSR2 on: whole_process.sh counting-library.
set -euo pipefail
library=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# reads command…: how many times the program read, as the counter's file has it; the program asks for nothing.
reads() {
    env "LD_PRELOAD=$library" "VIDEOSDK_COUNT_CALLS_TO=$scratch/counts" "$@" >/dev/null 2>&1
    grep -qE '^\{"allocations":[0-9]+,"frees":[0-9]+,"heap_bytes":-?[0-9]+,"system_calls":[0-9]+.*\}$' "$scratch/counts"
    sed -n 's/.*"read":\([0-9]*\).*/\1/p' "$scratch/counts"
}
expect() { # what, condition of awk
    awk "BEGIN { exit !($2) }" || {
        cat "$scratch/counts"
        echo "not so: $1: $2" >&2
        exit 1
    }
}

without=$(reads dd if=/dev/zero of=/dev/null bs=1 count=0)
with=$(reads dd if=/dev/zero of=/dev/null bs=1 count=1000)
expect "a thousand reads more are a thousand more" "${with:-0} - ${without:-0} == 1000"

# A byte is a read for bash, since it may read no further.
program='for i in {1..500}; do IFS= read -r -n 1 byte; done; eval "$1"; IFS= read -r -n 1 byte'
head -c 1000 /dev/zero | tr '\0' x >"$scratch/bytes"
whole=$(reads bash -c "{ $program; } <$scratch/bytes" bash :)
since=$(reads bash -c "{ $program; } <$scratch/bytes" bash 'kill -USR2 $$')
expect "counts begin at the start" "${whole:-0} >= 501"
expect "counts begin at the signal" "${since:-0} >= 1 && ${since:-0} <= 10"
