#!/usr/bin/env bash
# install.sh npm source work: the SDK, as the lock file names it, into the build tree; never into the source tree.
set -euo pipefail
npm=$1 source=$2 work=$3

mkdir -p "$work"
cp "$source"/package.json "$source"/package-lock.json "$source"/*.mjs "$work"/
cd "$work"
"$npm" ci --no-audit --no-fund --omit=dev
