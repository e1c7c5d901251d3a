// The endpoints: what each request does and what it is answered.
#include "emulator/service_state.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::emulator {
namespace {

std::string_view word_of(resource_type type) noexcept
{
    switch (type) {
    case resource_type::hls:
        return "HLS";
    case resource_type::rtmp:
        return "Livestream";
    default:
        return "Recording";
    }
}

constexpr std::string_view data_begin = R"({"success":true,"data":[)";

// `{"success":true,"data":…}`
std::string with_data(std::string_view data)
{
    return "{\"success\":true,\"data\":" + std::string(data) + "}";
}

reply answer_sentence(resource_type type, std::string_view what, bool ordinary)
{
    const std::string sentence =
        quoted(std::string(word_of(type)) + " " + std::string(what) + " successfully");
    return make_reply(200, ordinary ? sentence : "{\"success\":true,\"msg\":" + sentence + "}");
}

std::string release_line(std::string_view id, bool success, std::string_view message)
{
    return "{\"id\":" + quoted(id) + ",\"success\":" + (success ? "true" : "false") +
           ",\"msg\":" + quoted(message) + "}";
}

reply refuse(const refusal& why)
{
    return make_refusal(why.status, why.message);
}

} // namespace

reply service::state::answer(const request& what, const route_match& where, wall_time wall)
{
    reply made = answer_call(what, where, wall);
    made.headers.emplace_back("x-request-id", request_ids_.next_text());
    return made;
}

reply service::state::answer_call(const request& what, const route_match& where, wall_time wall)
{
    if (where.where == route::public_key) {
        if (!key_) {
            return make_refusal(404, "There is no public key: webhooks are not signed here");
        }
        return make_reply(200, "{\"publicKey\":" + quoted(public_key_pem_) + "}");
    }
    if (!where.allowed_method.empty()) {
        reply made = make_refusal(405, "Method not allowed: use " + std::string(where.allowed_method));
        made.headers.emplace_back("Allow", where.allowed_method);
        return made;
    }
    if (where.where == route::other) {
        return make_refusal(404, "There is no such endpoint");
    }
    if (const std::optional<refusal> why = gate_.check(what.authorization, wall)) {
        return refuse(*why);
    }
    switch (where.where) {
    case route::acquire:
        return acquire(what.body);
    case route::release:
        return release(what.body);
    case route::get:
        return get(percent_decoded(where.id));
    case route::list:
        return list(where.query);
    case route::start_recording:
        return start(what.body, resource_type::recording, where.ordinary, wall);
    case route::start_hls:
        return start(what.body, resource_type::hls, where.ordinary, wall);
    case route::start_rtmp:
        return start(what.body, resource_type::rtmp, where.ordinary, wall);
    case route::end_recording:
        return end(what.body, resource_type::recording, where.ordinary);
    case route::end_hls:
        return end(what.body, resource_type::hls, where.ordinary);
    default:
        return end(what.body, resource_type::rtmp, where.ordinary);
    }
}

reply service::state::not_found(std::string_view what, std::string_view id) const
{
    return make_refusal(options_.not_found_status, std::string(what) + " not found: " + std::string(id));
}

origin service::state::origin_of(const acquire_body& wanted) const
{
    origin made;
    made.type = wanted.type;
    made.webhook_url = wanted.webhook_url;
    made.shown.type = wanted.type;
    if (wanted.type == resource_type::recording && options_.recording == recording_name::filecomposer) {
        made.shown.type = wire_value<resource_type>(resource_type::recording, "filecomposer");
    }
    made.shown.mode = wanted.mode;
    made.shown.quality = wanted.quality;
    switch (options_.echo) {
    case echo_mode::exact:
        made.shown.webhook_url = wanted.webhook_url;
        break;
    case echo_mode::normalised:
        made.shown.webhook_url = normalised_url(wanted.webhook_url);
        break;
    case echo_mode::absent:
        break;
    }
    return made;
}

reply service::state::acquire(std::string_view body)
{
    const accepted<acquire_body> wanted = read_acquire_body(body, options_.max_units);
    if (wanted.has_error()) {
        return refuse(wanted.error());
    }
    const std::uint32_t granted = std::min(wanted->units, options_.grant_at_most.value_or(wanted->units));
    const auto from = std::make_shared<const origin>(origin_of(*wanted));
    constexpr std::string_view before_id = R"({"id":")";
    std::string text(data_begin);
    std::string after_id; // fresh units differ in their ids alone
    for (std::uint32_t i = 0; i != granted; ++i) {
        unit made;
        made.digits = ids_.next();
        made.from = from;
        const unit& fresh = store_.add(std::move(made));
        if (i == 0) {
            plan_.plan(now_ + options_.idle_after, step(step::kind::units_ready, fresh.order, granted));
            after_id = model::write(fresh.shown()).substr(before_id.size() + fresh.id().size());
            text.reserve(text.size() +
                         granted * (1 + before_id.size() + fresh.id().size() + after_id.size()) + 1);
        } else {
            text += ',';
        }
        text += before_id;
        text += fresh.id();
        text += after_id;
    }
    text += "]}";
    return make_reply(200, std::move(text));
}

reply service::state::release(std::string_view body)
{
    const accepted<std::vector<std::string>> ids = read_release_body(body);
    if (ids.has_error()) {
        return refuse(ids.error());
    }
    std::string data;
    for (const std::string& id : *ids) {
        data += data.empty() ? "[" : ",";
        unit* const found = store_.find(id);
        if (found == nullptr) {
            data += release_line(id, false, "resource not found");
        } else if (found->status != resource_status::idle) {
            data += release_line(id, false,
                                 "resource is " + std::string(to_string(found->status)) +
                                     ": only idle resources are released");
        } else {
            release_unit(*found);
            data += release_line(id, true, "resource released");
        }
    }
    return make_reply(200, with_data(data + "]"));
}

