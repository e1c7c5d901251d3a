#!/usr/bin/env bash
# run.sh program node openssl: starts the second server with a certificate of its own, runs the checks against it, and
# ends it whatever happens.
set -euo pipefail
program=$1 node=$2 openssl=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

scratch=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT

"$openssl" req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=second server" \
    -addext "subjectAltName=DNS:localhost" -keyout "$scratch/key.pem" -out "$scratch/certificate.pem" 2>"$scratch/log" || {
    cat "$scratch/log" >&2
    exit 1
}
export VIDEOSDK_API_KEY=second-key VIDEOSDK_SECRET=second-secret
mkfifo "$scratch/line"
"$node" "$here/server.mjs" "$scratch/certificate.pem" "$scratch/key.pem" >"$scratch/line" &
server=$!
read -r -t 60 port <"$scratch/line" || {
    echo "the server did not say that it listens" >&2
    exit 1
}

SECOND_SERVER_CA=$scratch/certificate.pem VIDEOSDK_API_ENDPOINT=https://localhost:$port/v2/ \
    "$program" --log_level=message --color_output=no
