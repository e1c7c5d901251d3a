#!/usr/bin/env bash
# run.sh program node work: starts the emulator, runs the checks against it, and ends it whatever happens.
set -euo pipefail
program=$1 node=$2 work=$3

cd "$work"
scratch=$(mktemp -d)
emulator=
finish() {
    [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT

export VIDEOSDK_API_KEY=interop-key VIDEOSDK_SECRET=interop-secret
mkfifo "$scratch/line"
"$program" emulator --port 0 --get wrapped --ca-out "$scratch/ca.pem" >"$scratch/line" &
emulator=$!
read -r -t 60 line <"$scratch/line" || {
    echo "the emulator did not say that it listens" >&2
    exit 1
}

NODE_EXTRA_CA_CERTS=$scratch/ca.pem VIDEOSDK_API_ENDPOINT=${line##* } "$node" checks.mjs

kill -TERM "$emulator"
status=0
wait "$emulator" || status=$?
emulator=
[ "$status" -eq 0 ] || {
    echo "the emulator ended with status $status" >&2
    exit 1
}
