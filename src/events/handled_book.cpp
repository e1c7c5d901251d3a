// The identity of an event, and the memory of those that were handled.
#include "events/handled_book.hpp"

#include "auth/encoding.hpp"

#include <algorithm>
#include <string>

namespace videosdk::inline v0::events {

event_digest digest_of(const event& what)
{
    std::string all;
    for (const std::string_view part :
         {what.type.text(), std::string_view(what.token), std::string_view(what.resource_id),
          what.resource_kind.text(), std::string_view(what.composition_id), std::string_view(what.meeting_id),
          std::string_view(what.session_id), std::string_view(what.file_path),
          std::string_view(what.file_url), std::string_view(what.playback_url),
          std::string_view(what.livestream_url), std::string_view(what.participant_id),
          std::string_view(what.participant_name), std::string_view(what.start), std::string_view(what.end),
          std::string_view(what.data)}) {
        all += std::to_string(part.size()); // so that no two events run together into one text
        all += ':';
        all += part;
    }
    const std::string hash = auth::sha256(all);
    event_digest out{};
    std::copy_n(hash.begin(), out.size(), out.begin());
    return out;
}

void handled_book::note(const event_digest& which)
{
    if (!known_.insert(which).second) {
        return;
    }
    by_age_.push_back(which);
    if (by_age_.size() > limit_) {
        known_.erase(by_age_.front());
        by_age_.pop_front();
    }
}

} // namespace videosdk::inline v0::events
