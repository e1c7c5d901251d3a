// Correlation tokens: minted with the first key, checked with all.
#include "auth/correlation_token.hpp"

#include "auth/encoding.hpp"

#include <algorithm>
#include <array>

namespace videosdk::inline v0::auth {
namespace {

// The whole token is 82 characters: each part has one length, which leaves nothing to interpret.
constexpr std::size_t boot_bytes = 10;
constexpr std::size_t time_bytes = 5; // seconds since 1970 up to the year 36812
constexpr std::size_t random_size = 16;
constexpr std::size_t mac_bytes = 16;
constexpr std::size_t least_key_bytes = 16;

constexpr std::string_view key_label = "videosdk correlation token key v1";
constexpr std::string_view mac_label = "videosdk correlation token v1";

[[noreturn]] void refuse(std::string detail)
{
    error_info info;
    info.call = "mint_correlation_token";
    info.detail = std::move(detail);
    throw error(errc::invalid_argument, std::move(info));
}

// No owner holds a line end, so that owner and text cannot be cut differently.
std::string mac_of(std::string_view key, std::string_view owner, std::string_view unsigned_text)
{
    std::string message(mac_label);
    message += '\n';
    message += owner;
    message += '\n';
    message += unsigned_text;
    return hmac_sha256(key, message).substr(0, mac_bytes);
}

std::string encode_time(std::chrono::system_clock::time_point time)
{
    auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    if (seconds < 0 || seconds >> (8 * time_bytes) != 0) {
        refuse("the time of minting is out of range");
    }
    std::string bytes(time_bytes, '\0');
    for (std::size_t i = time_bytes; i-- != 0;) {
        bytes[i] = static_cast<char>(seconds & 0xFF);
        seconds >>= 8;
    }
    return base32_encode(bytes);
}

std::int64_t decode_time(std::string_view bytes) noexcept
{
    std::int64_t seconds = 0;
    for (const char c : bytes) {
        seconds = (seconds << 8) | static_cast<std::uint8_t>(c);
    }
    return seconds;
}

// The five parts of a token; fewer or more are none.
std::optional<std::array<std::string_view, 5>> split(std::string_view text) noexcept
{
    std::array<std::string_view, 5> parts;
    for (std::size_t i = 0; i != parts.size(); ++i) {
        const bool last = i + 1 == parts.size();
        const std::size_t end = last ? text.size() : text.find('-');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        parts[i] = text.substr(0, end);
        text.remove_prefix(last ? end : end + 1);
    }
    return parts;
}

std::optional<std::string> decode_part(std::string_view part, std::size_t bytes)
{
    if (part.size() != (bytes * 8 + 4) / 5) {
        return std::nullopt;
    }
    return base32_decode(part);
}

} // namespace

result<correlation_keys> correlation_keys::from_keys(std::vector<std::string> keys)
{
    error_info info;
    info.call = "token_keys";
    if (keys.empty()) {
        info.detail = "at least one key is needed";
    }
    for (std::size_t i = 0; i != keys.size() && info.detail.empty(); ++i) {
        if (keys[i].size() < least_key_bytes) {
            info.detail = "token_keys[" + std::to_string(i) + "] must be at least 16 bytes long";
        }
    }
    if (!info.detail.empty()) {
        return error(errc::invalid_argument, std::move(info));
    }
    correlation_keys out;
    out.keys_ = std::move(keys);
    return out;
}

correlation_keys correlation_keys::from_secret(std::string_view secret)
{
    correlation_keys out;
    if (!secret.empty()) {
        out.keys_.push_back(hmac_sha256(secret, key_label));
    }
    return out;
}

std::string make_boot(random_source& chance)
{
    return base32_encode(random_bytes(chance, boot_bytes));
}

std::string mint_correlation_token(const correlation_keys& keys, std::string_view owner,
                                   std::string_view boot, std::chrono::system_clock::time_point now,
                                   std::string_view random)
{
    if (keys.empty()) {
        refuse("there is no key to sign with");
    }
    if (!is_valid_owner(owner)) {
        refuse("owner must be 1 to 32 characters of a-z, 0-9 and '-'");
    }
    if (!decode_part(boot, boot_bytes) || random.size() != random_size) {
        refuse("boot must be 16 characters of base32, and random 16 bytes");
    }
    std::string token = "v1-";
    token += boot;
    token += '-';
    token += encode_time(now);
    token += '-';
    token += base32_encode(random);
    const std::string mac = mac_of(keys.keys().front(), owner, token);
    token += '-';
    token += base32_encode(mac);
    return token;
}

std::optional<correlation_token> check_correlation_token(const correlation_keys& keys, std::string_view owner,
                                                         std::string_view text)
{
    const auto parts = split(text);
    if (!parts || (*parts)[0] != "v1" || !is_valid_owner(owner)) {
        return std::nullopt;
    }
    const auto boot = decode_part((*parts)[1], boot_bytes);
    const auto time = decode_part((*parts)[2], time_bytes);
    const auto random = decode_part((*parts)[3], random_size);
    const auto mac = decode_part((*parts)[4], mac_bytes);
    if (!boot || !time || !random || !mac) {
        return std::nullopt;
    }
    const std::int64_t seconds = decode_time(*time);
    constexpr auto latest =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::time_point::max());
    if (seconds > latest.time_since_epoch().count()) {
        return std::nullopt;
    }
    const std::string_view unsigned_text = text.substr(0, text.size() - (*parts)[4].size() - 1);
    bool fits = false;
    for (const std::string& key : keys.keys()) { // all of them, so that the time does not tell which one
        fits |= equal_in_constant_time(mac_of(key, owner, unsigned_text), *mac);
    }
    if (!fits) {
        return std::nullopt;
    }
    correlation_token token;
    token.boot = (*parts)[1];
    token.minted_at = std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
    token.text = text;
    return token;
}

bool is_valid_owner(std::string_view owner) noexcept
{
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !owner.empty() && owner.size() <= 32 && std::all_of(owner.begin(), owner.end(), is_allowed);
}

} // namespace videosdk::inline v0::auth
