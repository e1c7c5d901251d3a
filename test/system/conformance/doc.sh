#!/usr/bin/env bash
# doc/http.md says which test keeps which clause. Every test that it names exists, every test that is named after a
# clause stands in it, and no section of RFC 9112 that binds a server lacks either.
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
# The sections of RFC 9112 that bind a server. Each has a row with a test that is named after it.
rows=$(sed -n '/^## RFC 9112/,/^## RFC 9110/p' doc/http.md)
for section in 2.2 2.3 3 3.1 3.2 3.2.1 3.2.2 3.2.3 3.2.4 3.3 4 5 5.1 5.2 6 6.1 6.2 6.3 7 7.1 7.1.1 7.1.2 7.1.3 7.2 7.4 8 \
    9.2 9.3 9.3.2 9.4 9.5 9.6 9.8 11.1 11.2; do
    name="rfc9112_${section//./_}_[a-z]"
    grep -qE "^$name" <<<"$clauses" || {
        echo "no test is named after section $section of RFC 9112"
        bad=1
    }
    grep -qE "^\| ${section//./\\.} .*\`$name" <<<"$rows" || {
        echo "doc/http.md has no row with a test of section $section of RFC 9112"
        bad=1
    }
done
exit $bad
