#!/usr/bin/env bash
# check.sh program: what `videosdk emulator` prints and returns, and that signals end it.
set -euo pipefail
program=$1

scratch=$(mktemp -d)
running=
finish() {
    [ -z "$running" ] || kill -KILL "$running" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT
unset VIDEOSDK_API_KEY VIDEOSDK_SECRET

fail() {
    echo "FAILED: $1" >&2
    sed 's/^/    /' "$scratch/err" >&2 || true
    exit 1
}

# expect status text argument...: the program ends with that status and says that text on stderr.
expect() {
    local wanted=$1 text=$2 status=0
    shift 2
    "$program" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status, not $wanted"
    grep -qF -- "$text" "$scratch/err" || fail "'$*' did not say '$text'"
}

# start argument...: the program runs, and $line is what it printed first.
start() {
    rm -f "$scratch/line"
    mkfifo "$scratch/line"
    "$program" emulator "$@" >"$scratch/line" 2>"$scratch/err" &
    running=$!
    exec 3<"$scratch/line"
    read -r -t 60 line <&3 || fail "no line from 'emulator $*'"
}

# end_by signal: it ends with status 0 and has printed nothing more.
end_by() {
    local status=0
    kill "-$1" "$running"
    wait "$running" || status=$?
    running=
    [ "$status" -eq 0 ] || fail "after SIG$1 it ended with $status"
    [ -z "$(cat <&3)" ] || fail "it printed more than one line"
    exec 3<&-
}

expect 2 "subcommand is required"
expect 2 "subcommand is required" unknown
expect 2 "--unknown" emulator --unknown
expect 2 "VIDEOSDK_API_KEY" emulator
VIDEOSDK_API_KEY=key expect 2 "VIDEOSDK_SECRET" emulator
export VIDEOSDK_API_KEY=key VIDEOSDK_SECRET=secret
expect 2 "--echo" emulator --echo twice
expect 2 "--port" emulator --port 65536
expect 2 "excludes" emulator --no-tls --ca-out "$scratch/ca.pem"
expect 1 "cannot write" emulator --ca-out "$scratch/no/such/folder/ca.pem"
expect 2 "host:port" emulator --bind example.com

start --ca-out "$scratch/ca.pem"
[[ $line =~ ^videosdk\ emulator:\ listening\ on\ https://localhost:[0-9]+$ ]] || fail "it said '$line'"
grep -q "BEGIN CERTIFICATE" "$scratch/ca.pem" || fail "no certificate in --ca-out"
expect 1 "address in use" emulator --port "${line##*:}"
end_by TERM

start --no-tls --idle-after 0 --echo normalised
[[ $line =~ ^videosdk\ emulator:\ listening\ on\ http://localhost:[0-9]+$ ]] || fail "it said '$line'"
end_by INT
