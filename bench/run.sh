#!/usr/bin/env bash
# Measures concurrent acquires against wrk and a bare Beast loop, and writes bench/results/acquire.md and .json:
# bench/run.sh [--rounds N] [--seconds S] [--count N] [--in-flight N] [--build FOLDER] [--out FOLDER]
#
# Builds an optimised tree, starts nginx on a loopback port with a certificate made for the occasion, and runs the
# contenders in turn, each --seconds long, the server on one core and the client on another. --count is the number of
# acquires of the runs in which system calls and allocations are counted. Installs nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

rounds=5 seconds=5 count=20000 in_flight=64 build=build/bench out=bench/results
read_options "rounds seconds count in_flight build out" "$@"
need_programs "cmake, ninja-build, nginx-light, wrk, openssl, util-linux" cmake ninja nginx wrk openssl taskset
# The server gets the first core that this shell may use, the client the last.
find_cores
server_core=${cores[0]} client_core=${cores[-1]}

load_before=$(load_average)
build_release bench/all

# The server: nginx in a folder of its own, stopped by its own id whatever happens.
scratch=$(mktemp -d)
nginx_id=
finish() {
    [[ -z $nginx_id ]] || kill "$nginx_id" 2>/dev/null || true
    [[ -z $nginx_id ]] || wait "$nginx_id" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT
chmod 755 "$scratch" # nginx's worker may be another user

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$scratch/key.pem" -out "$scratch/cert.pem" 2>/dev/null

id=64f1a2b3c4d5e6f7a8b9c0d1
answer='{"success":true,"data":[{"id":"'$id'","status":"pending","type":"recording","mode":"video-and-audio","quality":"med","composerIds":[],"webhookUrl":"https://hooks.example.com/videosdk"}]}'

start_nginx() {
    port=$((20000 + RANDOM % 12000))
    cat >"$scratch/nginx.conf" <<END
worker_processes 1;
daemon off;
pid $scratch/nginx.pid;
error_log $scratch/error.log;
events { worker_connections 4096; }
http {
    access_log off;
    client_body_temp_path $scratch/body;
    proxy_temp_path $scratch/proxy;
    fastcgi_temp_path $scratch/fastcgi;
    uwsgi_temp_path $scratch/uwsgi;
    scgi_temp_path $scratch/scgi;
    keepalive_timeout 1h;
    keepalive_requests 4000000000;
    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $scratch/cert.pem;
        ssl_certificate_key $scratch/key.pem;
        ssl_protocols TLSv1.3;
        default_type application/json;
        location = /v2/resource/acquire { return 200 '$answer'; }
        location / { return 404 '{"message":"no such path"}'; }
    }
}
END
    PATH=$PATH:/usr/sbin taskset -c "$server_core" nginx -e "$scratch/error.log" -p "$scratch" -c "$scratch/nginx.conf" &
    nginx_id=$!
    for _ in {1..100}; do
        kill -0 "$nginx_id" 2>/dev/null || break
        if [[ $(openssl s_client -connect "127.0.0.1:$port" -CAfile "$scratch/cert.pem" </dev/null 2>/dev/null) == *CONNECTED* ]]; then
            return 0
        fi
        sleep 0.05
    done
    kill "$nginx_id" 2>/dev/null || true
    wait "$nginx_id" 2>/dev/null || true
    nginx_id=
    return 1
}
for _ in {1..5}; do
    start_nginx && break
done
if [[ -z $nginx_id ]]; then
    cat "$scratch/error.log" >&2
    echo "nginx did not start" >&2
    exit 1
fi

"$programs/bench_record_request" "127.0.0.1:$port" >"$scratch/request"
export REQUEST_FILE=$scratch/request

