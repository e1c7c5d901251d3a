#!/usr/bin/env bash
# A file that acquires a resource preprocesses to at most 1.35 times the lines of Asio's awaitable.hpp alone:
# preprocessed_size.sh compiler [option…].
set -euo pipefail

lines() { "$@" -std=c++20 -E -x c++ - | wc -l; }

asio=$(lines "$@" <<<'#include <boost/asio/awaitable.hpp>')
ours=$(lines "$@" <"$(dirname "${BASH_SOURCE[0]}")/acquire.cpp")
limit=$((asio * 135 / 100))
echo "boost/asio/awaitable.hpp: $asio lines; a file that acquires: $ours lines, at most $limit"
((ours <= limit))
