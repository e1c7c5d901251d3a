// The buyers by name.
#include "bare_buyer.hpp"
#include "lease_buyer.hpp"
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
    case buyer_kind::lease_manager:
        return "lease-manager";
    case buyer_kind::sharing_manager:
        return "sharing-manager";
    }
    return "unknown";
}

std::optional<buyer_kind> buyer_named(std::string_view name) noexcept
{
    const auto* const found = std::find_if(std::begin(all_buyers), std::end(all_buyers),
                                           [name](buyer_kind each) { return to_string(each) == name; });
    return found == std::end(all_buyers) ? std::nullopt : std::optional(*found);
}

bool buys_exactly_once(buyer_kind kind) noexcept
{
    return kind == buyer_kind::lease_manager || kind == buyer_kind::sharing_manager;
}

std::optional<safety_rule> rule_named(std::string_view name) noexcept
{
    const auto* const found = std::find_if(std::begin(all_rules), std::end(all_rules),
                                           [name](const safety_rule& each) { return each.name == name; });
    return found == std::end(all_rules) ? std::nullopt : std::optional(*found);
}

std::unique_ptr<buyer> make_buyer(const contestant& who, workplace& where)
{
    switch (who.kind) {
    case buyer_kind::official_sdk:
        return std::make_unique<plain_buyer>(where, sending_rules::official_sdk());
    case buyer_kind::libcurl:
        return std::make_unique<plain_buyer>(where, sending_rules::libcurl());
    case buyer_kind::libcurl_with_retry:
        return std::make_unique<plain_buyer>(where, sending_rules::libcurl_with_retry());
    case buyer_kind::bare_client:
        return std::make_unique<bare_buyer>(where);
    case buyer_kind::lease_manager:
    case buyer_kind::sharing_manager:
        break;
    }
    return std::make_unique<lease_buyer>(where, who.rules, who.kind == buyer_kind::sharing_manager);
}

} // namespace simulation
