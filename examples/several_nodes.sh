#!/usr/bin/env bash
# Three nodes of one deployment, Redis, and the service played locally: several_nodes.sh folder-of-the-built-examples.
#
# All webhooks come to node one. Those of node two's unit resume it there; and node three, which is killed while it holds
# a unit, has that given back by another. Ends with 0 where all of it went so.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
examples=${1:?the folder of the built examples, such as build/release/examples}

if [[ -z ${VIDEOSDK_REDIS:-} || -z ${VIDEOSDK_PUBLIC_URL:-} ]]; then
    exec "$here/with_redis.sh" "$examples/with_emulator" --webhooks "$here/several_nodes.sh" "$examples"
fi

folder=$(mktemp -d)
declare -A pid_of
leave() {
    local pid
    for pid in "${pid_of[@]}"; do
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap leave EXIT
trap 'exit 130' INT TERM

# What the nodes say comes by a pipe that has an end in this shell, so that it outlasts each of them.
mkfifo "$folder/said"
exec 3<>"$folder/said"

start() { # name address [room]
    VIDEOSDK_LISTEN=$2 "$examples/several_nodes" "$1" ${3:+"$3"} >&3 &
    pid_of[$1]=$!
}
# Shows what they say, up to a line like that.
until_said() { # 'regular expression'
    local line
    while IFS= read -r -t 60 line <&3; do
        echo "$line"
        if [[ $line =~ $1 ]]; then
            return
        fi
    done
    echo "nobody says: $1" >&2
    exit 1
}

start one "$VIDEOSDK_LISTEN"
until_said '^one: is up'
start two 127.0.0.1:0 abcd-efgh-ijkl
until_said '^two: holds '
start three 127.0.0.1:0 mnop-qrst-uvwx
until_said '^three: holds '

kill -KILL "${pid_of[three]}"
wait "${pid_of[three]}" 2>/dev/null || true
unset "pid_of[three]"
echo "node three is killed"
until_said "^(one|two): gives back "

for name in two one; do
    kill -TERM "${pid_of[$name]}"
    until_said "^$name: has ended"
    wait "${pid_of[$name]}"
    unset "pid_of[$name]"
done
