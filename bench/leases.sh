#!/usr/bin/env bash
# Measures acquires through a lease manager, sharing requests and not, beside wrk, and writes bench/results/leases.md and .json:
# bench/leases.sh [--rounds N] [--seconds S] [--in-flight N] [--held N] [--batches "N…"] [--build FOLDER] [--out FOLDER]
#
# The server is this project's emulator over TLS 1.3, fresh for each run, on one core; the client has another. In each
# round: wrk against nginx with a fixed answer, wrk against the emulator, the lease manager without coalescing, with
# max_batch as it is by default, and with each of --batches. --in-flight is the lease manager's; wrk has 64 connections.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh
. bench/nginx.sh

rounds=5 seconds=3 in_flight=1000 held=20000 batches='200 300' build=build/bench out=bench/results
read_options "rounds seconds in_flight held batches build out" "$@"
need_programs "cmake, ninja-build, nginx-light, wrk, openssl, util-linux" cmake ninja nginx wrk openssl taskset
find_cores
server_core=${cores[0]} client_core=${cores[-1]}

load_before=$(load_average)
build_release bench_emulator bench_leases bench_record_request

scratch=$(mktemp -d)
emulator_id=''
finish() {
    stop_nginx
    [[ -z $emulator_id ]] || kill "$emulator_id" 2>/dev/null || true
    [[ -z $emulator_id ]] || wait "$emulator_id" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT
make_certificate "$scratch"
start_nginx "$scratch" "$server_core" "$(fixed_answer "$unit_id" pending https://hooks.example.com/videosdk)"
nginx_port=$port
mkfifo "$scratch/input"

# Sets `port`. One that has served others has their units in its memory.
start_emulator() {
    : >"$scratch/output" # what the last one wrote is not read
    taskset -c "$server_core" "$programs/bench_emulator" --cert "$scratch/cert.pem" --key "$scratch/key.pem" \
        <"$scratch/input" >"$scratch/output" &
    emulator_id=$!
    exec 3>"$scratch/input" # ends it when it is written to
    local rest
    while ! read -r port rest <"$scratch/output"; do
        kill -0 "$emulator_id" 2>/dev/null || { echo "the emulator did not start" >&2; exit 1; }
        sleep 0.02
    done
}
stop_emulator() {
    echo >&3
    exec 3>&-
    wait "$emulator_id"
    emulator_id=
}

contenders=("wrk, nginx" "wrk, emulator" "leases, alone" "leases, shared")
for each in $batches; do
    contenders+=("leases, shared by $each")
done
command_of() {
    local ours=("$programs/bench_leases" --url "https://localhost:$port" --ca "$scratch/cert.pem"
        --seconds "$seconds" --in-flight "$in_flight" --cycle "$held" --warm-up "$held")
    case $1 in
    wrk*)
        "$programs/bench_record_request" "127.0.0.1:$port" >"$scratch/request"
        export REQUEST_FILE=$scratch/request
        command=(wrk -t1 -c64 -d"${seconds}s" -s bench/peers/acquire.lua "https://127.0.0.1:$port/v2/resource/acquire") ;;
    'leases, alone') command=("${ours[@]}" --coalesce no) ;;
    'leases, shared') command=("${ours[@]}") ;;
    *) command=("${ours[@]}" --max-batch "${1##* }") ;;
    esac
}

