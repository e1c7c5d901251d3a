#!/usr/bin/env bash
# Sees to it that the packages named in debian-packages.txt are there: packages.sh build, or packages.sh test.
set -euo pipefail

usage="usage: packages.sh build|test"
wanted=${1:?$usage}
list=$(dirname "${BASH_SOURCE[0]}")/debian-packages.txt

missing=()
while read -r use package program; do
    case $use in
    '' | '#'*) continue ;;
    build) ;;
    *) [[ $wanted == test ]] || continue ;;
    esac
    if [[ -n $program ]] && command -v "$program" >/dev/null; then
        continue
    fi
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
done <"$list"

if ((${#missing[@]} == 0)); then
    exit 0
fi

codename=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}" || true)
if [[ $codename != bookworm || $(id -u) != 0 ]]; then
    echo "missing packages (named as in Debian 12): ${missing[*]}" >&2
    echo "install them, or run this as root on Debian 12, where it installs them itself" >&2
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "apt-get could not install: ${missing[*]}" >&2
    exit 1
fi
