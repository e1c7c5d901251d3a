// Who may call: the check of the Authorization header, with a memory for tokens seen before.
#pragma once

#include "emulator/refusal.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace videosdk::inline v0::emulator {

/// Lets pass what verify_token accepts, of this account, with the role `crawler`. A token that passed once
/// passes until it expires without being verified again.
class token_gate {
public:
    token_gate(std::string api_key, std::string secret);

    /// Empty when the caller may pass; else 401 or 403.
    std::optional<refusal> check(std::string_view authorization, std::chrono::system_clock::time_point now);

private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept
        {
            return std::hash<std::string_view>()(text);
        }
    };

    std::string api_key_;
    std::string secret_;
    std::unordered_map<std::string, std::chrono::system_clock::time_point, text_hash, std::equal_to<>>
        expiry_of_;
};

} // namespace videosdk::inline v0::emulator
