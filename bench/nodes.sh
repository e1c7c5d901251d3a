#!/usr/bin/env bash
# Measures events that come to one node and resume coroutines on another, through one Redis: bench/results/nodes.md, .json.
# bench/nodes.sh [--rounds N] [--events N] [--published N] [--rate N] [--in-flight N] [--build FOLDER] [--out FOLDER]
#
# Both nodes on one core; redis-server, and who sends the webhooks, on another. --events are signed beforehand, --published
# are given to the bus as they are. redis-benchmark does the same script, and bare XADDs, in the same rounds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

rounds=5 events=20000 published=100000 rate=5000 in_flight=256 build=build/bench out=bench/results
read_options "rounds events published rate in_flight build out" "$@"
need_programs "cmake, ninja-build, util-linux, redis-server, redis-tools, procps" cmake ninja taskset redis-server \
    redis-cli redis-benchmark
find_cores
nodes_core=${cores[-1]} redis_core=${cores[0]}

load_before=$(load_average)
build_release bench_nodes bench_webhooks

scratch=$(mktemp -d)
redis= holder= peer=
finish() {
    local pid
    for pid in $holder $peer $redis; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$scratch"
}
trap finish EXIT

start_redis() {
    local attempt i
    for ((attempt = 0; attempt < 20; ++attempt)); do
        port=$((20000 + RANDOM % 10000))
        rm -f "$scratch/log"
        taskset -c "$redis_core" redis-server --port "$port" --bind 127.0.0.1 --dir "$scratch" --save '' \
            --logfile "$scratch/log" &
        redis=$!
        for ((i = 0; i < 500; ++i)); do
            kill -0 "$redis" 2>/dev/null || break
            ! grep -q 'Ready to accept connections' "$scratch/log" 2>/dev/null || return 0
            sleep 0.02
        done
        kill "$redis" 2>/dev/null || true
        wait "$redis" 2>/dev/null || true
    done
    echo "redis-server does not start" >&2
    exit 1
}
start_redis
export VIDEOSDK_REDIS=redis://127.0.0.1:$port
tell() { redis-cli -p "$port" "$@" >/dev/null; }
redis_cpu() { # seconds so far
    redis-cli -p "$port" INFO cpu | tr -d '\r' | awk -F: '/^used_cpu_(sys|user):/ { sum += $2 } END { print sum }'
}

"$programs/bench_webhooks" sign "$events" >"$scratch/events"
"$programs/bench_nodes" script >"$scratch/script"

