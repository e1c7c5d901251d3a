#!/usr/bin/env bash
# doc/http.md says which test keeps which clause. Every test that it names exists, and every test that is named after a
# clause stands in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

tests=$(grep -rhoE 'BOOST_(AUTO|FIXTURE)_TEST_CASE\([A-Za-z0-9_]+' test --include='*.cpp' | sed 's/.*(//' | sort -u)
named=$(grep -oE '`[a-z][a-z0-9]*(_[a-z0-9]+)+`' doc/http.md | tr -d '`' | sort -u)
clauses=$(grep -E '^rfc[0-9]+_[0-9]+_' <<<"$tests")
bad=0
missing=$(comm -13 <(echo "$tests") <(grep -E '^(rfc[0-9]+_|[a-z0-9]+(_[a-z0-9]+){4,}$)' <<<"$named"))
if [[ -n $missing ]]; then
    printf 'doc/http.md names tests that do not exist:\n%s\n' "$missing"
    bad=1
fi
untold=$(comm -23 <(echo "$clauses") <(echo "$named"))
if [[ -n $untold ]]; then
    printf 'doc/http.md does not name these tests of clauses:\n%s\n' "$untold"
    bad=1
fi
(($(wc -l <<<"$clauses") >= 40)) || {
    echo "fewer than 40 tests are named after a clause"
    bad=1
}
exit $bad
