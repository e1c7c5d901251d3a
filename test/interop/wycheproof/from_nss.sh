#!/usr/bin/env bash
# from_nss.sh <wycheproof_vectors> <work folder> <C++ compiler>: Project Wycheproof's vectors as Debian's source package
# nss has them (3.87.1, of Debian 12), decided by the library.
#
# Fetches the package, 80 MB with its indexes, by apt-get from the machine's own sources as source packages, into the
# work folder; nothing outside of it is touched, and the headers stay there for the next run. Needs apt-get with a
# source of Debian 12, network, and tar; no root.
set -euo pipefail
vectors=${1:?} work=${2:?} compiler=${3:?}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
count=854 # by the three headers that have SHA-256: 240, 239 and 375

fail() {
    echo "from_nss.sh: $*" >&2
    exit 1
}

fetch() {
    local at=$work/apt file
    rm -rf "$at"
    mkdir -p "$at"/{parts,lists/partial,cache/archives/partial}
    # Each source of packages, as one of their sources.
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ ! -f $file ]] || sed -nE 's/^[[:space:]]*deb(-src)?[[:space:]]+/deb-src /p' "$file" >>"$at/all.list"
    done
    if [[ -s $at/all.list ]]; then
        sort -u "$at/all.list" >"$at/parts/all.list"
    fi
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ ! -f $file ]] || sed -E 's/^Types:.*/Types: deb-src/I' "$file" >"$at/parts/${file##*/}"
    done
    compgen -G "$at/parts/*" >/dev/null || fail "no package sources in /etc/apt: a source of Debian 12 is needed"
    local -a options=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$at/parts"
        -o "Dir::State::lists=$at/lists" -o "Dir::Cache=$at/cache" -o APT::Sandbox::User= -o Acquire::Languages=none
        -o Acquire::Retries=3)
    apt-get "${options[@]}" update >"$at/log" 2>&1 || { cat "$at/log" >&2 && fail "apt-get update failed"; }
    (cd "$at" && apt-get "${options[@]}" source --download-only nss >>"$at/log" 2>&1) ||
        { cat "$at/log" >&2 && fail "apt-get could not fetch the source package nss"; }
    file=$(compgen -G "$at/nss_*.orig.tar.*" | head -n 1)
    rm -rf "$work/unpacked"
    mkdir "$work/unpacked"
    tar -C "$work/unpacked" -xf "$file" --wildcards '*/gtests/common/testvectors/rsa_signature*-vectors.h' ||
        fail "${file##*/} has no rsa_signature*-vectors.h: the nss of Debian 12, 3.87.1, is needed"
    file=$(find "$work/unpacked" -type d -name testvectors)
    mv "$file" "$work/testvectors"
    rm -rf "$work/unpacked" "$at"
}

mkdir -p "$work"
[[ -d $work/testvectors ]] || fetch
"$compiler" -std=c++20 -O0 -Wno-unused-variable -I "$here/nss" -I "$work" "$here/nss/print.cpp" -o "$work/print"
"$work/print" | "$vectors" "$count" --lines
