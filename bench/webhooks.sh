#!/usr/bin/env bash
# Measures the way of a webhook, from its bytes to the coroutine that waited for it, and writes bench/results/webhooks.md:
# bench/webhooks.sh [--rounds N] [--events N] [--rate N] [--slow N] [--build FOLDER] [--out FOLDER]
#
# The listener, with the hub and a coroutine for each event, runs on one core; the sender, and --slow connections that are
# as slow as they can, on another. Events were signed beforehand. Writes .json too, which has every round.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

rounds=5 events=20000 rate=1000 slow=4000 build=build/bench out=bench/results
read_options "rounds events rate slow build out" "$@"
need_programs "cmake, ninja-build, util-linux" cmake ninja taskset
find_cores

load_before=$(load_average)
build_release bench_webhooks bench_slow_connections

scratch=$(mktemp -d)
taking= attacking=
finish() {
    [[ -z $taking ]] || kill "$taking" 2>/dev/null || true
    [[ -z $attacking ]] || kill "$attacking" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT

"$programs/bench_webhooks" sign "$events" >"$scratch/events"

note() { sed "s/^{/{\"round\":$round,\"attack\":\"$1\",/" >>"$scratch/lines"; }
quiet() { "$programs/bench_webhooks" take "$scratch/events" "$1" "$2" | note none; }
under_attack() { # heads, bodies or reads
    local port path
    : >"$scratch/output"
    "$programs/bench_webhooks" take "$scratch/events" fresh "$rate" "$slow" >"$scratch/output" &
    taking=$!
    while ! read -r port path <"$scratch/output"; do
        kill -0 "$taking" 2>/dev/null || { echo "the listener did not start" >&2; exit 1; }
        sleep 0.05
    done
    taskset -c "${cores[0]}" "$programs/bench_slow_connections" attack "$1" "$port" "$path" "$slow" 3600 &
    attacking=$!
    wait "$taking"
    taking=
    kill "$attacking"
    wait "$attacking" 2>/dev/null || true
    attacking=
    sed -n 2p "$scratch/output" | note "$1"
}
for ((round = 1; round <= rounds; ++round)); do
    quiet kept 0
    quiet kept "$rate"
    quiet fresh "$rate"
    for attack in heads bodies reads; do
        under_attack "$attack"
    done
    echo "round $round of $rounds" >&2
done

middle() { sort -g | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }
of() { grep -F -- "$1" "$scratch/lines" | sed -n "s/.*\"$2\":\([0-9.e+-]*\).*/\1/p" | middle; }
row() { # "what" "lines with this" "CPU too"
    local each
    printf '| %s | %.0f |' "$1" "$(of "$2" events_per_second)"
    for each in p50_us p99_us p999_us; do
        printf ' %.0f |' "$(of "$2" "$each")"
    done
    [[ -n $3 ]] && printf ' %.1f |\n' "$(of "$2" cpu_us)" || echo ' |'
}

mkdir -p "$out"
{ echo '['; sed '$!s/$/,/' "$scratch/lines"; echo ']'; } >"$out/webhooks.json"
{
    echo "| webhooks | events/s | p50 µs | p99 µs | p99.9 µs | listener's CPU µs per event |"
    echo "|---|---:|---:|---:|---:|---:|"
    row "as fast as they are answered, 16 connections" "\"attack\":\"none\",\"events\":$events,\"connections\":\"kept\",\"rate_asked\":0," yes
    row "$rate a second, connections kept" "\"attack\":\"none\",\"events\":$events,\"connections\":\"kept\",\"rate_asked\":$rate," yes
    row "$rate a second, a connection each" "\"attack\":\"none\",\"events\":$events,\"connections\":\"fresh\"" yes
    for attack in heads bodies reads; do
        row "the same, beside $slow connections with slow $attack" "\"attack\":\"$attack\"" ""
    done
    echo
    echo "From just before the one \`send()\` of a webhook to the coroutine that waited for its resource: medians of $rounds" \
        "rounds of $events events. \`bench/webhooks.sh --rounds $rounds --events $events --rate $rate --slow $slow\`;" \
        "$(cpu_model), one core, the sender and the slow on another; $("${CXX:-g++}" --version | head -1);" \
        "load average $load_before before the build and the runs."
} | tee "$out/webhooks.md"
