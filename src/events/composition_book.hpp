// How far each composition has come: tells an event that is news from a repetition.
#pragma once

#include <videosdk/event.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace videosdk::inline v0::events {

/// Which resources an event's composition can run in: recording-* in recording and so on; unknown for events
/// about no composition.
resource_type composition_kind(event_type type) noexcept;

/// Pure. A composition goes forward only, so an event that falls behind what is known of it, or says the same
/// again, is a repetition. Without a composition id nobody can tell (the wire has no event id, and a meeting
/// can be recorded twice): such events are always news.
class composition_book {
public:
    /// Beyond `limit` compositions, the ones longest without news are forgotten.
    explicit composition_book(std::size_t limit) : limit_(limit) {}

    /// Whether the event, which is about a composition, tells something new of it. Remembers it.
    bool learn(const event& what);

    std::size_t size() const noexcept { return pages_.size(); }

private:
    struct page {
        std::string id;
        std::uint8_t stage = 0;
        std::uint8_t ends = 0;           // bit per way to end that was told
        std::uint64_t addresses[4] = {}; // hashes of the path and URLs told so far; 0: none
    };

    page& turn_to(const std::string& id);

    std::size_t limit_;
    std::list<page> pages_; // the ones longest without news first
    std::unordered_map<std::string_view, std::list<page>::iterator> by_id_; // keys live in pages_
};

} // namespace videosdk::inline v0::events
