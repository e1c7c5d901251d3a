#!/usr/bin/env bash
# Builds the benchmarks and runs their sections one after the other; each writes its table to bench/results:
# bench/run.sh [--sections "NAME…"] [--levels "N…"] [--rounds N] [--seconds S] [--without "CONTENDER…"] [other options of acquire.sh]
#
# A section is a script by itself, bench/NAME.sh, which takes --build and --out, and of the other options those that its
# `sections` entry below names. Sections whose script is not there are passed over. Installs nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

# Name, and the options that it is given where they were given here. In the order of their runs.
declare -A options_of=(
    [acquire]="levels rounds seconds count counts connections without"
    [leases]="rounds seconds"
    [scaling]=""
    [webhooks]=""
    [verify]=""
    [slow_connections]=""
    [nodes]="rounds"
)

sections=acquire build=build/bench out=bench/results
levels='' rounds='' seconds='' count='' counts='' connections='' without=''
read_options "sections build out levels rounds seconds count counts connections without" "$@"
[[ $sections != all ]] || sections="acquire leases scaling webhooks verify slow_connections nodes"

for section in $sections; do
    [[ -n ${options_of[$section]+known} ]] || {
        echo "--sections knows: all ${!options_of[*]}" >&2
        exit 2
    }
    [[ -e bench/$section.sh ]] || {
        echo "no such section yet: $section" >&2
        continue
    }
    words=(--build "$build" --out "$out")
    for option in ${options_of[$section]}; do
        [[ -z ${!option} ]] || words+=("--$option" "${!option}")
    done
    echo "section: $section" >&2
    "bench/$section.sh" "${words[@]}"
done
