// Comparing what was told with what was granted.
#include "books.hpp"

namespace soak {

std::string token_of(std::string_view url)
{
    return std::string(url.substr(url.rfind('/') + 1));
}

void books::known(const std::string& token, const std::vector<videosdk::resource>& units)
{
    for (const videosdk::resource& each : units) {
        purchases_[token].units.insert(each.id);
    }
}

books::balance books::close(const std::vector<videosdk::resource>& granted)
{
    balance out;
    out.purchases = purchases_.size();
    std::set<std::string> now;
    for (const videosdk::resource& unit : granted) {
        now.insert(unit.id);
        const auto bought = purchases_.find(token_of(unit.webhook_url));
        if (bought == purchases_.end()) {
            if (!before_.contains(unit.id)) {
                out.lost.push_back(unit.id + ", of no purchase");
            }
        } else if (bought->second.units.erase(unit.id) != 0) {
            ++out.known;
        } else if (bought->second.doubtful) {
            ++out.found;
        } else {
            out.lost.push_back(unit.id + " of " + bought->first);
        }
    }
    for (const auto& [token, what] : purchases_) {
        out.doubtful += what.doubtful ? 1 : 0;
        for (const std::string& id : what.units) {
            out.phantom.push_back(id + " of " + token);
        }
    }
    before_ = std::move(now);
    purchases_.clear();
    return out;
}

} // namespace soak
