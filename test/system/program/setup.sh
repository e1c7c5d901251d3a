# For the scripts beside: sourced with the program's path in $program. Starts what is asked for on loopback, stops it by
# pid, and keeps everything that the program says in $scratch/all, in which no secret may stand in the end.
scratch=$(mktemp -d)
running=()
finish() {
    local pid
    for pid in "${running[@]}"; do
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true # without the shell's word about it
    done
    rm -rf "$scratch"
}
trap finish EXIT

export VIDEOSDK_API_KEY=key VIDEOSDK_SECRET=secret-that-nobody-may-see
unset VIDEOSDK_API_ENDPOINT https_proxy HTTPS_PROXY no_proxy NO_PROXY
hook=http://127.0.0.1:9/hook # nobody listens there
: >"$scratch/all"

fail() {
    echo "FAILED: $1" >&2
    sed 's/^/    out: /' "$scratch/out" >&2 || true
    sed 's/^/    err: /' "$scratch/err" >&2 || true
    exit 1
}

# start_emulator argument…: $endpoint and VIDEOSDK_API_ENDPOINT are its URL.
start_emulator() {
    rm -f "$scratch/line"
    mkfifo "$scratch/line"
    "$program" emulator --no-tls "$@" >"$scratch/line" 2>"$scratch/emulator.err" &
    running+=($!)
    exec 3<"$scratch/line"
    local line
    read -r -t 60 line <&3 || fail "no line from the emulator"
    export VIDEOSDK_API_ENDPOINT=${line##* }
}

# expect status argument…: the program ends with that status. Its stdout and stderr are in $scratch/out and err.
expect() {
    local wanted=$1 status=0
    shift
    "$program" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    cat "$scratch/out" "$scratch/err" >>"$scratch/all"
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status, not $wanted"
}

# out text, err text: what the last one printed holds that text.
out() { grep -qF -- "$1" "$scratch/out" || fail "stdout does not hold '$1'"; }
err() { grep -qF -- "$1" "$scratch/err" || fail "stderr does not hold '$1'"; }
out_lines() { [ "$(wc -l <"$scratch/out")" -eq "$1" ] || fail "stdout has not $1 lines"; }
err_lines() { [ "$(wc -l <"$scratch/err")" -eq "$1" ] || fail "stderr has not $1 lines"; }

# field name: of the first object of stdout.
field() { sed -n '1s/.*"'"$1"'":"\([^"]*\)".*/\1/p' "$scratch/out"; }

# ended pid status: the process ends with that status.
ended() {
    local status=0
    wait "$1" || status=$?
    cat "$scratch/out" "$scratch/err" >>"$scratch/all"
    [ "$status" -eq "$2" ] || fail "it ended with $status, not $2"
}

# until_holds file text pid: waits until the file holds the text, which the process is to write.
until_holds() {
    local deadline=$((SECONDS + 60))
    until grep -qF -- "$2" "$1" 2>/dev/null; do
        kill -0 "$3" 2>/dev/null || fail "it ended without writing '$2'"
        ((SECONDS < deadline)) || fail "it has not written '$2' in time"
        read -r -t 0.02 <> <(:) || true
    done
}

no_secret_in_all() {
    local secret
    for secret in "$VIDEOSDK_SECRET" "$@"; do
        ! grep -qF -- "$secret" "$scratch/all" || fail "a secret was printed: '$secret'"
    done
}