note() { sed "s/^{/{\"round\":$round,\"what\":\"$1\",/" >>"$scratch/lines"; }
# between_nodes name count program's-words…: TIMES and PATH stand for what they are.
between_nodes() {
    local name=$1 count=$2 path= before after
    shift 2
    tell FLUSHALL
    rm -f "$scratch/times" "$scratch/held" "$scratch/told"
    "$programs/bench_nodes" hold "$count" "$scratch/times" "$nodes_core" >"$scratch/held" &
    holder=$!
    while ! { read -r path <"$scratch/held"; } 2>/dev/null; do
        kill -0 "$holder" 2>/dev/null || { echo "the node that holds did not start" >&2; exit 1; }
        sleep 0.05
    done
    before=$(redis_cpu)
    local words=("$@")
    words=("${words[@]/#TIMES/$scratch/times}")
    words=("${words[@]/#PATH/$path}")
    "$programs/bench_nodes" "${words[@]}" >"$scratch/told" &
    peer=$!
    wait "$peer"
    peer=
    after=$(redis_cpu)
    wait "$holder"
    holder=
    sed "s/}\$/,\"held_cpu_us\":$(sed -n '2s/.*:\(.*\)}/\1/p' "$scratch/held"),\"redis_cpu_us\":$(
        awk -v a="$before" -v b="$after" -v n="$count" 'BEGIN { print (b - a) * 1e6 / n }')}/" "$scratch/told" | note "$name"
}
# benchmark name word…: what redis-benchmark does, over one connection as a node has it.
benchmark() {
    local name=$1 before after reached
    shift
    before=$(redis_cpu)
    reached=$(taskset -c "$nodes_core" redis-benchmark -p "$port" -c 1 -P 64 -n "$published" -r 1000000000 -q "$@" |
        tr '\r' '\n' | sed -n 's/.*: \([0-9.]*\) requests per second.*/\1/p' | tail -n 1)
    after=$(redis_cpu)
    printf '{"events":%s,"events_per_second":%s,"redis_cpu_us":%s}\n' "$published" "$reached" \
        "$(awk -v a="$before" -v b="$after" -v n="$published" 'BEGIN { print (b - a) * 1e6 / n }')" | note "$name"
}
data='{"id":"aaaaaaaaaaaaaaaaaa000001","type":"recording"}'
token=v1-0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef
for ((round = 1; round <= rounds; ++round)); do
    between_nodes paced "$events" take "$scratch/events" TIMES PATH "$rate" "$nodes_core" "$redis_core"
    between_nodes verified "$events" take "$scratch/events" TIMES PATH 0 "$nodes_core" "$redis_core"
    between_nodes published "$published" publish "$published" TIMES PATH "$in_flight" "$nodes_core"
    tell FLUSHALL
    tell SET videosdk:boot:b 'holder life' PX 86400000
    tell SET videosdk:alive:holder life PX 86400000
    sha=$(redis-cli -p "$port" -x SCRIPT LOAD <"$scratch/script")
    benchmark script EVALSHA "$sha" 3 videosdk:boot:b videosdk:all videosdk:fact:__rand_int__ videosdk: 1000000 other 0 \
        resource-acquired "$token" "$data" 1 86400000
    tell FLUSHALL
    benchmark xadd XADD videosdk:to:holder MAXLEN '~' 1000000 '*' n 1 from other type resource-acquired token "$token" \
        data "$data"
    echo "round $round of $rounds" >&2
done

# "middle (least to most)" of a figure over the rounds.
of() { # what figure digits
    sed -n "s/.*\"what\":\"$1\".*\"$2\":\([0-9.e+-]*\).*/\1/p" "$scratch/lines" | sort -g | awk -v digits="$3" '
        { all[NR] = $1 }
        END {
            if (NR == 0) exit
            middle = NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2
            printf "%.*f (%.*f to %.*f)", digits, middle, digits, all[1], digits, all[NR]
        }'
}
row() { # "name" what
    printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$1" "$(of "$2" events_per_second 0)" "$(of "$2" p50_us 0)" \
        "$(of "$2" p99_us 0)" "$(of "$2" cpu_us 1)" "$(of "$2" held_cpu_us 1)" "$(of "$2" redis_cpu_us 1)"
}
mkdir -p "$out"
{ echo '['; sed '$!s/$/,/' "$scratch/lines"; echo ']'; } >"$out/nodes.json"
{
    echo "| | events/s | p50 µs | p99 µs | CPU µs per event: the node that they come to | the node that waits | Redis |"
    echo "|---|---:|---:|---:|---:|---:|---:|"
    row "webhooks, $rate a second" paced
    row "webhooks, as fast as they are answered" verified
    row "events given to the bus, $in_flight at once" published
    row "redis-benchmark: the same script" script
    row "redis-benchmark: XADD" xadd
    echo
    echo "From just before the one \`send()\` of a webhook to one node, or from the event's being given to its bus, to the" \
        "coroutine that waited for its resource on another: medians of $rounds rounds, least and most in brackets." \
        "$events webhooks and $published events a round; each came once. At full rate the times are those of a queue."
    echo
    echo "\`bench/nodes.sh --rounds $rounds --events $events --published $published --rate $rate --in-flight $in_flight\`;" \
        "$(cpu_model); both nodes on core $nodes_core, Redis and the webhooks' sender on core $redis_core; Linux $(uname -r);" \
        "$("${CXX:-g++}" --version | head -1), Release; $(redis-server --version | cut -d' ' -f1-3);" \
        "load average $load_before before the build and the runs, $(load_average) after them."
} | tee "$out/nodes.md"
