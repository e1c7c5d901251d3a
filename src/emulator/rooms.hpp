// Who is in which room, and the sessions that this makes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::emulator {

/// Pure.
class room_book {
public:
    using wall_time = std::chrono::system_clock::time_point;

    struct change {
        std::uint64_t session = 0; ///< The room's first is 1.
        bool turned = false;       ///< The session began with this entrance, or ended with this departure.
        wall_time began{};
        std::string name; ///< The participant's.
    };

    /// Empty where they are there already.
    std::optional<change> join(std::string_view room, std::string_view participant, std::string_view name,
                               wall_time now);
    /// Empty where they are not there.
    std::optional<change> leave(std::string_view room, std::string_view participant);
    /// The number of the room's latest session; 1 where it has had none: then its first is to come.
    std::uint64_t session(std::string_view room) const;

private:
    struct room_state {
        std::uint64_t session = 0;
        wall_time began{};
        std::map<std::string, std::string, std::less<>> names; // by participant
    };

    std::map<std::string, room_state, std::less<>> rooms_;
};

} // namespace videosdk::inline v0::emulator
