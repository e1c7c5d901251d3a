#!/usr/bin/env bash
# Each node says what it should, and the unit that was given back is the one that was held: several_nodes_test.sh folder.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

unset VIDEOSDK_REDIS VIDEOSDK_PUBLIC_URL VIDEOSDK_LISTEN
output=$("$here/several_nodes.sh" "$1" 2>&1) || {
    printf '%s\n' "$output"
    echo "failed" >&2
    exit 1
}
printf '%s\n' "$output"

# says 'regular expression': a line of the output matches.
says() {
    grep -qE -e "$1" <<<"$output" || {
        echo "expected a line like: $1" >&2
        exit 1
    }
}
says '^one: answered a webhook with 200$'
says '^two: a webhook says that abcd-efgh-ijkl is recorded$'
if grep -E '^(two|three): answered' <<<"$output"; then
    echo "all webhooks come to node one" >&2
    exit 1
fi
unit=$(sed -n 's/^three: holds //p' <<<"$output")
says "^(one|two): gives back $unit of a node that is gone\$"
says '^one: has ended; events passed on: [1-9]'
says '^two: has ended; .* read: [1-9]'
says ' acquired=([2-9]) .* released=\1 '
