// An event as an entry of a stream, and as the latest fact about a resource. Pure.
#pragma once

#include "redis/reply.hpp"

#include <videosdk/event.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::redis {

/// One entry of a stream, as it was read.
struct stream_entry {
    stream_entry() = default;

    std::string id;           ///< Redis' own, `<milliseconds>-<number>`; empty where it is no entry at all.
    std::uint64_t number = 0; ///< Its place in the stream, counted from 1; 0 where somebody else wrote it.
    std::string from;         ///< The life of the bus that wrote it.
    std::optional<event> contents; ///< Empty where it is no event.
};

/// An element of what XREAD and XRANGE answer: id, and fields and values in turn.
stream_entry read_entry(const reply& element);

/// An event of its wire name, token and data; empty where they make none.
std::optional<event> read_event_of(std::string_view type, std::string_view token, std::string_view data);

/// The boot in a correlation token that was checked before; empty where there is none.
std::string_view boot_in(std::string_view token) noexcept;

/// How far an event says that its resource has come: 0 where it says nothing of one, or of one whose id is
/// not fit for a key.
unsigned rank_in(const event& what) noexcept;

} // namespace videosdk::inline v0::redis
