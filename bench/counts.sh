# System calls and heap allocations of the contenders of bench/acquire.sh, each counted in the way that it allows. For bash,
# to be sourced; `count_one contender level` leaves an object in $scratch/counted, calls and what they took together, or
# fails with the contender's complaint.

field() { sed -n "s/.*\"$1\":\([0-9.e+-]*\).*/\1/p" "$2"; }

# difference FILE FILE: of two flat objects of numbers, one a line.
difference() {
    tr -d '{}"' <"$1" | tr ',' '\n' |
        awk -F: 'NR == FNR { less[$1] = $2; next }
            { printf "%s\"%s\":%d", (FNR > 1 ? "," : "{"), $1, $2 - less[$1] } END { print "}" }' \
            <(tr -d '{}"' <"$2" | tr ',' '\n') -
}

# How many calls are counted at a level. Of those in flight when counting begins part is done already, and of those in
# flight when it ends part is not: both are few beside five times as many.
calls_at() { echo $((count > 5 * $1 ? count : 5 * $1)); }

# pinned word…: runs these words and `command` on the client's core.
pinned() { taskset -c "$client_core" "$@" "${command[@]}" >"$scratch/output"; }

# The C++ contenders ask the preloaded library to count, on their one thread and after their warm-up.
count_by_asking() { # contender level
    command_of "$1" "$2" "$connections" plain --count "$(calls_at "$2")" --warm-up "$(($2 + 2000))" &&
        pinned env "LD_PRELOAD=$library" && cp "$scratch/output" "$scratch/counted"
}

# Of the whole process, from a signal after its warm-up on.
count_node() { # level
    command_of node "$1" "$connections" plain --count "$(calls_at "$1")" --warm-up "$(($1 + 2000))" &&
        pinned env "LD_PRELOAD=$library" "VIDEOSDK_COUNT_CALLS_TO=$scratch/whole" &&
        echo "$(sed 's/}$/,/' <(grep '^{' "$scratch/output"))$(sed 's/^{//' "$scratch/whole")" >"$scratch/counted"
}

# Of the whole process, in a long run less a short one: what both have, start and handshakes, falls out.
count_wrk() { # level
    local time
    for time in 1 3; do
        command_of wrk "$1" "$connections" plain --seconds "$time" &&
            pinned env "LD_PRELOAD=$library" "VIDEOSDK_COUNT_CALLS_TO=$scratch/whole" || return 1
        echo "{\"calls\":$(field calls <(grep '^{' "$scratch/output")),$(sed 's/^{//' "$scratch/whole")" >"$scratch/run$time"
    done
    difference "$scratch/run3" "$scratch/run1" >"$scratch/counted"
}

# Go calls the kernel without the C library: strace counts the same calls instead, again in a long run less a short one.
# Heap allocations are those that Go's own runtime counts.
count_go() { # level
    local calls allocations
    command_of go "$1" "$connections" plain --count "$(calls_at "$1")" --warm-up "$(($1 + 2000))" && pinned || return 1
    allocations=$(awk -v n="$(field allocations "$scratch/output")" -v c="$(calls_at "$1")" 'BEGIN { printf "%.0f", n / c * 4000 }')
    if ! command -v strace >/dev/null; then
        echo "{\"calls\":4000,\"allocations\":$allocations}" >"$scratch/counted"
        return
    fi
    for calls in 1000 5000; do
        command_of go "$1" "$connections" plain --count "$calls" --warm-up "$(($1 + 1000))" &&
            pinned strace -f -c -o "$scratch/whole" -e "trace=$traced" || return 1
        awk -v calls="$calls" '$1 ~ /^[0-9.]+$/ && $4 ~ /^[0-9]+$/ && $NF != "total" { text = text ",\"" $NF "\":" $4; all += $4 }
            END { print "{\"calls\":" calls ",\"system_calls\":" all text "}" }' "$scratch/whole" >"$scratch/run$calls"
    done
    difference "$scratch/run5000" "$scratch/run1000" | sed "s/}$/,\"allocations\":$allocations}/" >"$scratch/counted"
}
# The calls that the library counts.
traced=read,write,readv,writev,recvfrom,recvmsg,sendto,sendmsg,epoll_wait,epoll_pwait,epoll_ctl,timerfd_settime,poll,ppoll,getrandom

count_one() { # contender level
    local library=$programs/counting/libcount_calls.so
    case $1 in
    wrk) count_wrk "$2" ;;
    node) count_node "$2" ;;
    go) count_go "$2" ;;
    *) count_by_asking "$1" "$2" ;;
    esac
}
