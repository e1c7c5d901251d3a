#!/usr/bin/env bash
# The benchmark's table tells medians with least and most, and which of the promised ratios hold: table.sh table-program.
set -euo pipefail
table=$1

# run contender in-flight round calls cpu-seconds p50
run() {
    printf '{"contender":"%s","in_flight":%d,"connections":64,"round":%d,"used":{"cpu_seconds":%s,"peak_kib":2048},' "$1" "$2" "$3" "$5"
    printf '"run":{"calls":%d,"seconds":1,"p50_us":%s,"p99_us":2000,"p999_us":3000000}}\n' "$4" "$6"
}
lines() {
    echo '{"environment":{"machine":"none"}}'
    echo '{"contender":"wrk","spoken":{"protocol":"TLSv1.3","cipher":"A","curve":"B","http":"HTTP/1.1"}}'
    for round in 1 2 3; do
        run "videosdk, serial executor" 64 "$round" $((1000 * round)) "0.00$((round * round))" 50
        run wrk 64 "$round" 1000 0.001 40
        run wrk 1000 "$round" 1000 0.001 40
    done
    run "Node SDK" 64 1 1000 0.1 50
    echo '{"contender":"Node SDK","in_flight":64,"failed":{"round 2":"too late"}}'
    for system_calls in 350 290 900; do
        echo '{"contender":"videosdk, serial executor","in_flight":64,"counted":{"calls":100,"system_calls":'$system_calls',"send":'$system_calls',"allocations":600,"heap_bytes":0}}'
    done
    echo '{"contender":"wrk","in_flight":64,"counted":{"calls":100,"system_calls":500,"read":200,"poll":100}}'
    for call in read write; do
        echo '{"contender":"wrk","in_flight":64,"counted":{"calls":100,"system_calls":500,"'$call'":200}}'
    done
}
holds() {
    grep -qF -- "$1" <<<"$written" || {
        printf '%s\n' "$written"
        echo "expected: $1" >&2
        exit 1
    }
}

written=$(lines | "$table")
holds '| wrk | TLSv1.3 | A | B | HTTP/1.1 |'
# Rates 1000, 2000, 3000; CPU 1, 2, 3 µs.
holds '| videosdk, serial executor | 2000 (1000–3000) | 2.00 (1.00–3.00) | 2.00 | 50.0 µs (50.0–50.0) | 2.00 ms (2.00–2.00) | 3.00 s (3.00–3.00) | 0 % | 2.0 MiB |'
holds "| CPU at 64 in flight ÷ wrk's | 2.00 | 1.25 | **does not hold** |"
holds "| CPU at 64 in flight ÷ the Node SDK's | 0.020 | 0.05 | holds |"
holds "| CPU at 10,000 in flight ÷ at 64 | — | 1.30 | not measured |"
holds '| wrk † | 1000'
holds '- Node SDK, round 2: too late'
# Counts 2.9, 3.5, 9.
holds '| system calls at 64 in flight | 3.50 | 3.10 | **does not hold** |'
holds '| heap allocations at 64 in flight | 6.00 | 6.00 | holds |'
holds '| system calls at 64 in flight on its own strand | — | 3.10 | not measured |'
holds '| videosdk, serial executor | 3.50 send |'
# What was not made in most of the runs has no share.
holds '| wrk | 2.00 read |'

# Figures of failed calls, or of a build without optimisation, are none.
for bad in '"failed":1,' '"optimised":false,'; do
    if lines | sed "s/\"calls\":1000,/&$bad/" | "$table" >/dev/null 2>&1; then
        echo "the table takes $bad" >&2
        exit 1
    fi
done
