#!/usr/bin/env bash
# The quickstart does what it says, whatever the environment of its caller: quickstart_test.sh quickstart with_emulator.
set -euo pipefail

unset VIDEOSDK_API_KEY VIDEOSDK_SECRET VIDEOSDK_PUBLIC_URL VIDEOSDK_API_ENDPOINT VIDEOSDK_LISTEN VIDEOSDK_ROOM_ID
quickstart=$1 with_emulator=$2

# says count 'regular expression': that many lines of the output match.
says() {
    local found
    found=$(grep -cE -e "$2" <<<"$output" || true)
    if [[ $found != "$1" ]]; then
        printf '%s\n' "$output"
        echo "expected $1 line(s) like: $2, found $found" >&2
        exit 1
    fi
}

# run program…: its output, and on a failure the output and the end.
run() {
    output=$("$@" 2>&1) || {
        printf '%s\n' "$output"
        echo "failed: $*" >&2
        exit 1
    }
}

# Alone it plays the service itself.
run "$quickstart"
says 1 'has accepted 1 connection\(s\), with 1 TLS handshake\(s\)$'
says 1 ' 2 requests over 1 connection\(s\) of the client$'
says 2 ' acquired [0-9a-f]{24}, pending$'
says 2 ' s  [0-9a-f]{24} is idle$'
says 1 ' 0 wait\(s\) ended by asking instead'
says 1 ' is composing$'
says 1 ' recording ended, [0-9a-f]{24} is idle$'
says 2 ' released [0-9a-f]{24}$'
says 1 '^done$'

# Pointed at a service by the environment it goes there; without a room nothing is recorded.
# The port lies below those that the kernel gives to clients, who could take it meanwhile.
for ((port = 10000 + RANDOM % 20000; ; ++port)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
done
export VIDEOSDK_PUBLIC_URL=http://127.0.0.1:$port VIDEOSDK_LISTEN=127.0.0.1:$port
run "$with_emulator" --webhooks "$quickstart"
says 1 'the real service, at http:'
says 2 ' s  [0-9a-f]{24} is idle$'
says 0 'composing$'
says 2 ' released [0-9a-f]{24}$'
says 1 '^done$'

# With a room it records there.
VIDEOSDK_ROOM_ID=abcd-efgh-ijkl run "$with_emulator" --webhooks "$quickstart"
says 1 'the real service, at http:'
says 1 ' is composing$'
says 1 ' recording ended, [0-9a-f]{24} is idle$'
says 2 ' released [0-9a-f]{24}$'
says 1 '^done$'

# What it cannot do, it says, and fails.
status=0
output=$(VIDEOSDK_API_KEY=key VIDEOSDK_SECRET=secret VIDEOSDK_API_ENDPOINT=http://127.0.0.1:1 "$quickstart" 2>&1) ||
    status=$?
says 1 '^acquire: .*127.0.0.1:1'
says 0 '^done$'
[[ $status == 1 ]]
