// Entrances and departures, and the webhooks that tell of them.
#include "emulator/rooms.hpp"

#include "emulator/service_state.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::emulator {

std::optional<room_book::change> room_book::join(std::string_view room, std::string_view participant,
                                                 std::string_view name, wall_time now)
{
    room_state& where = rooms_.try_emplace(std::string(room)).first->second;
    const bool first = where.names.empty();
    if (!where.names.try_emplace(std::string(participant), name).second) {
        return std::nullopt;
    }
    if (first) {
        ++where.session;
        where.began = now;
    }
    return change{where.session, first, where.began, std::string(name)};
}

std::optional<room_book::change> room_book::leave(std::string_view room, std::string_view participant)
{
    const auto where = rooms_.find(room);
    if (where == rooms_.end()) {
        return std::nullopt;
    }
    room_state& left = where->second;
    const auto who = left.names.find(participant);
    if (who == left.names.end()) {
        return std::nullopt;
    }
    std::string name = std::move(who->second);
    left.names.erase(who);
    return change{left.session, left.names.empty(), left.began, std::move(name)};
}

std::uint64_t room_book::session(std::string_view room) const
{
    const auto where = rooms_.find(room);
    return where == rooms_.end() ? 1 : std::max<std::uint64_t>(where->second.session, 1);
}

std::string service::state::session_id(std::string_view room) const
{
    const std::uint64_t number = rooms_.session(room);
    std::string name(room);
    return ids_.of(number == 1 ? name : name + "#" + std::to_string(number));
}

void service::state::tell_of_room(std::string_view what, std::string_view room, std::string_view more)
{
    tell(options_.room_webhook_url,
         "{\"webhookType\":" + quoted(what) + ",\"data\":{\"meetingId\":" + quoted(room) +
             ",\"sessionId\":" + quoted(session_id(room)) + std::string(more) + "}}");
}

bool service::state::join_room(std::string_view room, std::string_view participant, std::string_view name,
                               time_point now, wall_time wall)
{
    move_to(now);
    if (room.empty() || participant.empty()) {
        return false;
    }
    const auto change = rooms_.join(room, participant, name, wall);
    if (!change) {
        return false;
    }
    if (change->turned) {
        tell_of_room("session-started", room, ",\"start\":" + quoted(iso_time(change->began)));
    }
    tell_of_room("participant-joined", room,
                 ",\"participantId\":" + quoted(participant) + ",\"participantName\":" + quoted(name));
    return true;
}

bool service::state::leave_room(std::string_view room, std::string_view participant, time_point now,
                                wall_time wall)
{
    move_to(now);
    const auto change = rooms_.leave(room, participant);
    if (!change) {
        return false;
    }
    tell_of_room("participant-left", room,
                 ",\"participantId\":" + quoted(participant) +
                     ",\"participantName\":" + quoted(change->name));
    if (change->turned) {
        tell_of_room("session-ended", room,
                     ",\"start\":" + quoted(iso_time(change->began)) + ",\"end\":" + quoted(iso_time(wall)));
    }
    return true;
}

} // namespace videosdk::inline v0::emulator
