#!/usr/bin/env bash
# Every contender of bench/acquire.sh makes the calls that it was asked for, over TLS 1.3 with the one cipher; and those that
# check refuse an answer with another id, status or webhook URL, and a server that they do not trust:
# contenders.sh programs-folder node-sdk-folder contender,contender….
set -euo pipefail
programs=$1 node_sdk=$2
IFS=, read -ra contenders <<<"$3"

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. bench/nginx.sh
. bench/contenders.sh
node_sdk_folder() { echo "$node_sdk"; }
build=$programs

scratch=$(mktemp -d)
finish() {
    stop_nginx
    rm -rf "$scratch"
}
trap finish EXIT
make_certificate "$scratch"
mkdir "$scratch/other"
make_certificate "$scratch/other"
core=$(taskset -cp $$ | sed 's/.*: //')
failed=0
fail() {
    echo "failed: $*"
    cat "$scratch/output"
    failed=1
}

# run contender option…: its output and complaints are in $scratch/output.
run() {
    command_of "$@"
    "${command[@]}" >"$scratch/output" 2>&1
}
checks() { [[ $1 != wrk ]]; }
only_checking() {
    local contender
    for contender in "${contenders[@]}"; do
        if checks "$contender"; then
            "$@" "$contender"
        fi
    done
}
serve() {
    stop_nginx
    : >"$scratch/spoken.log"
    start_nginx "$scratch" "$core" "$(fixed_answer "$@")"
    "$programs/bench_record_request" "127.0.0.1:$port" >"$scratch/request"
}
hook=https://hooks.example.com/videosdk

# Given an answer as expected, when asked for calls, then it makes them.
if [[ " ${contenders[*]} " == *" go "* ]]; then
    build_go
fi
serve "$unit_id" pending "$hook"
makes_calls() {
    run "$1" 4 2 logged --count 40 --warm-up 8 || fail "$1 ends well"
    [[ $(cat "$scratch/output") == *'"calls":40,'*'"p50_us":'*'"p99_us":'*'"p999_us":'* ]] || fail "$1 tells of 40 calls"
}
only_checking makes_calls
if [[ " ${contenders[*]} " == *" wrk "* ]]; then
    run wrk 2 2 logged --seconds 1 || fail "wrk ends well"
    [[ $(cat "$scratch/output") == *'"failed":0,"p50_us":'* ]] || fail "wrk had no failed calls"
fi
sort "$scratch/spoken.log" | uniq -c >"$scratch/output"
[[ $(grep -vcE " TLSv1.3 $cipher [A-Za-z0-9:]+ HTTP/(1.1|2.0) 200\$" "$scratch/output") == 0 ]] || fail "all speak alike"

# Given another answer, or another certificate, then it refuses.
refuses() {
    ! run "$2" 2 2 plain --count 10 || fail "$2 refuses $1"
    [[ $(cat "$scratch/output") != *'"calls"'* ]] || fail "$2 tells nothing of calls that were refused: $1"
}
answer_is_told() { [[ $(cat "$scratch/output") == *"not the unit that was expected"* ]] || fail "$2 tells why: $1"; }
refuses_answer() {
    refuses "$@"
    answer_is_told "$@"
}
serve 64f1a2b3c4d5e6f7a8b9c0d2 pending "$hook"
only_checking refuses_answer "another id"
serve "$unit_id" idle "$hook"
only_checking refuses_answer "another status"
serve "$unit_id" pending "$hook/other"
only_checking refuses_answer "another webhook URL"
serve "$unit_id" pending "$hook"
cp "$scratch/other/cert.pem" "$scratch/cert.pem" # what the clients trust; nginx has read its own
only_checking refuses "a certificate that it does not trust"

exit "$failed"
