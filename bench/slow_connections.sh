#!/usr/bin/env bash
# What a good webhook waits for its acknowledgement while thousands of slow connections stand, into
# bench/results/slow_connections.md: bench/slow_connections.sh [--connections N] [--build FOLDER] [--out FOLDER]
#
# The attackers are slowhttptest (Debian: slowhttptest), which does not come back when a deadline has ended a connection,
# and clients of ours, which do. Only webhooks sent while nine tenths of the connections were open count, by the
# listener's own counters. Fails where fewer than 200 did, where one was not acknowledged, where no connection met the
# deadline of its kind, or where p99 is above the aim.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

connections=4000 build=build/bench out=bench/results
aim=50 # milliseconds
read_options "connections build out" "$@"
need_programs "cmake, ninja-build, slowhttptest" cmake ninja slowhttptest
if [[ $(ulimit -Hn) != unlimited ]] && (($(ulimit -Hn) < connections + 100)); then
    echo "too few descriptors: ulimit -Hn is $(ulimit -Hn), and $((connections + 100)) are needed" >&2
    exit 1
fi
ulimit -n "$(ulimit -Hn)"

load_before=$(load_average)
build_release bench_slow_connections
program=$programs/bench_slow_connections
load_built=$(load_average)

scratch=$(mktemp -d)
listener='' attacker=''
finish() {
    [[ -z $attacker ]] || kill "$attacker" 2>/dev/null || true
    [[ -z $listener ]] || kill "$listener" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT
field() { sed -nE "s/.*(^| )$1=([0-9.]+).*/\2/p" "$scratch/figures"; }
worst=0
bad() {
    echo "$*" >&2
    worst=1
}

# attack "who" heads|bodies|reads seconds
attack() {
    local who=$1 kind=$2 seconds=$3 port path status=0
    : >"$scratch/listener"
    "$program" listen "$seconds" "$connections" >"$scratch/listener" &
    listener=$!
    while ! read -r port path <"$scratch/listener"; do
        kill -0 "$listener" 2>/dev/null || { echo "the listener did not start" >&2; exit 1; }
    done
    # Ends a second before the listener does.
    case $who-$kind in
    ours-*) "$program" attack "$kind" "$port" "$path" "$connections" $((seconds - 1)) ;;
    slowhttptest-heads) slowhttptest -H -i 2 -x 8 -t POST -c "$connections" -r 2000 -p 3 -l $((seconds - 1)) \
        -u "http://127.0.0.1:$port$path" ;;
    slowhttptest-bodies) slowhttptest -B -i 3 -x 8 -s 8192 -t POST -c "$connections" -r 2000 -p 3 \
        -l $((seconds - 1)) -u "http://127.0.0.1:$port$path" ;;
    esac >"$scratch/attacker" 2>&1 &
    attacker=$!
    wait "$attacker" || { bad "$who, $kind: the attacker failed:"; tail -n 3 "$scratch/attacker" >&2; }
    attacker=
    wait "$listener" || status=$?
    listener=
    sed -n 2p "$scratch/listener" >"$scratch/figures"
    echo "$who, slow $kind: $(cat "$scratch/figures")" >&2
    ((status == 0)) || bad "$who, $kind: the listener was not attacked enough, or did not acknowledge"
    local ended
    case $kind in heads) ended=$(field heads) ;; bodies) ended=$(field bodies) ;; reads) ended=$(field writes) ;; esac
    ((${ended:-0} > 0)) || bad "$who, $kind: no connection met the deadline of its kind"
    awk -v got="$(field p99)" -v aim="$aim" 'BEGIN { exit !(got != "" && got <= aim) }' ||
        bad "$who, $kind: p99 is above $aim ms"
    printf '| slow %s, %s | %s to %s | %s | %s | %s | %s | %s | %s | %s |\n' "$kind" "$who" "$(field least_open)" \
        "$(field most_open)" "$(field samples)" "$(field failed)" "$(field p50)" "$(field p99)" "$(field max)" "$ended" \
        "$(field kib)" >>"$scratch/rows"
}

attack slowhttptest heads 10
attack slowhttptest bodies 18
attack ours heads 20
attack ours bodies 25
attack ours reads 45

mkdir -p "$out"
{
    echo "| $connections connections | open meanwhile | webhooks | not acknowledged | p50, ms | p99, ms (aim: $aim) | longest, ms | ended at their deadline | KiB each |"
    echo "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    cat "$scratch/rows"
    echo
    echo "\`bench/slow_connections.sh --connections $connections\`;" \
        "$(cpu_model), $(nproc) cores, Linux $(uname -r);" \
        "$("${CXX:-g++}" --version | head -n 1)," \
        "slowhttptest $(slowhttptest -h 2>&1 | sed -n 's/.* version //p' | head -n 1);" \
        "load average $load_before before the build, $load_built before the runs."
    echo
    echo "The listener has one thread and the limits of production; webhooks come one after the other, each over a connection of" \
        "its own, and count while nine tenths of the connections are open. Attackers and sender share the machine with it. What" \
        "waits for a slow reader is a server's write: slowhttptest pipelines ten requests at most, whose answers fit into the" \
        "kernel's buffers, so that attack is ours alone. Memory is the process's growth over the connections, the buffers of" \
        "requests included."
} | tee "$out/slow_connections.md"
exit "$worst"
