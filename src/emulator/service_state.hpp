// The service behind its public face.
#pragma once

#include "emulator/bodies.hpp"
#include "emulator/ids.hpp"
#include "emulator/outbox.hpp"
#include "emulator/rooms.hpp"
#include "emulator/routes.hpp"
#include "emulator/signer.hpp"
#include "emulator/store.hpp"
#include "emulator/timeline.hpp"
#include "emulator/token_gate.hpp"

#include <videosdk/emulator.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace videosdk::inline v0::emulator {

class service::state {
public:
    explicit state(service_options wanted);

    reply handle(const request& what, time_point now, wall_time wall);
    time_point next_wakeup() const noexcept { return plan_.next(); }
    std::vector<webhook> advance(time_point now, std::size_t most_webhooks);
    void delivered(std::uint64_t id, bool answered_2xx, time_point now);

    const std::string& public_key_pem() const noexcept { return public_key_pem_; }
    statistics counts() const;
    const service_options& options() const noexcept { return options_; }
    void set_options(service_options wanted);
    std::vector<resource> resources() const;
    bool fail_composition(std::string_view id, time_point now);
    bool join_room(std::string_view room, std::string_view participant, std::string_view name, time_point now,
                   wall_time wall);
    bool leave_room(std::string_view room, std::string_view participant, time_point now, wall_time wall);
    bool release_resource(std::string_view id, time_point now);
    void send_webhook(std::string url, std::string body, time_point now);

private:
    // One request, taken out of its views, for fault_kind::apply_later.
    struct kept_request {
        kept_request() = default;

        std::string method;
        std::string target;
        std::string authorization;
        std::string body;
        wall_time wall;
    };

    time_point move_to(time_point now);
    void keep_for_later(const request& what, std::chrono::nanoseconds after, wall_time wall);
    void count(const route_match& where, const reply& answer);

    // endpoints.cpp: requests to answers.
    reply answer(const request& what, const route_match& where, wall_time wall);
    reply answer_call(const request& what, const route_match& where, wall_time wall);
    reply acquire(std::string_view body);
    reply release(std::string_view body);
    reply get(std::string_view id) const;
    reply list(std::string_view query) const;
    reply start(std::string_view body, resource_type type, bool ordinary, wall_time wall);
    reply end(std::string_view body, resource_type type, bool ordinary);
    origin origin_of(const acquire_body& wanted) const;
    std::optional<refusal> why_not_free(const start_body& wanted, resource_type type);
    composition make_composition(const start_body& wanted, resource_type type);
    reply not_found(std::string_view what, std::string_view id) const;

    // events.cpp: what happens afterwards, and its webhooks.
    void happen(const step& due, time_point when, std::vector<webhook>& to_send);
    void units_ready(std::uint64_t first, std::uint64_t how_many);
    void composition_started(std::string_view id);
    void composition_stopped(std::string_view id);
    void late_request(std::uint64_t number);
    void free_unit_of(const composition& ended);
    void release_unit(unit& which);
    void tell(std::string_view url, std::string body);
    void tell_of(const unit& which, std::string_view what);
    void tell_of(const composition& which, std::string_view what, std::string_view more = {});
    std::string media_of(const composition& which) const;
    std::string hls_urls(const composition& which) const;

    // rooms.cpp: sessions.
    void tell_of_room(std::string_view what, std::string_view room, std::string_view more);
    std::string session_id(std::string_view room) const;

    service_options options_;
    std::optional<signer> key_; // none where webhooks are not signed
    std::string public_key_pem_;
    token_gate gate_;
    id_source ids_;
    id_source request_ids_;
    store store_;
    room_book rooms_;
    timeline plan_;
    outbox outbox_;
    std::unordered_map<std::uint64_t, kept_request> late_;
    std::uint64_t next_late_ = 0;
    time_point now_{};
    std::array<std::map<unsigned, std::uint64_t>, route_count> counts_;
};

// answers.cpp: bodies of answers, without any decision.
reply make_reply(unsigned status, std::string body);
reply make_refusal(unsigned status, std::string_view message);
std::string quoted(std::string_view text);
/// `2026-01-31T12:00:00.000Z`
std::string iso_time(std::chrono::system_clock::time_point when);

} // namespace videosdk::inline v0::emulator
