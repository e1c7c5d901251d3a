#!/usr/bin/env bash
# An acquire, a webhook and a wait that ends take no more instructions than the baseline allows: guard.sh [--renew] [PROGRAM]
# Without PROGRAM, that of build/release. --renew writes what was measured into baseline.txt.
#
# Instructions are counted by callgrind, which is blind to clocks, caches and other processes. Two runs, one with more
# of the same work, are subtracted, so that start-up, handshake and what grows once cancel. libcrypto is left out, and
# so is the kernel's own page of clock code: both choose their code by the CPU. glibc would too, and is told to take
# what every x86-64 has. The client alone is counted; its server is another process, without callgrind.
set -euo pipefail
shopt -s inherit_errexit # what fails inside $( ) fails
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
renew=0
if [[ ${1:-} == --renew ]]; then
    renew=1
    shift
fi
program=$(realpath "${1:-$here/../../../build/release/test/counts/instructions/fixed_work}")
few=200 many=1200

command -v valgrind >/dev/null || { echo "missing: valgrind (Debian: valgrind)" >&2; exit 1; }

scratch=$(mktemp -d)
server=
finish() {
    [[ -z $server ]] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT
cd "$scratch"

"$program" sign "$many" >events
mkfifo input
"$program" serve <input >served &
server=$!
exec 3>input # ends the server when it is written to, or closed
until grep -q 'END CERTIFICATE' served; do
    kill -0 "$server" 2>/dev/null || { echo "the server did not start" >&2; exit 1; }
    sleep 0.05
done

plain=
for feature in AVX2 AVX2_Usable AVX_Fast_Unaligned_Load AVX512F AVX512VL AVX512BW ERMS FSRM SSSE3 SSE4_1 SSE4_2 BMI1 BMI2 \
    LZCNT MOVBE RTM XSAVE XSAVEC; do
    plain+=${plain:+,}-$feature
done

# instructions work count file: of the whole run, by callgrind, without the objects that are left out.
instructions() {
    rm -f counted
    GLIBC_TUNABLES=glibc.cpu.hwcaps=$plain valgrind --quiet --tool=callgrind --compress-strings=no --compress-pos=no \
        --callgrind-out-file="$scratch/counted" "$program" "$@" >&2 3>&-
    # A line of cost is `line instructions`; the one after `calls=` has what the called function spent.
    awk '/^ob=/ { out = /libcrypto|\?\?\?/; next }
         /^calls=/ { called = 1; next }
         /^[0-9]/ { if (!called && !out) sum += $2; called = 0 }
         END { printf "%.0f\n", sum }' counted
}

compiler=$("$program" compiler)
while read -r name work file; do
    before=$(instructions "$work" "$few" ${file:+"$file"})
    after=$(instructions "$work" "$many" ${file:+"$file"})
    echo "$compiler $name $(((after - before) / (many - few)))" >>figures
done <<END
acquire acquire served
webhook take events
wake wake
END

if ((renew)); then
    {
        grep '^#' "$here/baseline.txt"
        grep -v -e '^#' -e "^$compiler " "$here/baseline.txt" || true
        cat figures
    } >baseline
    cp baseline "$here/baseline.txt"
    cat figures
else
    "$here/judge.sh" "$here/baseline.txt" figures
fi
