// Whose unit is this: reads the correlation token out of a webhook URL that the provider gave back, perhaps
// not to the letter.
#pragma once

#include "auth/correlation_token.hpp"
#include "lease/safety.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace videosdk::inline v0::leasing {

struct mark {
    enum class kind : std::uint8_t {
        none = 1,   ///< No token of this owner: a foreign unit, or one acquired by other means.
        other_boot, ///< Of this owner, acquired by another life of a process.
        own
    };

    mark() = default; // declared, so that the type is no aggregate

    kind whose = kind::none;
    std::string token;
    std::string boot;
    std::chrono::system_clock::time_point minted_at{};
};

/// Reads marks of one owner, as one boot of it.
class mark_reader {
public:
    mark_reader(auth::correlation_keys keys, std::string owner, std::string boot, const safety& rules);

    /// Found by substring: what stands around the token may have been changed on the way.
    mark read(std::string_view webhook_url) const;
    /// Of a token that was checked already, such as an event's.
    mark of_token(std::string_view token) const;

private:
    auth::correlation_keys keys_;
    std::string owner_;
    std::string boot_;
    safety rules_;
};

} // namespace videosdk::inline v0::leasing