: >"$scratch/lines"
field() { sed -n "s/.*[{,]\"$1\":\([0-9.e+-]*\).*/\1/p"; }
TIMEFORMAT='%U %S'
# One run: a line of JSON. wrk's CPU time is the shell's word, ours that of the acquires alone.
run_one() {
    local contender=$1 round=$2 user system served='{}' cpu
    port=$nginx_port
    [[ $contender == *nginx ]] || start_emulator
    command_of "$contender"
    if ! { time taskset -c "$client_core" "${command[@]}" >"$scratch/figures" 2>"$scratch/complaints"; } 2>"$scratch/time"; then
        cat "$scratch/complaints" >&2
        echo "failed: $contender" >&2
        exit 1
    fi
    if [[ $contender != *nginx ]]; then
        stop_emulator
        served=$(sed -n 2p "$scratch/output")
    fi
    read -r user system <"$scratch/time"
    cpu=$(grep '^{' "$scratch/figures" | field cpu_seconds)
    [[ -n $cpu ]] || cpu=$(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }')
    printf '{"contender":"%s","round":%d,"cpu_seconds":%s,"run":%s,"server":%s}\n' "$contender" "$round" "$cpu" \
        "$(grep '^{' "$scratch/figures")" "$served" >>"$scratch/lines"
    printf 'round %d of %d: %s\n' "$round" "$rounds" "$contender" >&2
}
for ((round = 1; round <= rounds; ++round)); do
    for ((i = 0; i < ${#contenders[@]}; ++i)); do
        run_one "${contenders[(i + round - 1) % ${#contenders[@]}]}" "$round"
    done
done

median() { sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }
# each_run contender: `round units seconds cpu release_cpu largest` of each of its runs.
each_run() {
    grep -F "{\"contender\":\"$1\"" "$scratch/lines" | while read -r line; do
        run=${line#*\"run\":}
        echo "$(field round <<<"$line") $(field calls <<<"$run") $(field seconds <<<"$run") $(field cpu_seconds <<<"${line%%,\"run\"*}")" \
            "$(field release_cpu_seconds <<<"$run" | grep . || echo 0) $(field largest_attempt <<<"$run" | grep . || echo 1)"
    done
}
rate() { each_run "$1" | awk '{ print $2 / $3 }'; }
cost() { each_run "$1" | awk '{ print 1e6 * $4 / $2 }'; }
whole_cost() { each_run "$1" | awk '{ print 1e6 * ($4 + $5) / $2 }'; }
# ratio what contender peer: the median over the rounds, each against its own round's peer.
ratio() { paste <("$1" "$2") <("$1" "$3") | awk '{ print $1 / $2 }' | median; }

mkdir -p "$out"
{
    echo '['
    cat <<END
{"environment":{"machine":"$(cpu_model), server on core $server_core, client on core $client_core","kernel":"$(uname -sr)","compiler":"$("$(cached CMAKE_CXX_COMPILER)" --version | head -1), $(cached CMAKE_BUILD_TYPE)","openssl":"$(openssl version | cut -d' ' -f1,2)","load":"$load_before before the build and the runs"}},
END
    sed '$!s/$/,/' "$scratch/lines"
    echo ']'
} >"$out/leases.json"
{
    echo "| | units/s | client CPU µs a unit | … given back, too | units in a request | CPU ÷ wrk's, nginx | CPU ÷ wrk's, emulator | units/s ÷ wrk's, nginx | units/s ÷ wrk's, emulator |"
    echo "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for contender in "${contenders[@]}"; do
        whole='' largest=1
        if [[ $contender != wrk* ]]; then
            whole=$(whole_cost "$contender" | median | awk '{ printf "%.1f", $1 }')
            largest=$(each_run "$contender" | awk '{ print $6 }' | median)
        fi
        printf '| %s | %.0f | %.2f | %s | %s | %.3f | %.3f | %.2f | %.2f |\n' "$contender" "$(rate "$contender" | median)" \
            "$(cost "$contender" | median)" "$whole" "$largest" "$(ratio cost "$contender" "wrk, nginx")" \
            "$(ratio cost "$contender" "wrk, emulator")" "$(ratio rate "$contender" "wrk, nginx")" "$(ratio rate "$contender" "wrk, emulator")"
    done
    echo
    echo "Wanted of shared acquires: CPU at most 0.10, units/s at least 5. Medians of $rounds rounds; ratios are of the same round."
    echo
    echo "\`bench/leases.sh --rounds $rounds --seconds $seconds --in-flight $in_flight --held $held --batches \"$batches\"\`;" \
        "$(cpu_model), server on core $server_core, client on core $client_core; $(uname -sr);" \
        "$("$(cached CMAKE_CXX_COMPILER)" --version | head -1), $(cached CMAKE_BUILD_TYPE);" \
        "$(openssl version | cut -d' ' -f1,2); load average $load_before before the build and the runs."
} | tee "$out/leases.md"