contenders=("videosdk, serial executor" "videosdk, own strand" "bare Beast loop" "wrk")
# command_of contender option…: sets the array `command`.
command_of() {
    local contender=$1
    shift
    local ours=(--url "https://127.0.0.1:$port" --ca "$scratch/cert.pem" --expect "$id" --in-flight "$in_flight" "$@")
    case $contender in
    'videosdk, serial executor') command=("$programs/bench_acquire" "${ours[@]}") ;;
    'videosdk, own strand') command=("$programs/bench_acquire" "${ours[@]}" --executor strand) ;;
    'bare Beast loop') command=("$programs/bench_beast_loop" "${ours[@]}" --request "$REQUEST_FILE") ;;
    wrk) command=(wrk -t1 -c"$in_flight" -d"${seconds}s" -s bench/peers/acquire.lua
        "https://127.0.0.1:$port/v2/resource/acquire") ;;
    esac
}

version_of() { "$@" 2>&1 | head -1; }
compiler=$(cached CMAKE_CXX_COMPILER)
cat >"$scratch/lines" <<END
{"environment":{"machine":"$(cpu_model), ${#cores[@]} cores, server on core $server_core, client on core $client_core","kernel":"$(uname -sr)","compiler":"$(version_of "$compiler" --version), CMake build type $(cached CMAKE_BUILD_TYPE) ($(cached CMAKE_CXX_FLAGS_RELEASE))","libraries":"$(openssl version | cut -d' ' -f1,2), Boost $(sed -n "s|^Boost_DIR:.*Boost-||p" "$build/CMakeCache.txt")","peers":"$(version_of wrk -v | cut -d' ' -f1,2), $(PATH=$PATH:/usr/sbin version_of nginx -v | sed 's/.*: //') (1 worker, TLS 1.3, a fixed answer of one unit)","load":"$in_flight calls in flight over at most $in_flight connections, $rounds rounds of $seconds s each, contenders in turn","other work on the machine":"load average $load_before before the build and the runs"}}
END

# One run: a line of JSON, with the CPU time of the whole process as the shell's own `time` sees it.
TIMEFORMAT='%U %S'
run_one() {
    local contender=$1 round=$2 user system
    command_of "$contender" --seconds "$seconds"
    if ! { time taskset -c "$client_core" "${command[@]}" >"$scratch/output" 2>"$scratch/complaints"; } 2>"$scratch/time"; then
        cat "$scratch/complaints" >&2
        echo "failed: $contender" >&2
        exit 1
    fi
    read -r user system <"$scratch/time"
    printf '{"contender":"%s","round":%d,"cpu_seconds":%s,"run":%s}\n' "$contender" "$round" \
        "$(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }')" "$(grep '^{' "$scratch/output")" >>"$scratch/lines"
    printf 'round %d of %d: %s\n' "$round" "$rounds" "$contender" >&2
}
for ((round = 1; round <= rounds; ++round)); do
    # Each round begins with another one, so that no place in the row is anybody's own.
    for ((i = 0; i < ${#contenders[@]}; ++i)); do
        run_one "${contenders[(i + round - 1) % ${#contenders[@]}]}" "$round"
    done
done

for contender in "${contenders[@]}"; do
    [[ $contender != wrk ]] || continue
    command_of "$contender" --count "$count" --warm-up "$((count / 10 + in_flight))"
    counted=$(LD_PRELOAD=$programs/counting/libcount_calls.so taskset -c "$client_core" "${command[@]}")
    printf '{"contender":"%s","counted":%s}\n' "$contender" "$counted" >>"$scratch/lines"
done

mkdir -p "$out"
{
    echo '['
    sed '$!s/$/,/' "$scratch/lines"
    echo ']'
} >"$out/acquire.json"
# The table lists the contenders in one order, whoever began.
{
    head -1 "$scratch/lines"
    for contender in "${contenders[@]}"; do
        grep -F "{\"contender\":\"$contender\"" "$scratch/lines"
    done
} | "$programs/bench_table" >"$out/acquire.md"
cat "$out/acquire.md"
