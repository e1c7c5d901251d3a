// What is wrong with a webhook's request, as far as can be seen without the provider's key. Cheapest checks
// first.
#pragma once

#include "auth/correlation_token.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::webhook {

struct request_rules {
    request_rules() = default; // declared, so that the type is no aggregate

    auth::correlation_keys keys;
    std::string owner;
    std::size_t max_body = 0;
};

/// A request that may be genuine, or the verdict on it. Views point into the request.
struct request_check {
    std::optional<webhook_verdict> refusal;
    std::string_view token;
    std::string_view signature;
};

request_check check_request(const webhook_request& request, const request_rules& rules);

/// The end of a path, `…/<owner>/<token>`; a query is left out. Empty when the path is none of this owner's.
std::string_view token_of_target(std::string_view target, std::string_view owner) noexcept;

} // namespace videosdk::inline v0::webhook
