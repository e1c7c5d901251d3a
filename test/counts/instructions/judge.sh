#!/usr/bin/env bash
# Holds figures against a baseline: judge.sh BASELINE FIGURES. In both files a line is `compiler what instructions`, or
# a comment. Fails where a figure is more than a twentieth above that of the same compiler and name, or so far below it
# that the work was hardly done.
set -euo pipefail

baseline=${1:?"usage: judge.sh BASELINE FIGURES"} figures=${2:?"usage: judge.sh BASELINE FIGURES"}
[[ -r $baseline && -r $figures ]] || { echo "cannot read $baseline and $figures" >&2; exit 1; }

awk '
    /^#/ || !NF { next }
    FILENAME == ARGV[1] { allowed[$1 " " $2] = $3; next }
    {
        ++judged
        key = $1 " " $2
        seen[key] = 1
        if (!(key in allowed)) {
            printf "%s: no baseline\n", key
            unknown = 1
            next
        }
        change = 100 * ($3 / allowed[key] - 1)
        too_many = $3 * 100 > allowed[key] * 105
        too_few = $3 * 2 < allowed[key]
        printf "%s: %d instructions, baseline %d, %+.1f %%%s\n", key, $3, allowed[key], change,
               too_few ? ": was the work done? If so, renew the baseline" : too_many ? ": too many" : change < -5 ? ": renew the baseline, or it allows this to be lost again" : ""
        over = over || too_many || too_few
        compilers[$1] = 1
    }
    END {
        for (key in allowed) {
            split(key, parts, " ")
            if ((parts[1] in compilers) && !(key in seen)) {
                printf "%s: was not measured\n", key
                unknown = 1
            }
        }
        exit !judged || over || unknown
    }' "$baseline" "$figures" || {
    echo "the baseline allows 5 % more instructions. Where more are meant to be spent, or where a compiler is new, say" >&2
    echo "why in the commit that renews it: test/counts/instructions/guard.sh --renew" >&2
    exit 1
}
