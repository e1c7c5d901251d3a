#!/bin/sh
# slow_connections.sh <bench_slow_connections> [connections]: what a good webhook waits for its acknowledgement while
# slowhttptest (Debian: slowhttptest) holds connections with slow heads, slow bodies and slow reads.
set -eu
program=${1:?the path of bench_slow_connections is missing}
connections=${2:-4000}
command -v slowhttptest > /dev/null || { echo "slowhttptest is missing: apt-get install slowhttptest" >&2; exit 2; }
[ "$(ulimit -Hn)" -ge $((connections + 100)) ] || { echo "too few descriptors: ulimit -Hn" >&2; exit 2; }
ulimit -n "$(ulimit -Hn)"
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT

worst=0
for attack in "slow heads:-H -i 3" "slow bodies:-B -i 3 -s 8192" "slow reads:-X -w 1 -y 2 -n 3 -z 1 -k 3"; do
    rm -f "$folder/out" # the last one's
    "$program" 16 > "$folder/out" &
    server=$!
    tries=0
    while [ ! -s "$folder/out" ] && [ $tries -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    url=$(head -n 1 "$folder/out")
    # Options, some with an argument each: to be split.
    # shellcheck disable=SC2086
    slowhttptest ${attack#*:} -c "$connections" -r 2000 -l 15 -p 3 -t POST -u "$url" > "$folder/attack" 2>&1 || true
    wait "$server" || worst=1
    server=
    echo "${attack%%:*}, $connections connections:"
    sed -n '2,$s/^/    /p' "$folder/out"
done
exit $worst
