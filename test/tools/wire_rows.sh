#!/usr/bin/env bash
# doc/wire.md says what the library relies on of the API, each fact in a row with an id. Every row has a test that names it,
# by a line `// wire: W8, W9` above the test, and every id that a test names is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bad=0
# complain "what" lines: says it and each line, where there is one.
complain() {
    [[ -n $2 ]] || return 0
    printf '%s\n%s\n' "$1" "$2"
    bad=1
}

# Rows of all tables but the one of sources, without heads and rules.
rows=$(awk '
    !/^\|/ { table = 0; next }
    !table { table = 1; sources = /^\| name \| source \|$/; if (!sources && !/^\| id \|/) print FILENAME ":" FNR ": " $0; next }
    /^\|[-|]+$/ || sources { next }
    { print FILENAME ":" FNR ": " $0 }' doc/wire.md)
complain 'rows, or tables, without an id:' "$(grep -vE '^[^:]*:[0-9]+: \| W[1-9][0-9]* \| ' <<<"$rows" || true)"
ids=$(sed -nE 's/^[^|]*\| (W[0-9]+) \|.*/\1/p' <<<"$rows" | sort)
complain 'ids of more than one row:' "$(uniq -d <<<"$ids")"
[[ -n $ids ]] || complain 'doc/wire.md:' 'no row has an id'

marks=$(grep -rnE '^ *// wire: ' test --include='*.cpp' --include='*.mjs' || true)
complain 'not a list such as `// wire: W8, W9`:' "$(grep -vE ':// wire: W[0-9]+(, W[0-9]+)*$' <<<"$marks" || true)"
# A name keeps nothing by itself: a test follows.
complain 'names a row, but no test follows:' "$(while IFS=: read -r file line _; do
    [[ -n $file ]] || continue
    sed -n "$((line + 1))p" "$file" | grep -qE '^ *(BOOST_(AUTO|FIXTURE|DATA)_TEST_CASE|it|test)\(' || echo "$file:$line"
done <<<"$marks")"
named=$(grep -oE 'W[0-9]+' <<<"$(cut -d: -f3- <<<"$marks")" | sort -u)
complain 'rows that no test names:' "$(comm -23 <(sort -u <<<"$ids") <(echo "$named"))"
complain 'tests name rows that doc/wire.md does not have:' "$(comm -13 <(sort -u <<<"$ids") <(echo "$named"))"
exit $bad
