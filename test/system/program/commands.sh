#!/usr/bin/env bash
# commands.sh program: each command does what it says, against `videosdk emulator`: what it prints, for people and as JSON.
set -euo pipefail
program=$1
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
start_emulator --idle-after 50

# A unit is bought, awaited, used and given back.
expect 0 acquire --type recording --webhook-url "$hook" --wait --json
out_lines 1
err_lines 0
id=$(field id)
[ "$(cat "$scratch/out")" = '{"id":"'"$id"'","status":"idle","type":"recording","mode":"video-and-audio","quality":"med","composerIds":[],"webhookUrl":"'"$hook"'"}' ] || fail "the object is another one"
expect 0 get "$id"
out_lines 2
out "ID                        STATUS     TYPE"
out "$id  idle       recording"
echo 'https://bucket.example.com/file?signature=of-the-upload' >"$scratch/upload"
expect 0 record start --room abcd-efgh-ijkl --resource "$id" --layout GRID --grid-size 4 --json \
    --pre-signed-url-file "$scratch/upload"
recording=$(field id)
out '"roomId":"abcd-efgh-ijkl"'
expect 0 wait "$id" --status composing --timeout 1m
out "$recording"
expect 0 record stop --room abcd-efgh-ijkl "$recording" --json
[ "$(cat "$scratch/out")" = '{"id":"'"$recording"'","success":true}' ] || fail "the object is another one"
expect 0 wait "$id" --status idle --json
[ "$(field status)" = idle ] || fail "it is not idle"
expect 0 release "$id" --json
[ "$(cat "$scratch/out")" = '{"id":"'"$id"'","success":true,"msg":"resource released"}' ] || fail "the object is another one"

# Several, of another type, and page by page.
expect 0 acquire --type rtmp --units 5 --mode audio --webhook-url "$hook?key=of-the-hook" --wait
out_lines 6
out "http://127.0.0.1:9/hook?..."
expect 0 list --status idle --page-size 2 --json
out_lines 5
id=$(field id)
cp "$scratch/out" "$scratch/idle"
expect 0 list --status released
out_lines 2
printf '# of the stage\nrtmp://live.example.com/app\tkey-of-the-stream\n' >"$scratch/outputs"
expect 0 rtmp start --room r --resource "$id" --outputs "$scratch/outputs" --json
stream=$(field id)
expect 0 rtmp stop --room r "$stream"
out "$stream  stopped"
expect 0 wait "$id" --status idle
echo "rtmps://live.example.com/app key-of-the-stream" |
    "$program" rtmp start --room r --resource "$id" --outputs - >>"$scratch/all" 2>&1 || fail "outputs from stdin"
expect 0 acquire --type hls --webhook-url "$hook" --wait --json
hls=$(field id)
expect 0 hls start --room r --resource "$hls" --layout SPOTLIGHT --theme DARK --json
out '"playbackHlsUrl":"https://'
expect 0 hls stop --room r "$(field id)" --json

# A token does instead of key and secret, from a file or stdin.
"$program" token --lifetime 10m >"$scratch/token" || fail "no token"
expect 0 list --token-file "$scratch/token" --status composing
VIDEOSDK_API_KEY='' expect 0 list --token-file - <"$scratch/token"
token=$(cat "$scratch/token")
"$program" token --json | grep -q '^{"token":"[^"]*","exp":[0-9]*}$' || fail "another object of a token"

# Helped is who asks.
for command in acquire get list wait release "record start" "record stop" "hls start" "hls stop" "rtmp start" "rtmp stop" \
    sweep listen verify token emulator; do
    expect 0 $command --help
    out "Usage: videosdk $command"
    out "Example"
    out "  videosdk $command"
    out "Exit codes: 0 success"
done
expect 0 --help
out "7  partial"
no_secret_in_all "$token" of-the-hook key-of-the-stream of-the-upload
