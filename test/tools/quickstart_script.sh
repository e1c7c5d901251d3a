#!/usr/bin/env bash
# examples/quickstart.sh in a fresh copy of the tree: quickstart_script.sh <folder to make>
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tools/files.sh

copy=$1
rm -rf "$copy"
mkdir -p "$copy"
files_of | tar --null -cf - -T - | tar -xf - -C "$copy"
output=$(env -u VIDEOSDK_API_KEY -u VIDEOSDK_SECRET -u VIDEOSDK_PUBLIC_URL "$copy/examples/quickstart.sh")
printf '%s\n' "$output"
[[ $(tail -n 1 <<<"$output") == done ]]
rm -rf "$copy"
