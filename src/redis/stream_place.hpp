// How far a node has read a stream, and what the next entry says about those before it. Pure.
#pragma once

#include "redis/event_entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::redis {

/// Entries are numbered without a gap when they are written, so that a gap tells how many were thrown away,
/// and a number that comes again tells that Redis has lost what it held.
class stream_place {
public:
    /// Before everything.
    stream_place() = default;
    /// Behind that entry.
    stream_place(std::string id, std::uint64_t number) : id_(std::move(id)), number_(number) {}
    /// As text() made it; empty where it is no such text.
    static std::optional<stream_place> from_text(std::string_view text);

    const std::string& id() const noexcept { return id_; }
    std::uint64_t number() const noexcept { return number_; }
    std::string text() const { return id_ + ' ' + std::to_string(number_); }

    struct news {
        std::uint64_t missed = 0;
        bool restarted = false;
    };
    /// The next entry that was read.
    news pass(const stream_entry& next);
    /// The last entry that the stream has, if it has any, when reading begins again: whether the stream has
    /// begun anew, so that it is read from its beginning.
    bool restarted_before(const std::optional<stream_entry>& last);

private:
    std::string id_ = "0-0";
    std::uint64_t number_ = 0; ///< 0: not known.
};

} // namespace videosdk::inline v0::redis
