#!/usr/bin/env bash
# Runs a program with a Redis of its own on this machine, whose address is in VIDEOSDK_REDIS: with_redis.sh program [argument…].
set -euo pipefail

folder=$(mktemp -d)
server=
leave() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap leave EXIT

# Another program may have the port: then the next is tried.
for ((attempt = 0; attempt < 20; ++attempt)); do
    port=$((20000 + RANDOM % 10000))
    redis-server --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' --logfile "$folder/log" &
    server=$!
    for ((i = 0; i < 500; ++i)); do
        if ! kill -0 "$server" 2>/dev/null; then
            break
        fi
        if grep -q 'Ready to accept connections' "$folder/log" 2>/dev/null; then
            VIDEOSDK_REDIS=redis://127.0.0.1:$port "$@"
            exit
        fi
        sleep 0.02
    done
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -f "$folder/log"
done
echo "redis-server does not start" >&2
exit 1
