#!/usr/bin/env bash
# Measures clients on one thread and on two, what coroutines that wait cost, and what is held for later:
# bench/scaling.sh [--rounds N] [--seconds S] [--waiters N] [--build FOLDER] [--out FOLDER]
#
# Writes bench/results/scaling.md and .json; every figure is a median of the rounds. Clients on two threads are measured
# against a provider in their own process, which leaves both cores to them, and against nginx, which takes one of its own
# where there is one: on two cores, three busy threads share them. Nothing is pinned.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh
. bench/nginx.sh

rounds=5 seconds=2 waiters=100000 build=build/bench out=bench/results
read_options "rounds seconds waiters build out" "$@"
need_programs "cmake, ninja-build, nginx-light, openssl, util-linux" cmake ninja nginx openssl taskset
find_cores

load_before=$(load_average)
build_release bench_scaling bench_waiters bench_held

scratch=$(mktemp -d)
finish() {
    stop_nginx
    rm -rf "$scratch"
}
trap finish EXIT
make_certificate "$scratch"
start_nginx "$scratch" "$(IFS=,; echo "${cores[*]}")" "$(fixed_answer "$unit_id" pending https://hooks.example.com/videosdk)"

# Each line of JSON that a program prints, with the round.
run() { "$programs/$@" | sed "s/^{/{\"round\":$round,/" >>"$scratch/lines"; }
for ((round = 1; round <= rounds; ++round)); do
    for client in own shared; do
        for threads in 1 2; do
            run bench_scaling $threads $client "$seconds" memory
            run bench_scaling $threads $client "$seconds" "https://127.0.0.1:$port" "$scratch/cert.pem"
        done
    done
    run bench_waiters 1000 own
    run bench_waiters "$waiters" own
    run bench_waiters "$waiters" one
    run bench_held connections 500 "https://127.0.0.1:$port" "$scratch/cert.pem"
    run bench_held leases 10000
    echo "round $round of $rounds" >&2
done

field() { sed -n "s/.*\"$1\":\"\{0,1\}\([0-9.e+-]*\).*/\1/p"; }
middle() { sort -g | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }
# What the lines say that have all of these texts: rate, CPU µs per acquire, or a field of theirs, as a median.
lines_with() {
    local text lines
    lines=$(cat "$scratch/lines")
    for text in "$@"; do
        lines=$(grep -F -- "$text" <<<"$lines")
    done
    echo "$lines"
}
rate() { lines_with "$@" | awk '{ match($0, /"calls":[0-9]+/); c = substr($0, RSTART + 8, RLENGTH - 8); match($0, /"seconds":[0-9.]+/); print c / substr($0, RSTART + 10, RLENGTH - 10) }' | middle; }
cpu() { lines_with "$@" | awk '{ match($0, /"calls":[0-9]+/); c = substr($0, RSTART + 8, RLENGTH - 8); match($0, /"cpu_seconds":[0-9.]+/); print 1e6 * substr($0, RSTART + 14, RLENGTH - 14) / c }' | middle; }
of() { local name=$1; shift; lines_with "$@" | field "$name" | middle; }

mkdir -p "$out"
{ echo '['; sed '$!s/$/,/' "$scratch/lines"; echo ']'; } >"$out/scaling.json"
{
    echo "| clients | provider | acquires/s, 1 thread | 2 threads | times | CPU µs per acquire, 1 thread | 2 threads |"
    echo "|---|---|---:|---:|---:|---:|---:|"
    for client in own shared; do
        for provider in memory server; do
            one=$(rate "\"threads\":1,\"client\":\"$client\",\"provider\":\"$provider\"")
            two=$(rate "\"threads\":2,\"client\":\"$client\",\"provider\":\"$provider\"")
            awk -v c="$client" -v p="$provider" -v one="$one" -v two="$two" \
                -v cpu1="$(cpu "\"threads\":1,\"client\":\"$client\",\"provider\":\"$provider\"")" \
                -v cpu2="$(cpu "\"threads\":2,\"client\":\"$client\",\"provider\":\"$provider\"")" 'BEGIN {
                printf "| %s | %s | %.0f | %.0f | %.2f | %.2f | %.2f |\n",
                    c == "own" ? "one a thread, each on an io_context of its own" : "one for all threads, through its strand",
                    p == "memory" ? "in the process" : "nginx over TLS", one, two, two / one, cpu1, cpu2 }'
        done
    done
    echo
    echo "| coroutines waiting in a hub | bytes each | µs to resume one |"
    echo "|---|---:|---:|"
    row() { printf '| %s | %.0f | %.2f |\n' "$1" "$(of bytes_each "$2" "$3")" "$(of wake_us "$2" "$3")"; }
    row "1,000, for a resource each" '"waiters":1000,' '"for":"a resource each"'
    row "$waiters, for a resource each" "\"waiters\":$waiters," '"for":"a resource each"'
    row "$waiters, for one resource, all resumed by one event" "\"waiters\":$waiters," '"for":"one resource"'
    echo
    echo "| held | bytes each |"
    echo "|---|---:|"
    printf '| idle TLS connection, of 500 | %.0f |\n' "$(of bytes_each '"held":"idle TLS connection"')"
    printf '| lease, of 10,000, besides the %d bytes of its object | %.0f |\n' \
        "$(of object_bytes '"held":"lease"')" "$(of bytes_each '"held":"lease"')"
    echo
    echo "\`bench/scaling.sh --rounds $rounds --seconds $seconds --waiters $waiters\`;" \
        "$(cpu_model), ${#cores[@]} cores, nothing pinned; $("${CXX:-g++}" --version | head -1);" \
        "load average $load_before before the build and the runs."
} | tee "$out/scaling.md"