reply service::state::get(std::string_view id) const
{
    const unit* const found = const_cast<store&>(store_).find(id);
    if (found == nullptr) {
        return not_found("Resource", id);
    }
    std::string body = model::write(found->shown());
    if (options_.get == get_shape::wrapped) {
        body = "{\"data\":" + body + "}";
    }
    return make_reply(200, std::move(body));
}

reply service::state::list(std::string_view query) const
{
    const accepted<list_query> wanted = read_list_query(query);
    if (wanted.has_error()) {
        return refuse(wanted.error());
    }
    const std::uint64_t per_page = std::min(wanted->per_page, options_.max_per_page);
    const unit_page found = store_.page(wanted->status, wanted->page, per_page);
    const std::uint64_t last = found.total == 0 ? 1 : (found.total - 1) / per_page + 1;
    const auto number = [this](std::uint64_t value) {
        const std::string digits = std::to_string(value);
        return options_.numbers == number_shape::strings ? quoted(digits) : digits;
    };
    std::string body = "{\"pageInfo\":{\"currentPage\":" + number(wanted->page) +
                       ",\"perPage\":" + number(per_page) + ",\"lastPage\":" + number(last) +
                       ",\"total\":" + number(found.total) + "},\"data\":[";
    for (std::size_t i = 0; i != found.units.size(); ++i) {
        body += i == 0 ? "" : ",";
        body += model::write(found.units[i]->shown());
    }
    return make_reply(200, body + "]}");
}

std::optional<refusal> service::state::why_not_free(const start_body& wanted, resource_type type)
{
    if (wanted.resource_id.empty()) {
        return std::nullopt;
    }
    const unit* const found = store_.find(wanted.resource_id);
    if (found == nullptr) {
        return refusal(options_.not_found_status, "Resource not found: " + wanted.resource_id);
    }
    if (found->from->type != type) {
        return refusal(400, "resourceId must be a resource of type " + std::string(to_string(type)) +
                                "; this one is of type " + std::string(to_string(found->from->type)));
    }
    if (found->status != resource_status::idle) {
        return refusal(409, "resourceId must be an idle resource; this one is " +
                                std::string(to_string(found->status)));
    }
    return std::nullopt;
}

composition service::state::make_composition(const start_body& wanted, resource_type type)
{
    composition made;
    made.id = ids_.next_text();
    made.type = type;
    made.room_id = wanted.room_id;
    made.session_id = session_id(wanted.room_id);
    made.resource_id = wanted.resource_id;
    made.webhook_url = wanted.webhook_url;
    made.own_storage = !wanted.aws_dir_path.empty() || !wanted.pre_signed_url.empty();
    if (type == resource_type::recording) {
        made.file_path = wanted.aws_dir_path.empty() ? "recordings" : wanted.aws_dir_path;
        made.file_path += "/" + made.room_id + "/" + made.id + ".mp4";
    }
    if (unit* const home = store_.find(wanted.resource_id)) {
        store_.set_status(*home, resource_status::composing);
        home->composer_ids.push_back(made.id);
        if (made.webhook_url.empty()) {
            made.webhook_url = home->from->webhook_url;
        }
    }
    return made;
}

reply service::state::start(std::string_view body, resource_type type, bool ordinary, wall_time wall)
{
    const accepted<start_body> wanted = read_start_body(body, type, ordinary);
    if (wanted.has_error()) {
        return refuse(wanted.error());
    }
    if (const std::optional<refusal> why = why_not_free(*wanted, type)) {
        return refuse(*why);
    }
    const composition& made = store_.add(make_composition(*wanted, type));
    tell_of(made, "starting");
    plan_.plan(now_ + options_.started_after, step(step::kind::composition_started, 0, made.id));
    if (type == resource_type::hls) {
        const std::string room = quoted(made.room_id);
        const std::string data =
            "{\"id\":" + quoted(made.id) + ",\"sessionId\":" + quoted(made.session_id) +
            ",\"roomId\":" + room + ",\"start\":" + quoted(iso_time(wall)) +
            ",\"links\":{\"get_room\":" + quoted(options_.media_url + "/rooms/" + made.room_id) + "}" +
            hls_urls(made) + "}";
        return make_reply(200, ordinary ? data : with_data(data));
    }
    if (ordinary) {
        return answer_sentence(type, "started", true);
    }
    return make_reply(200, with_data("{\"id\":" + quoted(made.id) + "}"));
}

reply service::state::end(std::string_view body, resource_type type, bool ordinary)
{
    const accepted<end_body> wanted = read_end_body(body, ordinary);
    if (wanted.has_error()) {
        return refuse(wanted.error());
    }
    composition* const found =
        wanted->id.empty() ? store_.find_running(wanted->room_id, type) : store_.find_composition(wanted->id);
    if (found == nullptr || found->type != type || found->room_id != wanted->room_id ||
        found->at == composition::phase::stopping) {
        return not_found(word_of(type), wanted->id.empty() ? wanted->room_id : wanted->id);
    }
    found->at = composition::phase::stopping;
    tell_of(*found, "stopping");
    plan_.plan(now_ + options_.stopped_after, step(step::kind::composition_stopped, 0, found->id));
    return answer_sentence(type, "ended", ordinary);
}

} // namespace videosdk::inline v0::emulator
