#!/usr/bin/env bash
# Tokens and signatures against the program openssl. Usage: against_openssl.sh <auth_probe> [<openssl>]
set -euo pipefail

probe=$1
openssl=${2:-openssl}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PROBE_SECRET='a secret with blanks and "quotes"'
issued=1700000000
expires=1700003600

fail() {
    echo "against_openssl: $*" >&2
    exit 1
}

# Bytes on stdin to base64url on stdout.
base64url() {
    "$openssl" base64 -A | tr '+/' '-_' | tr -d '='
}

# The HS256 signature of the text on stdin.
hmac() {
    "$openssl" dgst -sha256 -hmac "$PROBE_SECRET" -binary | base64url
}

# The command must end with this code.
ends_with() {
    local expected=$1 code=0
    shift
    "$@" >"$folder/out" 2>"$folder/err" || code=$?
    [[ $code == "$expected" ]] || fail "expected $expected, got $code from: $* ($(cat "$folder/err"))"
}

# The file with one bit flipped: the lowest of the byte at an offset.
flip() {
    local file=$1 offset=$2 byte
    byte=$(od -An -tu1 -j "$offset" -N 1 "$file" | tr -d ' ')
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
}

token_of_ours_is_theirs() {
    local token
    token=$("$probe" mint key-1 $issued $expires)
    [[ $(printf %s "${token%.*}" | hmac) == "${token##*.}" ]] || fail "openssl computes another signature"
}

tokens_of_theirs_are_ours() {
    local text token
    text=$(printf %s '{"typ":"JWT","alg":"HS256"}' | base64url).$(
        printf '{"apikey":"key-1","version":2,"iat":%d,"exp":%d}' $issued $expires | base64url)
    token=$text.$(printf %s "$text" | hmac)
    printf %s "$token" >"$folder/token"
    ends_with 0 "$probe" verify $issued <"$folder/token"
    grep -q '^apikey=key-1 ' "$folder/out" || fail "the claims were not read"
    ends_with 1 "$probe" verify $expires <"$folder/token"
    flip "$folder/token" 40
    ends_with 1 "$probe" verify $issued <"$folder/token"
}

# A signature by openssl over the file is accepted, and refused with one bit of it or of the file flipped.
signature_is_accepted() {
    local body=$1
    "$openssl" dgst -sha256 -sign "$folder/private.pem" -out "$folder/signature.bin" "$body"
    "$openssl" base64 -A -in "$folder/signature.bin" -out "$folder/signature"
    ends_with 0 "$probe" signature "$folder/public.pem" "$folder/signature" <"$body"
    ends_with 0 "$probe" signature "$folder/rsa_public.pem" "$folder/signature" <"$body"

    flip "$folder/signature.bin" 100
    "$openssl" base64 -A -in "$folder/signature.bin" -out "$folder/flipped"
    ends_with 1 "$probe" signature "$folder/public.pem" "$folder/flipped" <"$body"

    cp "$body" "$folder/changed"
    if [[ -s $body ]]; then
        flip "$folder/changed" 0
    else
        printf '\0' >"$folder/changed"
    fi
    ends_with 1 "$probe" signature "$folder/public.pem" "$folder/signature" <"$folder/changed"
}

signatures_of_theirs_are_accepted() {
    local bits body
    printf '{"webhookType":"hls-started","data":{}}' >"$folder/body-json"
    printf '\0\xff\r\n\0 "\x80' >"$folder/body-odd"
    : >"$folder/body-empty"
    "$openssl" rand -out "$folder/body-random" 100000
    for bits in 2048 4096; do
        "$openssl" genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:$bits -out "$folder/private.pem" 2>/dev/null ||
            "$openssl" genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:$bits -out "$folder/private.pem" 2>/dev/null
        "$openssl" pkey -in "$folder/private.pem" -pubout -out "$folder/public.pem"
        "$openssl" rsa -in "$folder/private.pem" -RSAPublicKey_out -out "$folder/rsa_public.pem" 2>/dev/null
        for body in json odd empty random; do
            signature_is_accepted "$folder/body-$body"
        done
    done
}

token_of_ours_is_theirs
tokens_of_theirs_are_ours
signatures_of_theirs_are_accepted
echo "openssl agrees"
