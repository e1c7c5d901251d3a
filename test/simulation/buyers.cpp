// The buyers by name.
#include "bare_buyer.hpp"
#include "plain_buyer.hpp"

#include <algorithm>
#include <iterator>

namespace simulation {

std::string_view to_string(buyer_kind value) noexcept
{
    switch (value) {
    case buyer_kind::official_sdk:
        return "official-sdk";
    case buyer_kind::libcurl:
        return "libcurl";
    case buyer_kind::libcurl_with_retry:
        return "libcurl-with-retry";
    case buyer_kind::bare_client:
        return "bare-client";
    }
    return "unknown";
}

std::optional<buyer_kind> buyer_named(std::string_view name) noexcept
{
    const auto* const found = std::find_if(std::begin(all_buyers), std::end(all_buyers),
                                           [name](buyer_kind each) { return to_string(each) == name; });
    return found == std::end(all_buyers) ? std::nullopt : std::optional(*found);
}

bool buys_exactly_once(buyer_kind) noexcept
{
    return false;
}

std::unique_ptr<buyer> make_buyer(buyer_kind kind, workplace& where)
{
    switch (kind) {
    case buyer_kind::official_sdk:
        return std::make_unique<plain_buyer>(where, sending_rules::official_sdk());
    case buyer_kind::libcurl:
        return std::make_unique<plain_buyer>(where, sending_rules::libcurl());
    case buyer_kind::libcurl_with_retry:
        return std::make_unique<plain_buyer>(where, sending_rules::libcurl_with_retry());
    case buyer_kind::bare_client:
        break;
    }
    return std::make_unique<bare_buyer>(where);
}

} // namespace simulation
