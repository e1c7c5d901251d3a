#!/usr/bin/env bash
# endings.sh program provider: every way to end has its exit code and its words; no unit is bought and left unnamed.
set -euo pipefail
program=$1
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
mkfifo "$scratch/said"
"$2" "$scratch" "$VIDEOSDK_SECRET" >"$scratch/said" 2>"$scratch/provider.err" &
provider=$!
running+=("$provider")
exec 4<"$scratch/said"
read -r -t 60 VIDEOSDK_API_ENDPOINT <&4 || fail "no line from the provider"
export VIDEOSDK_API_ENDPOINT

# usage text argument…: exit 2 and one line that says so.
usage() {
    local text=$1
    shift
    expect 2 "$@"
    err "$text"
    err_lines 1
    out_lines 0
}

# Nothing is sent where the command makes no sense.
usage "--type is required" acquire --webhook-url "$hook"
usage "--timeout" list --timeout 5x
usage "--status" list --status sold
usage "not expected: --secret" list --secret=word-on-the-command-line
usage "an argument was not expected" get one word-on-the-command-line
usage "webhook_url" acquire --type recording --webhook-url ftp://example.com
usage "--ca-file" list --ca-file "$scratch/none"
usage "no PEM certificate" list --endpoint https://localhost:1 --ca-file "$scratch/body.json"
usage "--token-file" list --token-file word-on-the-command-line
usage "endpoint" list --endpoint ftp://example.com
usage "--outputs: output 1" rtmp start --room r --resource x --outputs <(echo word-on-the-command-line)
VIDEOSDK_SECRET='' usage "VIDEOSDK_SECRET" list
usage '{"error":{"command":"rtmp start","exit":2,"code":"usage"' rtmp start --json

# What scripts must tell apart.
expect 3 get nobody
err "videosdk get: GET /v2/resource/nobody: 404 not found"
expect 3 wait nobody --status idle
VIDEOSDK_SECRET=another expect 4 list
err "check VIDEOSDK_API_KEY and VIDEOSDK_SECRET"
out_lines 0
expect 5 get slow --timeout 1s --json
err '"exit":5,"code":"'
expect 1 list --endpoint http://127.0.0.1:1
err "connect failed"
https_proxy=http://127.0.0.1:1 expect 1 list --endpoint https://api.example.com
err "the proxy 127.0.0.1:1"
https_proxy=socks5://127.0.0.1:1 expect 2 list --endpoint https://api.example.com
err "proxy.url"
expect 6 acquire --type hls --webhook-url "$hook" --owner studio
err "videosdk sweep --owner studio"
err_lines 1
expect 7 acquire --type recording --units 4 --webhook-url "$hook" --json
out_lines 3
id=$(field id)
err '"exit":7,"code":"short_grant"'
err "\"billed\":[\"$id\""
expect 5 wait "$id" --status composing --timeout 2s
err "not composing in time: $id "
expect 7 release "$id" nobody
out "$id  released"
grep -qE "^nobody +refused" "$scratch/out" || fail "nobody was released"
expect 1 release nobody
expect 1 wait "$id" --status idle
err "is released and will not become idle"

# A webhook is genuine or not.
signature=$(cat "$scratch/signature.txt")
expect 0 verify "$scratch/body.json" --signature "$signature"
out "genuine: recording-stopped composition_id=c1"
expect 0 verify --json --signature "$signature" --key-file "$scratch/key.pem" <"$scratch/body.json"
[ "$(cat "$scratch/out")" = '{"valid":true,"webhookType":"recording-stopped"}' ] || fail "the object is another one"
tr -d ' ' <"$scratch/body.json" >"$scratch/other.json"
expect 8 verify "$scratch/other.json" --signature "$signature" --json
[ "$(cat "$scratch/out")" = '{"valid":false}' ] || fail "the object is another one"
usage "--key-file" verify "$scratch/body.json" --signature "$signature" --key-file "$scratch/body.json"

# A result that nobody gets is no success. Of an acquire it would be a loss: the ids are said elsewhere.
# run_into status argument…: as expect, with a stdout of the caller's.
run_into() {
    local wanted=$1 status=0
    shift
    "$program" "$@" 2>"$scratch/err" || status=$?
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status, not $wanted"
}
: >"$scratch/out"
for command in "list" "list --json" "--help" "token" "emulator --no-tls"; do
    run_into 1 $command >/dev/full
    err "No space left"
    run_into 1 $command >&-
    err "cannot write to stdout"
done
run_into 1 acquire --type recording --webhook-url "$hook" >/dev/full
err "still billed until released: "
run_into 1 acquire --type recording --webhook-url "$hook" >&-
! grep -q billed "$scratch/err" || fail "bought, though nobody would have read of it"
# A reader that has gone: quiet as with other tools, but of an acquire.
exec 5> >(:)
wait $!
run_into 141 list >&5
err_lines 0
run_into 1 acquire --type recording --webhook-url "$hook" >&5
err "still billed until released: "
exec 5>&-
run_into 0 list 2>&- >"$scratch/out" <&-

# Signals. A shell's background process ignores SIGINT until it says otherwise, which these do.
"$program" acquire --type recording --quality low --webhook-url "$hook" --json >"$scratch/out" 2>"$scratch/err" &
running+=($!)
buying=$!
read -r -t 60 asked <&4 || fail "the provider was not asked"
kill -INT "$buying" # while the provider stands still, amid the request
until_holds "$scratch/err" '{"notice":{"command":"acquire"' "$buying"
kill -CONT "$provider"
ended "$buying" 130
id=$(field id)
[ -n "$id" ] || fail "the unit is not named"
err "\"billed\":[\"$id\"]"
"$program" wait "$id" --status composing >"$scratch/out" 2>"$scratch/err" &
running+=($!)
# It can be signalled once it has its own handler: before, it is a copy of this shell, which has handlers too.
until_handles() {
    local deadline=$((SECONDS + 60)) mask
    until [ "/proc/$2/exe" -ef "$program" ] && mask=$(sed -n 's/^SigCgt:\t*//p' "/proc/$2/status") && ((0x$mask >> ($1 - 1) & 1)); do
        ((SECONDS < deadline)) || fail "it has no handler"
    done
}
until_handles 15 $!
kill -TERM $!
ended $! 143
err "ended by SIGTERM"
out_lines 0
# On a terminal one line says how it goes, and is gone when it is over.
script -qec "$program wait $id --status composing --timeout 2s" /dev/null >"$scratch/out" </dev/null || [ $? -eq 5 ] ||
    fail "on a terminal it ended otherwise"
out "waiting for composing: $id"
out $'\r\e[Kvideosdk wait: not composing in time: '"$id"
start_emulator --idle-after 3600000
"$program" acquire --type recording --units 2 --webhook-url "$hook" --wait >"$scratch/out" 2>"$scratch/err" &
running+=($!)
waiting=$!
until "$program" list --json | grep -q pending; do
    kill -0 "$waiting" || fail "it did not wait"
done
kill -INT "$waiting"
ended "$waiting" 130
out_lines 3
err "still billed until released: $(sed -n '2s/ .*//p' "$scratch/out")"
# Time that runs out in the waiting is no "timed out, and nothing was changed".
expect 7 acquire --type recording --webhook-url "$hook" --wait --timeout 5s --json
err "\"billed\":[\"$(field id)\"]"
err "not idle in time"
no_secret_in_all word-on-the-command-line
