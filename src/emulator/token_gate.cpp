// The check of the Authorization header.
#include "emulator/token_gate.hpp"

#include <videosdk/token.hpp>

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::emulator {
namespace {

// Tokens of one test run are few; a client that mints one per call must not fill the memory.
constexpr std::size_t remembered_tokens = 64;

bool starts_with_scheme(std::string_view value, std::string_view scheme) noexcept
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return value.size() >= scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), value.begin(),
                      [lower](char wanted, char found) { return wanted == lower(found); });
}

} // namespace

token_gate::token_gate(std::string api_key, std::string secret)
    : api_key_(std::move(api_key)), secret_(std::move(secret))
{
}

std::optional<refusal> token_gate::check(std::string_view authorization,
                                         std::chrono::system_clock::time_point now)
{
    if (const auto known = expiry_of_.find(authorization); known != expiry_of_.end()) {
        if (now < known->second) {
            return std::nullopt;
        }
        expiry_of_.erase(known);
    }
    if (authorization.empty()) {
        return refusal(401, "Token is missing: send it as the Authorization header");
    }
    if (starts_with_scheme(authorization, "bearer ")) {
        return refusal(401, "Token is invalid: send the raw JWT in Authorization, without the prefix Bearer");
    }
    const result<token_claims> claims = verify_token(authorization, secret_, now);
    if (claims.has_error()) {
        return refusal(401, "Token is invalid or expired: " + claims.error().info().detail);
    }
    if (claims->api_key != api_key_) {
        return refusal(401, "Token is invalid: its apikey is not this account's");
    }
    if (std::find(claims->roles.begin(), claims->roles.end(), "crawler") == claims->roles.end()) {
        return refusal(403, "Token is not permitted to call the API: its roles do not contain crawler");
    }
    if (expiry_of_.size() >= remembered_tokens) {
        expiry_of_.clear();
    }
    expiry_of_.emplace(authorization, claims->expires_at);
    return std::nullopt;
}

} // namespace videosdk::inline v0::emulator
