// What happens after the requests: readiness, compositions that start and stop, and the webhooks that tell.
#include "emulator/service_state.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::emulator {
namespace {

std::string_view prefix_of(resource_type type) noexcept
{
    switch (type) {
    case resource_type::hls:
        return "hls-";
    case resource_type::rtmp:
        return "livestream-";
    default:
        return "recording-";
    }
}

std::string about_unit(std::string_view what, const unit& which)
{
    return "{\"webhookType\":" + quoted(what) + ",\"data\":{\"id\":" + quoted(which.id()) +
           ",\"type\":" + quoted(to_string(which.from->type)) + "}}";
}

} // namespace

std::vector<webhook> service::state::advance(time_point now, std::size_t most_webhooks)
{
    std::vector<webhook> to_send;
    const time_point until = std::max(now_, now);
    while (auto due = plan_.take_due(until)) {
        happen(due->second, due->first, to_send);
        if (to_send.size() >= most_webhooks && plan_.next() <= until) {
            return to_send;
        }
    }
    now_ = until;
    return to_send;
}

void service::state::happen(const step& due, time_point when, std::vector<webhook>& to_send)
{
    now_ = std::max(now_, when); // what follows from it is planned from its own point
    switch (due.what) {
    case step::kind::units_ready:
        units_ready(due.number, due.how_many);
        break;
    case step::kind::composition_started:
        composition_started(due.id);
        break;
    case step::kind::composition_stopped:
        composition_stopped(due.id);
        break;
    case step::kind::send_webhook:
        to_send.push_back(outbox_.take(due.number, key_ ? &*key_ : nullptr));
        break;
    case step::kind::late_request:
        late_request(due.number);
        break;
    }
}

void service::state::units_ready(std::uint64_t first, std::uint64_t how_many)
{
    store_.for_each_from(first, how_many, [this](unit& each) {
        if (each.status == resource_status::pending) {
            store_.set_status(each, resource_status::idle);
            tell_of(each, "resource-acquired");
        }
    });
}

void service::state::composition_started(std::string_view id)
{
    composition* const found = store_.find_composition(id);
    if (found == nullptr || found->at != composition::phase::starting) {
        return;
    }
    found->at = composition::phase::started;
    if (found->type == resource_type::hls) {
        const std::string urls = hls_urls(*found);
        tell_of(*found, "started", urls);
        tell_of(*found, "playable", urls);
    } else {
        tell_of(*found, "started");
    }
}

void service::state::composition_stopped(std::string_view id)
{
    composition* const found = store_.find_composition(id);
    if (found == nullptr) {
        return;
    }
    std::string more;
    if (found->type == resource_type::recording) {
        more = ",\"filePath\":" + quoted(found->file_path) + ",\"fileUrl\":";
        more += found->own_storage ? "null" : quoted(media_of(*found));
    }
    free_unit_of(*found);
    tell_of(*found, "stopped", more);
    store_.erase_composition(id);
}

bool service::state::fail_composition(std::string_view id, time_point now)
{
    move_to(now);
    const composition* const found = store_.find_composition(id);
    if (found == nullptr) {
        return false;
    }
    free_unit_of(*found);
    tell_of(*found, "failed");
    store_.erase_composition(id);
    return true;
}

void service::state::free_unit_of(const composition& ended)
{
    unit* const home = store_.find(ended.resource_id);
    if (home == nullptr || home->status != resource_status::composing) {
        return;
    }
    if (!options_.keep_composer_ids) {
        std::erase(home->composer_ids, ended.id);
    }
    store_.set_status(*home, resource_status::idle);
}

bool service::state::release_resource(std::string_view id, time_point now)
{
    move_to(now);
    unit* const found = store_.find(id);
    if (found == nullptr || found->status == resource_status::released) {
        return false;
    }
    // What ran in it ends without a word.
    const std::vector<std::string> running = found->composer_ids;
    for (const std::string& each : running) {
        store_.erase_composition(each);
    }
    release_unit(*found);
    return true;
}

void service::state::release_unit(unit& which)
{
    tell_of(which, "resource-released");
    store_.set_status(which, resource_status::released);
}

void service::state::late_request(std::uint64_t number)
{
    const auto node = late_.extract(number);
    const kept_request& kept = node.mapped();
    const request again{kept.method, kept.target, kept.authorization, kept.body};
    answer(again, match_route(again.method, again.target), kept.wall);
}

void service::state::send_webhook(std::string url, std::string body, time_point now)
{
    outbox_.put(std::move(url), std::move(body), move_to(now), plan_);
}

void service::state::tell(std::string_view url, std::string body)
{
    if (options_.send_webhooks && !url.empty()) {
        outbox_.put(std::string(url), std::move(body), now_, plan_);
    }
}

void service::state::tell_of(const unit& which, std::string_view what)
{
    if (options_.send_webhooks) {
        tell(which.from->webhook_url, about_unit(what, which));
    }
}

void service::state::tell_of(const composition& which, std::string_view what, std::string_view more)
{
    if (options_.send_webhooks && !which.webhook_url.empty()) {
        std::string type(prefix_of(which.type));
        type += what;
        const std::string id = options_.composition_ids ? ",\"id\":" + quoted(which.id) : std::string();
        tell(which.webhook_url,
             "{\"webhookType\":" + quoted(type) + ",\"data\":{\"meetingId\":" + quoted(which.room_id) +
                 ",\"sessionId\":" + quoted(which.session_id) + id + std::string(more) + "}}");
    }
}

std::string service::state::media_of(const composition& which) const
{
    return options_.media_url + "/" + which.file_path;
}

std::string service::state::hls_urls(const composition& which) const
{
    const std::string base = options_.media_url + "/hls/" + which.id;
    return ",\"playbackHlsUrl\":" + quoted(base + "/playback.m3u8") +
           ",\"livestreamUrl\":" + quoted(base + "/live.m3u8") +
           ",\"downstreamUrl\":" + quoted(base + "/playback.m3u8");
}

} // namespace videosdk::inline v0::emulator
