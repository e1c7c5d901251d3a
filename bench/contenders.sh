# The contenders of bench/acquire.sh: their names, what each needs, and how each is called. For bash, to be sourced;
# $programs, $build, $scratch, $unit_id and the ports of nginx.sh are read.

# The word for --without, and the name in the table.
contender_words=(serial strand beast wrk curl-h1 curl-h2 go node)
declare -A contender_names=(
    [serial]="videosdk, serial executor"
    [strand]="videosdk, own strand"
    [beast]="bare Beast loop"
    [wrk]="wrk"
    [curl-h1]="libcurl multi, HTTP/1.1"
    [curl-h2]="libcurl multi, HTTP/2"
    [go]="Go net/http"
    [node]="Node SDK"
)

node_sdk_folder() { echo "$build/node_sdk"; }

# What a contender lacks on this machine, in words; nothing where it can run.
lacks() {
    case $1 in
    wrk) command -v wrk >/dev/null || echo "wrk (Debian: wrk)" ;;
    curl-h1 | curl-h2)
        "${CXX:-g++}" -E -x c++ - <<<'#include <curl/curl.h>' >/dev/null 2>&1 ||
            echo "libcurl's headers (Debian: libcurl4-openssl-dev)"
        ;;
    go) command -v go >/dev/null || echo "go (Debian: golang-go)" ;;
    node)
        command -v node >/dev/null || echo "node (Debian: nodejs)"
        [[ -d $(node_sdk_folder)/node_modules/@videosdk.live/server-sdk ]] ||
            echo "the Node SDK (test/interop/node_sdk/install.sh npm test/interop/node_sdk $(node_sdk_folder))"
        ;;
    esac
}

# choose_contenders "word word": sets `contenders`, without these. Names all that is missing, and ends then.
choose_contenders() {
    local word lacking missing=()
    for word in $1; do
        [[ -n ${contender_names[$word]:-} || $word == chart ]] || {
            echo "--without knows: ${contender_words[*]} chart" >&2
            exit 2
        }
    done
    contenders=()
    for word in "${contender_words[@]}"; do
        [[ " $1 " != *" $word "* ]] || continue
        contenders+=("$word")
        while read -r lacking; do
            [[ -z $lacking || " ${missing[*]} " == *" $lacking "* ]] || missing+=("$lacking; or --without $word")
        done <<<"$(lacks "$word")"
    done
    [[ " $1 " == *" chart "* ]] || command -v gnuplot >/dev/null ||
        missing+=("gnuplot (Debian: gnuplot-nox); or --without chart")
    if ((${#missing[@]})); then
        printf 'missing: %s\n' "${missing[@]}" >&2
        exit 1
    fi
}

# The module proxy is off: the program needs the standard library only.
build_go() {
    GO111MODULE=off GOPROXY=off GOFLAGS='' CGO_ENABLED=0 GOCACHE=$(realpath "$build")/go-cache \
        go build -o "$programs/bench_net_http" bench/peers/net_http.go >&2
}

# command_of contender in-flight connections plain|logged option…: sets the array `command`. wrk has no calls that wait for a
# connection, and no count of calls: it gets as many connections as it may have, and `--seconds`.
command_of() {
    local contender=$1 in_flight=$2 connections=$3 h1=$port h2=$port_http2
    [[ $4 == plain ]] || h1=$logged_port h2=$logged_port_http2
    shift 4
    local url=https://127.0.0.1:$h1 certificate=$scratch/cert.pem
    [[ $contender != curl-h2 ]] || url=https://127.0.0.1:$h2
    local options=(--url "$url" --ca "$certificate" --expect "$unit_id" --in-flight "$in_flight" --connections "$connections" "$@")
    case $contender in
    serial) command=("$programs/bench_acquire" "${options[@]}") ;;
    strand) command=("$programs/bench_acquire" "${options[@]}" --executor strand) ;;
    beast) command=("$programs/bench_beast_loop" "${options[@]}" --request "$scratch/request") ;;
    curl-h1) command=("$programs/bench_libcurl" "${options[@]}" --request "$scratch/request") ;;
    curl-h2) command=("$programs/bench_libcurl" "${options[@]}" --request "$scratch/request" --http 2) ;;
    go) command=(env GOMAXPROCS=1 "$programs/bench_net_http" "${options[@]}" --request "$scratch/request") ;;
    node)
        command=(env "NODE_EXTRA_CA_CERTS=$certificate" node bench/peers/node_sdk.mjs "${options[@]}"
            --sdk "$(realpath "$(node_sdk_folder)")")
        # Short runs would measure V8's compiler. Nobody else gets a time that is not counted.
        [[ $1 != --seconds ]] || command+=(--warm-up-seconds 2)
        ;;
    wrk)
        [[ $1 == --seconds ]] || return 1
        command=(env "REQUEST_FILE=$scratch/request" wrk -t1 -c"$((in_flight < connections ? in_flight : connections))"
            -d"$2s" -s bench/peers/acquire.lua "$url/v2/resource/acquire")
        ;;
    esac
}
