#!/usr/bin/env bash
# Measures single acquires beside peers, and writes bench/results/acquire.md, .json, .svg and .png:
# bench/acquire.sh [--levels "N…"] [--rounds N] [--seconds S] [--count N] [--counts N] [--connections N] [--without "NAME…"] [--build FOLDER] [--out FOLDER]
#
# Builds an optimised tree, starts nginx on loopback ports with a certificate made for the occasion, and runs the
# contenders (contenders.sh) in turn, each --seconds long at each level of calls in flight over at most --connections
# connections, the server on one core and the client on another. --counts is the number of further runs in which system
# calls and allocations are counted, and --count the number of acquires in each. Installs nothing; --without leaves
# contenders out, and the table says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh
. bench/nginx.sh
. bench/contenders.sh
. bench/counts.sh

levels="1 16 64 1000 10000" rounds=5 seconds=3 count=10000 counts=3 connections=64 without='' build=build/bench out=bench/results
read_options "levels rounds seconds count counts connections without build out" "$@"
need_programs "cmake, ninja-build, nginx-light, openssl, util-linux, mawk" cmake ninja nginx openssl taskset awk
choose_contenders "$without"
# The server gets the first core that this shell may use, the client the last.
find_cores
server_core=${cores[0]} client_core=${cores[-1]}

load_before=$(load_average)
targets=(bench_acquire bench_beast_loop bench_record_request bench_measure bench_table videosdk_count_calls)
[[ " ${contenders[*]} " != *" curl-"* ]] || targets+=(bench_libcurl)
build_release "${targets[@]}"
[[ " ${contenders[*]} " != *" go "* ]] || build_go

scratch=$(mktemp -d)
finish() {
    stop_nginx
    rm -rf "$scratch"
}
trap finish EXIT
make_certificate "$scratch"
start_nginx "$scratch" "$server_core" \
    "$(fixed_answer "$unit_id" pending https://hooks.example.com/videosdk)"
"$programs/bench_record_request" "127.0.0.1:$port" >"$scratch/request"

# add_line key value…: the values are JSON.
add_line() {
    local line
    printf -v line ',"%s":%s' "$@"
    echo "{${line:1}}" >>"$scratch/lines"
}
first_line() { "$@" 2>&1 | head -1 || true; } # wrk -v ends as if it had failed
# words "a" "b": a JSON object of pairs of name and text.
words() {
    local text
    printf -v text ',"%s":"%s"' "$@"
    echo "{${text:1}}"
}

describe() {
    local compilers peers
    compilers="$(first_line "$(cached CMAKE_CXX_COMPILER)" --version), CMake build type $(cached CMAKE_BUILD_TYPE) ($(cached CMAKE_CXX_FLAGS_RELEASE))"
    peers="$(PATH=$PATH:/usr/sbin first_line nginx -v | sed 's/.*: //') (1 worker, a fixed answer of one unit)"
    local contender
    for contender in "${contenders[@]}"; do
        case $contender in
        wrk) peers+=", $(first_line wrk -v | cut -d' ' -f1,2)" ;;
        curl-h1) peers+=", libcurl $(curl-config --version | cut -d' ' -f2)" ;;
        go) compilers+="; $(go version | cut -d' ' -f3)" ;;
        node) peers+=", node $(node --version), @videosdk.live/server-sdk $(sed -n 's/.*"version": "\(.*\)".*/\1/p' "$(node_sdk_folder)/node_modules/@videosdk.live/server-sdk/package.json")" ;;
        esac
    done
    add_line environment "$(words \
        machine "$(cpu_model), ${#cores[@]} cores, server on core $server_core, client on core $client_core" \
        kernel "$(uname -sr)" compilers "$compilers" \
        libraries "$(openssl version | cut -d' ' -f1,2), Boost $(sed -n "s|^Boost_DIR:.*Boost-||p" "$build/CMakeCache.txt")" \
        peers "$peers" \
        load "$rounds rounds of $seconds s each, contenders in turn, at most $connections connections each" \
        "other work on the machine" "load average $load_before before the build and the runs" \
        "left out" "${without:-nobody}")"
}

