#!/usr/bin/env bash
# Each picture is well-formed and linked to by a page; those of doc/ say in words what they show, and fetch nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tools/files.sh

wrong() {
    echo "$1: $2" >&2
    exit 1
}

mapfile -d '' -t pages < <(files_of md)
pictures=0
while IFS= read -r -d '' file; do
    file=${file#./}
    xmllint --nonet --noout "$file" || wrong "$file" "not well-formed"
    grep -qF "/$(basename "$file"))" "${pages[@]}" || wrong "$file" "no page links to it"
    [[ $file == doc/* ]] || continue # others are drawn by programs
    for part in title desc; do
        grep -q "<$part>[^<]" "$file" || wrong "$file" "no <$part>"
    done
    ! grep -nE '<(script|image|style|foreignObject)|href=|url\((https?:|data:)' "$file" ||
        wrong "$file" "fetches or runs something"
    pictures=$((pictures + 1))
done < <(files_of svg)
((pictures > 0)) || wrong "doc/pictures" "there are none"
