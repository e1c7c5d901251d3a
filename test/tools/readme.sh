#!/usr/bin/env bash
# README.md and doc/*.md quote examples to the letter, and hold no other C++: before each ```cpp block stands
# `<!-- file -->`, in README.md, where it is that file's text, or `<!-- from file -->` where its lines stand in that file,
# one after the other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

checked=0
while read -r file; do
    quoted=$(awk -v mark="<!-- $file -->" '
        $0 == mark { found = 1; next }
        found && /^```cpp$/ { inside = 1; next }
        inside && /^```$/ { exit }
        inside { print }' README.md)
    diff <(printf '%s\n' "$quoted") "$file" >&2 || {
        echo "README.md does not quote $file as it is" >&2
        exit 1
    }
    checked=$((checked + 1))
done < <(sed -n 's/^<!-- \(examples\/[a-z_]*\.cpp\) -->$/\1/p' README.md)
((checked > 0)) || {
    echo "README.md quotes no example" >&2
    exit 1
}

awk '/^```(cpp|c\+\+)/ && before !~ /^<!-- (from )?examples\/[a-z_]*\.cpp -->$/ {
         print FILENAME ":" FNR ": C++ that is no example: say which file it is from" >"/dev/stderr"
         bad = 1
     }
     { before = $0 }
     END { exit bad }' README.md doc/*.md

parts=0
while IFS=: read -r page line mark; do
    file=${mark#<!-- from }
    file=${file% -->}
    quoted=$(awk -v mark="$line" 'NR <= mark { next }
        /^```cpp$/ { inside = 1; next }
        inside && /^```$/ { exit }
        inside { print }' "$page")
    [[ -n $quoted && $'\n'$(<"$file")$'\n' == *$'\n'"$quoted"$'\n'* ]] || {
        echo "$page:$line: $file does not hold what is quoted from it" >&2
        exit 1
    }
    parts=$((parts + 1))
done < <(grep -Hno '^<!-- from examples/[a-z_]*\.cpp -->$' README.md doc/*.md)
((parts > 0)) || {
    echo "no page in doc/ quotes an example" >&2
    exit 1
}

# Links into the tree lead somewhere.
grep -o '](\([A-Za-z0-9_./-]\+\))' README.md doc/*.md | while IFS= read -r link; do
    from=${link%%:*} to=${link#*:](}
    to=${to%)}
    [[ -e $(dirname "$from")/$to ]] || {
        echo "$from: no such file: $to" >&2
        exit 1
    }
done
