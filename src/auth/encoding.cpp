// Base64, base64url, base32, and what OpenSSL computes for tokens: HMAC, SHA-256, random bytes.
#include "auth/encoding.hpp"

#include <videosdk/error.hpp>

#include <boost/system/errc.hpp>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstdint>
#include <memory>

namespace videosdk::inline v0::auth {
namespace {

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_alphabet = "abcdefghijklmnopqrstuvwxyz234567";

constexpr std::uint8_t no_digit = 0xFF;
using digit_table = std::array<std::uint8_t, 256>;

constexpr digit_table digits_of(std::string_view alphabet)
{
    digit_table table{};
    table.fill(no_digit);
    for (std::size_t i = 0; i != alphabet.size(); ++i) {
        table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}

constexpr digit_table base64_digits = digits_of(base64_alphabet);
constexpr digit_table base64url_digits = digits_of(base64url_alphabet);
constexpr digit_table base32_digits = digits_of(base32_alphabet);

// Digits of `bits` bits each, without padding; the last one is filled up with zeros.
std::string encode(std::string_view bytes, std::string_view alphabet, unsigned bits)
{
    std::string out;
    out.reserve((bytes.size() * 8 + bits - 1) / bits + 3);
    std::uint32_t pending = 0;
    unsigned count = 0;
    const std::uint32_t mask = (1U << bits) - 1U;
    for (const char c : bytes) {
        pending = (pending << 8U) | static_cast<std::uint8_t>(c);
        count += 8;
        while (count >= bits) {
            count -= bits;
            out += alphabet[(pending >> count) & mask];
        }
        pending &= (1U << count) - 1U;
    }
    if (count != 0) {
        out += alphabet[(pending << (bits - count)) & mask];
    }
    return out;
}

// The other way. Calls put(byte) for each byte; false where a character is no digit, a whole digit too many
// stands there, or the bits that fill up the last digit are not zero.
template <class Put>
bool decode(std::string_view text, const digit_table& digits, unsigned bits, Put put)
{
    std::uint32_t pending = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::uint8_t digit = digits[static_cast<std::uint8_t>(c)];
        if (digit == no_digit) {
            return false;
        }
        pending = (pending << bits) | digit;
        count += bits;
        if (count >= 8) {
            count -= 8;
            put(static_cast<std::uint8_t>(pending >> count));
            pending &= (1U << count) - 1U;
        }
    }
    return count < bits && pending == 0;
}

std::optional<std::string> decode_to_string(std::string_view text, const digit_table& digits, unsigned bits)
{
    std::string out;
    out.reserve(text.size() * bits / 8);
    if (!decode(text, digits, bits, [&out](std::uint8_t byte) { out += static_cast<char>(byte); })) {
        return std::nullopt;
    }
    return out;
}

// The text without its padding; nothing where the padding is not exact.
std::optional<std::string_view> without_padding(std::string_view text) noexcept
{
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    for (int i = 0; i != 2 && text.ends_with('='); ++i) {
        text.remove_suffix(1);
    }
    return text; // one digit alone in the last group is refused by decode(), like any other '='
}

const unsigned char* bytes_of(std::string_view text) noexcept
{
    return reinterpret_cast<const unsigned char*>(text.empty() ? "" : text.data());
}

[[noreturn]] void throw_crypto_failure(std::string_view what)
{
    ERR_clear_error(); // a leftover would be taken for a failure of somebody's TLS connection
    error_info info;
    info.call = what;
    info.detail = "OpenSSL failed";
    throw error(boost::system::errc::make_error_code(boost::system::errc::io_error), std::move(info));
}

struct mac_deleter {
    void operator()(EVP_MAC* which) const noexcept { EVP_MAC_free(which); }
    void operator()(EVP_MAC_CTX* which) const noexcept { EVP_MAC_CTX_free(which); }
};

using mac_context = std::unique_ptr<EVP_MAC_CTX, mac_deleter>;

/// HMAC with SHA-256 of a key that is to be replaced: OpenSSL copies no context that never had one.
mac_context make_hmac_sha256()
{
    const std::unique_ptr<EVP_MAC, mac_deleter> hmac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
    mac_context made(hmac != nullptr ? EVP_MAC_CTX_new(hmac.get()) : nullptr);
    std::string digest = OSSL_DIGEST_NAME_SHA2_256;
    const std::array<OSSL_PARAM, 2> options{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    const std::array<unsigned char, 32> no_key{};
    if (made == nullptr || EVP_MAC_init(made.get(), no_key.data(), no_key.size(), options.data()) != 1) {
        throw_crypto_failure("hmac_sha256");
    }
    return made;
}

} // namespace

std::string base64_encode(std::string_view bytes)
{
    std::string out = encode(bytes, base64_alphabet, 6);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::optional<std::string> base64_decode(std::string_view text)
{
    const auto digits = without_padding(text);
    return digits ? decode_to_string(*digits, base64_digits, 6) : std::nullopt;
}

std::optional<std::size_t> base64_decode_into(std::string_view text, std::span<unsigned char> place) noexcept
{
    const auto digits = without_padding(text);
    if (!digits || digits->size() * 6 / 8 > place.size()) {
        return std::nullopt;
    }
    std::size_t size = 0;
    if (!decode(*digits, base64_digits, 6, [&](std::uint8_t byte) { place[size++] = byte; })) {
        return std::nullopt;
    }
    return size;
}

std::string base64url_encode(std::string_view bytes)
{
    return encode(bytes, base64url_alphabet, 6);
}

std::optional<std::string> base64url_decode(std::string_view text)
{
    return decode_to_string(text, base64url_digits, 6);
}

std::string base32_encode(std::string_view bytes)
{
    return encode(bytes, base32_alphabet, 5);
}

std::optional<std::string> base32_decode(std::string_view text)
{
    return decode_to_string(text, base32_digits, 5);
}

std::string hmac_sha256(std::string_view key, std::string_view text)
{
    static const EVP_MAC_CTX* const model =
        make_hmac_sha256().release();     // names are looked up once: the most of it
    static thread_local mac_context made; // keeps the latest key for as long as its thread
    if (made == nullptr) {
        made.reset(EVP_MAC_CTX_dup(model));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
    std::size_t size = 0;
    if (made == nullptr || EVP_MAC_init(made.get(), bytes_of(key), key.size(), nullptr) != 1 ||
        EVP_MAC_update(made.get(), bytes_of(text), text.size()) != 1 ||
        EVP_MAC_final(made.get(), mac.data(), &size, mac.size()) != 1) {
        throw_crypto_failure("hmac_sha256");
    }
    return {reinterpret_cast<const char*>(mac.data()), size};
}

std::string sha256(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (EVP_Digest(bytes_of(text), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw_crypto_failure("sha256");
    }
    return {reinterpret_cast<const char*>(digest.data()), size};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && CRYPTO_memcmp(bytes_of(a), bytes_of(b), a.size()) == 0;
}

} // namespace videosdk::inline v0::auth
