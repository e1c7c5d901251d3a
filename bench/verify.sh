#!/usr/bin/env bash
# Holds the receiver against `openssl speed rsa2048`, round by round, and writes bench/results/verify.md:
# bench/verify.sh [--rounds N] [--seconds S] [--connections N] [--build FOLDER] [--out FOLDER]
#
# Each round runs, one after the other and on the same core: openssl speed; the receiver without sockets; the listener
# under a sender on another core, over keep-alive connections on loopback. Rates are per second of CPU time, user and
# system for ours, user alone for openssl speed, which is its own way. Fails where a median is below the promised part.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

rounds=7 seconds=1 connections=16 build=build/bench out=bench/results
read_options "rounds seconds connections build out" "$@"
need_programs "cmake, ninja-build, openssl, util-linux" cmake ninja openssl taskset
find_cores
ours=${cores[-1]} theirs=${cores[0]}

load_before=$(load_average)
build_release bench_verify bench_verify_sender

scratch=$(mktemp -d)
listener=
finish() {
    [[ -z $listener ]] || kill "$listener" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT
openssl genrsa -out "$scratch/key.pem" 2048 2>/dev/null
mkfifo "$scratch/input"

field() { sed -n "s/.*\"$1\":\([0-9.e+-]*\).*/\1/p"; }
rate() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f", n / s }'; }

run_openssl() { taskset -c "$ours" openssl speed -seconds "$seconds" rsa2048 2>/dev/null | awk '/^rsa/ { print int($NF) }'; }

run_receiver() {
    local figures
    figures=$(taskset -c "$ours" "$programs/bench_verify" receiver "$seconds")
    rate "$(field verified <<<"$figures")" "$(field cpu_seconds <<<"$figures")"
}

run_listener() {
    local port path
    : >"$scratch/output" # what the last one wrote is not read
    taskset -c "$ours" "$programs/bench_verify" listener "$scratch/key.pem" <"$scratch/input" >"$scratch/output" &
    listener=$!
    exec 3>"$scratch/input" # ends the listener when it is written to
    while ! read -r port path <"$scratch/output"; do
        kill -0 "$listener" 2>/dev/null || { echo "the listener did not start" >&2; exit 1; }
    done
    taskset -c "$theirs" "$programs/bench_verify_sender" "$port" "$path" "$scratch/key.pem" "$seconds" "$connections" \
        >"$scratch/sent"
    echo >&3
    exec 3>&-
    wait "$listener"
    listener=
    rate "$(sed -n 2p "$scratch/output" | field verified)" "$(sed -n 2p "$scratch/output" | field cpu_seconds)"
}

median() { sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }
: >"$scratch/rounds"
for ((round = 1; round <= rounds; ++round)); do
    base=$(run_openssl) receiver=$(run_receiver)
    run_listener >"$scratch/listener_rate" # not in a subshell: it starts a process that finish() must know
    read -r listening <"$scratch/listener_rate" || true
    echo "$base $receiver $listening" >>"$scratch/rounds"
    echo "round $round of $rounds: openssl $base, receiver $receiver, listener $listening" >&2
done
part() { awk -v a="$2" "{ print 100 * \$$1 / \$a }" "$scratch/rounds" | median; }
receiver_part=$(part 2 1) listener_part=$(part 3 1)

mkdir -p "$out"
{
    echo "| | verified a CPU second, median | of openssl speed, median of $rounds rounds | promised |"
    echo "|---|---:|---:|---:|"
    printf '| openssl speed rsa2048 | %s | | |\n' "$(cut -d' ' -f1 "$scratch/rounds" | median)"
    printf '| webhook_receiver | %s | %.1f %% | 70 %% |\n' "$(cut -d' ' -f2 "$scratch/rounds" | median)" "$receiver_part"
    printf '| webhook_listener, %s connections | %s | %.1f %% | 45 %% |\n' "$connections" \
        "$(cut -d' ' -f3 "$scratch/rounds" | median)" "$listener_part"
    echo
    echo "\`bench/verify.sh --rounds $rounds --seconds $seconds --connections $connections\`;" \
        "$(cpu_model), one core, the sender on another;" \
        "$("${CXX:-g++}" --version | head -1), $(openssl version | cut -d' ' -f1,2);" \
        "load average $load_before before the build and the runs."
} | tee "$out/verify.md"
awk -v r="$receiver_part" -v l="$listener_part" 'BEGIN { exit !(r >= 70 && l >= 45) }' || {
    echo "below what is promised" >&2
    exit 1
}
