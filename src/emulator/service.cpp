// The public face of the service: options, faults, statistics.
#include "emulator/service_state.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::emulator {
namespace {

// Keeps the ids of answers apart from those of resources, so that a request more changes no resource's id.
constexpr std::uint64_t request_id_seed = 0x726571756573742dU;

service_options validated(service_options options)
{
    options.validate();
    return options;
}

} // namespace

service::state::state(service_options wanted)
    : options_(validated(std::move(wanted))),
      gate_(options_.api_key, options_.secret),
      ids_(options_.seed),
      request_ids_(options_.seed ^ request_id_seed),
      store_(options_.released_kept)
{
    if (options_.sign_webhooks) {
        key_.emplace(options_.private_key_pem);
        public_key_pem_ = key_->public_key_pem();
    }
}

service::time_point service::state::move_to(time_point now)
{
    now_ = std::max(now_, now);
    return now_;
}

reply service::state::handle(const request& what, time_point now, wall_time wall)
{
    move_to(now);
    const fault planned = options_.on_request ? options_.on_request(what) : fault();
    const route_match where = match_route(what.method, what.target);
    reply made;
    switch (planned.kind()) {
    case fault_kind::none:
        made = answer(what, where, wall);
        break;
    case fault_kind::answer:
        made = make_reply(planned.status(), planned.body());
        made.content_type = planned.content_type();
        made.headers = planned.headers();
        break;
    case fault_kind::drop:
        made.drop = true;
        break;
    case fault_kind::apply_then_drop:
        answer(what, where, wall);
        made.drop = true;
        break;
    case fault_kind::apply_later:
        keep_for_later(what, planned.time(), wall);
        made.drop = true;
        break;
    case fault_kind::delay:
        made = answer(what, where, wall);
        made.delay = planned.time();
        break;
    }
    count(where, made);
    if (options_.on_reply) {
        options_.on_reply(what, made, now_);
    }
    return made;
}

void service::state::keep_for_later(const request& what, std::chrono::nanoseconds after, wall_time wall)
{
    kept_request kept;
    kept.method = what.method;
    kept.target = what.target;
    kept.authorization = what.authorization;
    kept.body = what.body;
    kept.wall = wall + std::chrono::duration_cast<wall_time::duration>(after);
    const std::uint64_t number = next_late_++;
    late_.emplace(number, std::move(kept));
    plan_.plan(now_ + after, step(step::kind::late_request, number));
}

void service::state::count(const route_match& where, const reply& answer)
{
    ++counts_[static_cast<std::size_t>(where.where)][answer.drop ? 0 : answer.status];
}

void service::state::delivered(std::uint64_t id, bool answered_2xx, time_point now)
{
    outbox_.delivered(id, answered_2xx, options_.redelivery, move_to(now), plan_);
}

statistics service::state::counts() const
{
    statistics sum;
    for (std::size_t i = 0; i != counts_.size(); ++i) {
        for (const auto& [status, how_many] : counts_[i]) {
            request_count entry;
            entry.route = to_string(static_cast<route>(i));
            entry.status = status;
            entry.count = how_many;
            sum.requests.push_back(std::move(entry));
            sum.requests_total += how_many;
        }
    }
    sum.resources_acquired = store_.acquired();
    sum.resources_pending = store_.count(resource_status::pending);
    sum.resources_idle = store_.count(resource_status::idle);
    sum.resources_composing = store_.count(resource_status::composing);
    sum.resources_released = store_.released();
    sum.webhooks_sent = outbox_.counts().sent;
    sum.webhooks_redelivered = outbox_.counts().redelivered;
    sum.webhooks_delivered = outbox_.counts().delivered;
    sum.webhooks_failed = outbox_.counts().failed;
    return sum;
}

void service::state::set_options(service_options wanted)
{
    wanted.sign_webhooks = options_.sign_webhooks;
    wanted.private_key_pem = options_.private_key_pem;
    wanted.validate();
    wanted.seed = options_.seed;
    if (wanted.api_key != options_.api_key || wanted.secret != options_.secret) {
        gate_ = token_gate(wanted.api_key, wanted.secret);
    }
    options_ = std::move(wanted);
    store_.keep_released(options_.released_kept);
}

std::vector<resource> service::state::resources() const
{
    std::vector<resource> all;
    all.reserve(store_.units().size());
    for (const auto& [order, each] : store_.units()) {
        all.push_back(each.shown());
    }
    return all;
}

service::service(service_options options) : state_(std::make_unique<state>(std::move(options))) {}

service::service(service&&) noexcept = default;

service& service::operator=(service&&) noexcept = default;

service::~service() = default;

reply service::handle(const request& what, time_point now, wall_time wall)
{
    return state_->handle(what, now, wall);
}

service::time_point service::next_wakeup() const noexcept
{
    return state_->next_wakeup();
}

std::vector<webhook> service::advance(time_point now, std::size_t most_webhooks)
{
    return state_->advance(now, most_webhooks);
}

void service::delivered(std::uint64_t id, bool answered_2xx, time_point now)
{
    state_->delivered(id, answered_2xx, now);
}

const std::string& service::public_key_pem() const noexcept
{
    return state_->public_key_pem();
}

statistics service::counts() const
{
    return state_->counts();
}

const service_options& service::options() const noexcept
{
    return state_->options();
}

void service::set_options(service_options options)
{
    state_->set_options(std::move(options));
}

std::vector<resource> service::resources() const
{
    return state_->resources();
}

bool service::fail_composition(std::string_view composition_id, time_point now)
{
    return state_->fail_composition(composition_id, now);
}

bool service::join_room(std::string_view room_id, std::string_view participant_id,
                        std::string_view participant_name, time_point now, wall_time wall)
{
    return state_->join_room(room_id, participant_id, participant_name, now, wall);
}

bool service::leave_room(std::string_view room_id, std::string_view participant_id, time_point now,
                         wall_time wall)
{
    return state_->leave_room(room_id, participant_id, now, wall);
}

bool service::release_resource(std::string_view resource_id, time_point now)
{
    return state_->release_resource(resource_id, now);
}

void service::send_webhook(std::string url, std::string body, time_point now)
{
    state_->send_webhook(std::move(url), std::move(body), now);
}

} // namespace videosdk::inline v0::emulator
