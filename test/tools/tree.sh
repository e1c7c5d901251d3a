#!/usr/bin/env bash
# What must not stand in the tree, each with its reason. Prints every place, and fails when there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/tools/files.sh

bad=0
# forbid "why" 'extended regular expression' file…
forbid() {
    local why=$1 expression=$2
    shift 2
    (($#)) || return 0
    if grep -nHE -e "$expression" -- "$@"; then
        echo "^ $why"
        bad=1
    fi
}

mapfile -d '' -t everything < <(files_of | grep -zv '^\(\./\)\?test/tools/tree\.sh$')
mapfile -d '' -t code < <(files_of cpp hpp)
mapfile -d '' -t public < <(printf '%s\0' "${code[@]}" | grep -z '^\(\./\)\?include/')
mapfile -d '' -t tests < <(printf '%s\0' "${code[@]}" | grep -z '^\(\./\)\?test/')
mapfile -d '' -t headers < <(printf '%s\0' "${code[@]}" | grep -z '\.hpp$')
mapfile -d '' -t library < <(printf '%s\0' "${code[@]}" | grep -z '^\(\./\)\?\(src\|include\)/')

forbid "a path of somebody's machine" '(^|[^A-Za-z0-9_./-])/(work|tmp|home|root|Users)/' "${everything[@]}"
forbid "a package registry's host: registries are reached by their clients" \
    '(^|[^A-Za-z0-9.])((deb|security|snapshot|registry|proxy|static|files)\.[a-z]+|crates|pypi|rubygems)\.(org|io)([^a-z]|$)' \
    "${everything[@]}"
forbid "g++ 12 miscompiles a co_await in a condition: name the result first" \
    '(^|[^A-Za-z0-9_])(if|while|switch)( constexpr)? *\([^;]*co_await' "${code[@]}"
forbid "Beast stays out of public headers and tests: it is slow to compile" \
    '#include *[<"]boost/beast' "${public[@]}" "${tests[@]}"
forbid "Asio's TLS and OpenSSL stay out of public headers" \
    '#include *[<"](openssl/|boost/asio/ssl)' "${public[@]}"
forbid "Asio's TLS is slow to compile: of the tests only test/support and tls*.cpp of a system test may speak it" \
    '#include *[<"]boost/asio/ssl' \
    $(printf '%s\n' "${tests[@]}" | grep -v '\(^\|/\)test/\(support/\|system/[^/]*/tls\)[^/]*\.cpp$')
forbid "Beast stays out of headers" '#include *[<"]boost/beast' "${headers[@]}"
forbid "Boost.JSON stays out of public headers" '#include *[<"]boost/json' "${public[@]}"
forbid "a disabled test tests nothing" 'unit_test::disabled|BOOST_TEST_DECORATOR\(.*disabled' "${tests[@]}"
forbid "a sleeping test is slow or wrong: wait for the thing itself" 'sleep_(for|until) *\(|[^a-z_]u?sleep *\(' "${tests[@]}"
forbid "time comes by the scheduler: only src/scheduler makes Asio timers" \
    'asio::(steady|system|high_resolution|basic_waitable)_timer' \
    $(printf '%s\n' "${library[@]}" | grep -v '\(^\|/\)src/scheduler/')

# The first line of every file says its one idea.
while IFS= read -r -d '' file; do
    if [[ $(head -c 3 -- "$file") != '// '* ]]; then
        echo "$file:1: the first line is not a comment that says what the file is"
        bad=1
    fi
done < <(files_of cpp hpp)

# One version, in three places.
version=$(sed -n 's/^project(videosdk VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
for place in "include/videosdk/config.hpp:VERSION_STRING \"$version\"" "CHANGELOG.md:## $version"; do
    grep -qF "${place#*:}" "${place%%:*}" || {
        echo "${place%%:*}: does not say version $version, as CMakeLists.txt does"
        bad=1
    }
done

((bad == 0))
