#!/usr/bin/env bash
# events.sh program: listen prints what is genuine and acknowledges what it has printed; sweep says whose units are
# there, and gives back only those that it was told to.
set -euo pipefail
program=$1
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
start_emulator --idle-after 50

# start_listen argument…: $listener is its pid, $url the webhook URL that it names.
start_listen() {
    rm -f "$scratch/out" "$scratch/err" # what an earlier one has said is not waited for
    "$program" listen --bind 127.0.0.1:0 --json "$@" >"$scratch/out" 2>"$scratch/err" &
    listener=$!
    running+=("$listener")
    until_holds "$scratch/err" webhookUrl "$listener"
    url=$(sed -n 's/.*"webhookUrl":"\([^"]*\)".*/\1/p' "$scratch/err")
}

# An event of a unit that was bought with its URL is printed; then it ends, as --count says.
start_listen --owner studio --path /hooks --count 1
[[ $url =~ ^http://127\.0\.0\.1:[0-9]+/hooks/studio/v1- ]] || fail "another URL: $url"
unit=$("$program" acquire --type recording --webhook-url "$url" --json | sed 's/{"id":"\([^"]*\)".*/\1/')
ended "$listener" 0
[ "$(cat "$scratch/out")" = '{"webhookType":"resource-acquired","data":{"id":"'"$unit"'","type":"recording"}}' ] ||
    fail "another event"

# So is one to a URL that acquire made itself; a stranger's is refused, and said so. It ends with a signal.
start_listen --owner studio
base=${url%/studio/*}
"$program" acquire --type recording --webhook-url "$base" --owner stranger >/dev/null
until_holds "$scratch/err" '"notice"' "$listener"
"$program" acquire --type recording --webhook-url "$base" --owner studio >/dev/null
until_holds "$scratch/out" resource-acquired "$listener"
kill -TERM "$listener"
ended "$listener" 0
out_lines 1
! grep -q 'stranger/v1-' "$scratch/err" || fail "it printed a stranger's token"

# What cannot be printed is not acknowledged, and is no success.
rm -f "$scratch/err"
: >"$scratch/out"
"$program" listen --owner studio --bind 127.0.0.1:0 >/dev/full 2>"$scratch/err" &
listener=$!
running+=("$listener")
until_holds "$scratch/err" "for webhooks to" "$listener"
"$program" acquire --type recording --webhook-url "$(sed 's/.* //' "$scratch/err")" >/dev/null
ended "$listener" 1
err "No space left"
expect 2 listen --tls-cert "$scratch/none"
expect 2 listen --path hooks
expect 2 listen --owner "No Owner"

# Over TLS, with the certificate that it is given.
if command -v openssl >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 1 -keyout "$scratch/key" -out "$scratch/cert" 2>/dev/null
    start_listen --tls-cert "$scratch/cert" --tls-key "$scratch/key"
    [[ $url == https://127.0.0.1:* ]] || fail "another URL: $url"
    kill -INT "$listener"
    ended "$listener" 0
fi

# Five units: three of studio, in three boots, one of a stranger, one of nobody.
expect 0 acquire --type hls --webhook-url "$hook" --wait --json
nobody=$(field id)
for unit in $("$program" list --status pending --json | sed 's/{"id":"\([^"]*\)".*/\1/'); do
    expect 0 wait "$unit" --status idle
done
expect 0 sweep
grep -qE "^$nobody  idle +hls +- +- +-  +-$" "$scratch/out" || fail "a unit without a token has an owner"
expect 0 sweep --owner studio --json
out_lines 3
out '"owner":"studio","boot":"'
out '"ageSeconds":'
grep -o '"acquiredAt":"[^"]*"' "$scratch/out" | sort -c || fail "not the oldest first"
[ "$(grep -o '"boot":"[^"]*"' "$scratch/out" | sort -u | wc -l)" -eq 3 ] || fail "not three boots"
unit=$(field id)
expect 0 sweep --owner studio --older-than 1d --json
out_lines 0
VIDEOSDK_SECRET='' expect 2 sweep
printf 'other-keys-than-the-deployments\n' >"$scratch/keys"
expect 0 sweep --owner studio --token-keys-file "$scratch/keys" --json
out_lines 0

# Nothing is released but idle units of the owner, of the age, by the word.
expect 2 sweep --release
expect 2 sweep --release --owner studio
expect 2 sweep --release --older-than 1ms
expect 0 sweep --release --owner studio --older-than 1d
expect 0 list --status released --json
out_lines 0
expect 0 record start --room r --resource "$unit"
expect 0 wait "$unit" --status composing
expect 0 sweep --release --owner studio --older-than 1ms --json
out_lines 3
grep -q "\"id\":\"$unit\".*\"success\":false,\"msg\":\"left alone: not idle\"" "$scratch/out" || fail "released while composing"
[ "$(grep -c '"success":true' "$scratch/out")" -eq 2 ] || fail "not two released"
expect 0 list --status released --json
out_lines 2
expect 0 sweep
out_lines 4
out "stranger"
no_secret_in_all other-keys