# What each contender speaks, by nginx's own log: a short run of its own. Ends where one does not speak what the others do.
check_spoken() {
    local contender protocol tls_cipher curve version status rest
    for contender in "${contenders[@]}"; do
        : >"$scratch/spoken.log"
        command_of "$contender" 2 2 logged --seconds 1
        run_pinned || {
            cat "$scratch/complaints" >&2
            echo "failed: $contender" >&2
            exit 1
        }
        sleep 0.2 # nginx writes a line after it has sent the answer
        if (($(sort -u "$scratch/spoken.log" | wc -l) != 1)); then
            sort "$scratch/spoken.log" | uniq -c >&2
            echo "$contender: not one way of speaking" >&2
            exit 1
        fi
        read -r protocol tls_cipher curve version status rest < <(head -1 "$scratch/spoken.log")
        if [[ "$protocol $tls_cipher $status" != "TLSv1.3 $cipher 200" ]]; then
            echo "$contender speaks $protocol $tls_cipher, and was answered $status" >&2
            exit 1
        fi
        add_line contender "\"${contender_names[$contender]}\"" \
            spoken "$(words protocol "$protocol" cipher "$tls_cipher" curve "$curve" http "$version")"
    done
}

# Runs `command` on the client's core: its line is in $scratch/output, what it used in $scratch/used.
run_pinned() {
    taskset -c "$client_core" "$programs/bench_measure" "$scratch/used" "${command[@]}" >"$scratch/output" 2>"$scratch/complaints"
}

# failed contender level what: a peer may fail, by running into its deadline with many calls in flight, and the table says so.
failed() {
    local why
    why=$(tail -n 1 "$scratch/complaints" | sed "s|$programs/||g" | tr -d '"\\' | cut -c1-160)
    echo "failed, $2 in flight, $3: $1: $why" >&2
    case $1 in
    serial | strand) exit 1 ;;
    esac
    add_line contender "\"${contender_names[$1]}\"" in_flight "$2" failed "$(words "$3" "$why")"
}

run_one() { # contender level round
    command_of "$1" "$2" "$connections" plain --seconds "$seconds"
    if ! run_pinned; then
        failed "$1" "$2" "round $3"
        return
    fi
    add_line contender "\"${contender_names[$1]}\"" in_flight "$2" connections "$connections" round "$3" \
        used "$(cat "$scratch/used")" run "$(grep '^{' "$scratch/output")"
    printf 'round %d of %d, %d in flight: %s\n' "$3" "$rounds" "$2" "$1" >&2
}

describe
check_spoken
for ((round = 1; round <= rounds; ++round)); do
    for level in $levels; do
        # Each round begins with another one, so that no place in the row is anybody's own.
        for ((i = 0; i < ${#contenders[@]}; ++i)); do
            run_one "${contenders[(i + round - 1) % ${#contenders[@]}]}" "$level" "$round"
        done
    done
done
for ((round = 1; round <= counts; ++round)); do
    for level in $levels; do
        for contender in "${contenders[@]}"; do
            if count_one "$contender" "$level" 2>"$scratch/complaints"; then
                add_line contender "\"${contender_names[$contender]}\"" in_flight "$level" counted "$(grep '^{' "$scratch/counted")"
                printf 'counted, run %d of %d, %d in flight: %s\n' "$round" "$counts" "$level" "$contender" >&2
            else
                failed "$contender" "$level" "counted, run $round"
            fi
        done
    done
done

mkdir -p "$out"
{
    echo '['
    sed '$!s/$/,/' "$scratch/lines"
    echo ']'
} >"$out/acquire.json"
"$programs/bench_table" "$scratch/chart" <"$scratch/lines" >"$out/acquire.md"
if [[ " $without " != *" chart "* ]]; then
    for format in svg png; do
        gnuplot -e "data = '$scratch/chart'; out = '$out/acquire.$format'; format = '$format'" bench/chart.gnuplot
    done
fi
cat "$out/acquire.md"
