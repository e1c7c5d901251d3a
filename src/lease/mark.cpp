// Finding tokens.
#include "lease/mark.hpp"

#include <utility>

namespace videosdk::inline v0::leasing {
namespace {

constexpr std::size_t token_size = 82;
constexpr std::string_view token_start = "v1-";
constexpr std::size_t boot_size = 16;

} // namespace

mark_reader::mark_reader(auth::correlation_keys keys, std::string owner, std::string boot,
                         const safety& rules)
    : keys_(std::move(keys)), owner_(std::move(owner)), boot_(std::move(boot)), rules_(rules)
{
}

mark mark_reader::read(std::string_view webhook_url) const
{
    for (std::size_t at = webhook_url.find(token_start); at != std::string_view::npos;
         at = webhook_url.find(token_start, at + 1)) {
        mark found = of_token(webhook_url.substr(at, token_size));
        if (found.whose != mark::kind::none) {
            return found;
        }
    }
    return {};
}

mark mark_reader::of_token(std::string_view token) const
{
    mark found;
    if (token.size() != token_size || !token.starts_with(token_start)) {
        return found;
    }
    if (auto checked = auth::check_correlation_token(keys_, owner_, token)) {
        found.boot = std::move(checked->boot);
        found.minted_at = checked->minted_at;
    } else if (rules_.compare_owner) {
        return found;
    } else {
        found.boot = token.substr(token_start.size(), boot_size);
    }
    found.token = token;
    const bool own = found.boot == boot_ || !rules_.compare_boot;
    found.whose = own ? mark::kind::own : mark::kind::other_boot;
    return found;
}

} // namespace videosdk::inline v0::leasing
