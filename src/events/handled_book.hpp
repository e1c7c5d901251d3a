// Which events all handlers have returned from: what is sent again of these need not reach them again.
#pragma once

#include <videosdk/event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <unordered_set>

namespace videosdk::inline v0::events {

/// Tells one event from another by all that it says; 128 bits of a SHA-256.
using event_digest = std::array<unsigned char, 16>;

event_digest digest_of(const event& what);

/// Pure. Remembers what is done, not what is owed: where the memory is too small, an event is handed over
/// once more than needed, and none is lost.
class handled_book {
public:
    explicit handled_book(std::size_t limit) : limit_(limit) {}

    bool knows(const event_digest& which) const { return known_.contains(which); }
    /// Beyond the limit, the oldest is forgotten.
    void note(const event_digest& which);

private:
    struct hash {
        std::size_t operator()(const event_digest& which) const noexcept
        {
            std::size_t out = 0;
            std::memcpy(&out, which.data(), sizeof out);
            return out;
        }
    };

    std::size_t limit_;
    std::deque<event_digest> by_age_;
    std::unordered_set<event_digest, hash> known_;
};

} // namespace videosdk::inline v0::events
