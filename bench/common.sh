# What the benchmarks' scripts have in common: their options, programs and cores, and the tree that they build. For bash,
# to be sourced at the top of the tree.

# read_options "name other_name" argument…: sets $name by `--name VALUE` and $other_name by `--other-name VALUE`; anything
# else shows the first lines of the script.
read_options() {
    local names=" $1 " name
    shift
    while (($#)); do
        name=${1#--}
        name=${name//-/_}
        if [[ $1 != --* || $names != *" $name "* ]]; then
            sed -n '2,3s/^# //p' "$0" >&2
            exit 2
        fi
        printf -v "$name" '%s' "${2:?"$1 lacks its value"}"
        shift 2
    done
}

# need_programs "packages of Debian" program…
need_programs() {
    local packages=$1 program missing=()
    shift
    for program in "$@"; do
        PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || missing+=("$program")
    done
    if ((${#missing[@]})); then
        echo "missing: ${missing[*]} (Debian: $packages)" >&2
        exit 1
    fi
}

# Sets `cores`: those that this shell may use; at least two, for what is measured and for its peer.
find_cores() {
    local ranges range core
    cores=()
    IFS=, read -ra ranges <<<"$(taskset -cp $$ | sed 's/.*: //')"
    for range in "${ranges[@]}"; do
        for ((core = ${range%-*}; core <= ${range#*-}; ++core)); do
            cores+=("$core")
        done
    done
    if ((${#cores[@]} < 2)); then
        echo "needs two cores: one for what is measured, one for its peer" >&2
        exit 1
    fi
}

load_average() { cut -d' ' -f1 /proc/loadavg; }
cpu_model() { sed -n 's/^model name[[:space:]]*: *//p' /proc/cpuinfo | head -n 1; }
cached() { sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"; }

configure_release() {
    cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="${CXX:-g++}" \
        -DVIDEOSDK_BUILD_BENCH=ON -DVIDEOSDK_BUILD_TESTS=OFF -DVIDEOSDK_BUILD_EXAMPLES=OFF -DVIDEOSDK_BUILD_PROGRAM=OFF \
        -DVIDEOSDK_WARNINGS_AS_ERRORS=OFF >&2
}

# build_release target…: in $build, optimised; sets `programs`, the folder that has them.
build_release() {
    configure_release
    # Where the compiler changed, CMake throws its cache away, and with it what it was just told, the build type too.
    [[ $(cached CMAKE_BUILD_TYPE) == Release ]] || configure_release
    if [[ $(cached CMAKE_BUILD_TYPE) != Release ]]; then
        echo "the build type of $build is \"$(cached CMAKE_BUILD_TYPE)\", not Release: remove that folder" >&2
        exit 1
    fi
    ninja -C "$build" "$@" >&2
    programs=$(realpath "$build")/bench
}
