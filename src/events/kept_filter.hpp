// An event filter that owns its texts.
#pragma once

#include <videosdk/event_hub.hpp>

#include <optional>
#include <string>

namespace videosdk::inline v0::events {

class kept_filter {
public:
    explicit kept_filter(const event_filter& wanted)
        : resource_id_(wanted.resource_id),
          composition_id_(wanted.composition_id),
          token_(wanted.token),
          type_(wanted.type)
    {
    }

    bool passes(const event& what) const noexcept
    {
        const auto fits = [](const std::string& wanted, const std::string& found) {
            return wanted.empty() || wanted == found;
        };
        return (!type_ || what.type == *type_) && fits(resource_id_, what.resource_id) &&
               fits(composition_id_, what.composition_id) && fits(token_, what.token);
    }

private:
    std::string resource_id_;
    std::string composition_id_;
    std::string token_;
    std::optional<event_type> type_;
};

} // namespace videosdk::inline v0::events
