#!/usr/bin/env bash
# cmake/packages.sh installs on Debian 12 as root what is missing, names it elsewhere, and is quiet where nothing is. The
# programs that it asks are played by stubs.
set -euo pipefail
script=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/cmake/packages.sh

stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$stubs/$1"
    chmod +x "$stubs/$1"
}

# run <expected status> <what>: the script with the stubs before the real programs.
run() {
    local status=0
    rm -f "$stubs/calls"
    output=$(PATH=$stubs:$PATH "$script" "$2" 2>&1) || status=$?
    if [[ $status != "$1" ]]; then
        printf '%s\n' "$output"
        echo "packages.sh $2 ended with $status, not $1" >&2
        exit 1
    fi
}
holds() {
    [[ $1 == *"$2"* ]] || {
        printf '%s\n' "$1"
        echo "expected: $2" >&2
        exit 1
    }
}

stub apt-get "echo \"\$*\" >>$stubs/calls; exit \${APT_STATUS:-0}"
stub dpkg-query 'echo installed'
run 0 build
[[ -z $output ]] || { echo "not quiet where nothing is missing: $output" >&2; exit 1; }

# Not root: names what is missing, and installs nothing.
stub dpkg-query 'case $* in *boost-url*|*libssl*) exit 1 ;; *) echo installed ;; esac'
stub id 'echo 1000'
run 1 build
holds "$output" "missing packages (named as in Debian 12): libboost-url1.81-dev libssl-dev"
[[ ! -e $stubs/calls ]] || { echo "apt-get was called without being root" >&2; exit 1; }

# A package that was removed but whose settings stayed is missing too; what only tests need is asked for tests only.
stub dpkg-query 'case $* in *libcli11*) echo config-files ;; *libboost-test*) exit 1 ;; *) echo installed ;; esac'
run 1 build
holds "$output" ": libcli11-dev"
[[ $output != *boost-test* ]] || { echo "the build asks for a package of the tests" >&2; exit 1; }
run 1 test
holds "$output" "libcli11-dev libboost-test1.81-dev"

# Root on Debian 12: installs just that.
if grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then
    stub id 'echo 0'
    run 0 test
    holds "$(cat "$stubs/calls")" "install -y --no-install-recommends libcli11-dev libboost-test1.81-dev"
    export APT_STATUS=100
    run 1 test
    holds "$output" "apt-get could not install: libcli11-dev libboost-test1.81-dev"
fi

run 1 ''
holds "$output" "usage:"
