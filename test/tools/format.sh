#!/usr/bin/env bash
# No C++ file differs from what clang-format makes of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tools/files.sh

files_of cpp hpp | xargs -0 clang-format-19 --dry-run --Werror
