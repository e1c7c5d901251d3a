// Base64, base64url and base32: strict both ways.
#pragma once

#include <videosdk/config.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace videosdk::inline v0::auth {

std::string base64_encode(std::string_view bytes);
/// RFC 4648, section 4: padding required, no white space, trailing bits zero.
std::optional<std::string> base64_decode(std::string_view text);
/// The same into `place`, without memory of its own; the number of bytes, nothing when it is no base64 or
/// does not fit.
std::optional<std::size_t> base64_decode_into(std::string_view text, std::span<unsigned char> place) noexcept;
std::string base64url_encode(std::string_view bytes);
/// RFC 4648, section 5, without padding (RFC 7515): trailing bits zero.
std::optional<std::string> base64url_decode(std::string_view text);
/// RFC 4648, section 6, lower case, without padding.
std::string base32_encode(std::string_view bytes);
/// Upper case and padding are refused, like trailing bits that are not zero.
std::optional<std::string> base32_decode(std::string_view text);

/// HMAC-SHA256 (RFC 2104), 32 bytes. Throws error when OpenSSL fails, like sha256().
std::string hmac_sha256(std::string_view key, std::string_view text);
std::string sha256(std::string_view text);
/// Compares without a branch on the content; lengths may differ (false).
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

} // namespace videosdk::inline v0::auth
