// Counting what was granted to lease managers.
#include "lease_books.hpp"

#include "books.hpp"

#include <utility>

namespace soak {

std::string boot_of(std::string_view webhook_url)
{
    const std::string token = token_of(webhook_url);
    const std::size_t begin = token.find('-') + 1;
    return token.substr(begin, token.find('-', begin) - begin);
}

void lease_books::named(const videosdk::left_behind& what)
{
    named_.insert(what.ids.begin(), what.ids.end());
    named_.insert(what.tokens.begin(), what.tokens.end());
}

lease_books::balance lease_books::close(const std::vector<videosdk::resource>& granted, std::string_view boot,
                                        std::string_view client)
{
    balance out;
    std::set<std::string> now;
    for (const videosdk::resource& unit : granted) {
        const std::string buyer = boot_of(unit.webhook_url);
        if (buyer == client && !adopted_.contains(unit.id)) {
            continue;
        }
        now.insert(unit.id);
        if (buyer != client && !before_.contains(unit.id)) {
            ++(buyer == boot ? out.by_manager : out.by_others);
        }
        const std::string token = token_of(unit.webhook_url);
        if (unit.status != videosdk::resource_status::released && !named_.contains(unit.id) &&
            !named_.contains(token)) {
            out.kept.push_back(unit.id + " of " + token);
        }
    }
    before_ = std::move(now);
    adopted_.clear();
    named_.clear();
    return out;
}

} // namespace soak
