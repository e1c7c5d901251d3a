// Carrying exchanges.
#include "wire.hpp"

#include <boost/asio/post.hpp>

#include <charconv>
#include <utility>

namespace simulation {

namespace emulator = videosdk::emulator;
using videosdk::errc;
using videosdk::outcome;

/// One request on its way there, and what comes back.
struct wire::flight {
    flight() = default;

    videosdk::exchange_operation* operation = nullptr; ///< None when nobody waits for it any more.
    sent_request request;
    fault fate = fault::none;
    std::uint64_t number = 0;
};

wire::wire(network& between, life_number of, boost::asio::io_context& home, videosdk::scheduler& clock)
    : net_(between), life_(of), home_(&home), clock_(clock)
{
}

wire::~wire()
{
    shutdown();
}

void wire::shutdown() noexcept
{
    for (const flight_ptr& each : flights_) {
        clock_.cancel(each->operation->deadline_alarm(*this));
        each->operation->place = nullptr;
        each->operation = nullptr;
    }
    flights_.clear();
    in_air_ = {};
    home_ = nullptr;
}

void wire::start(videosdk::exchange_operation& operation)
{
    auto fresh = std::make_shared<flight>();
    fresh->operation = &operation;
    fresh->number = ++net_.exchanges;
    sent_request& what = fresh->request;
    what.method = operation.request.method;
    what.target = operation.request.target;
    what.body = operation.request.body;
    what.from = life_;
    what.what = place_of(what.method, what.target);
    what.number = fresh->number;
    for (const videosdk::header_view& each : operation.request.headers) {
        if (each.name == "Authorization") {
            what.authorization = each.value;
        }
    }
    fresh->fate = net_.conditions.of_exchange(what.what, what.target);
    if (fresh->fate != fault::none) {
        net_.hits.count(fresh->fate, what.what);
    }
    net_.told.tell(net_.time.now, "exchange ", fresh->number, " of life ", life_, ", ", to_string(what.what),
                   ", fate: ", to_string(fresh->fate));
    operation.mark_sent(false);
    operation.place = fresh.get();
    ++in_air_[static_cast<std::size_t>(what.what)];
    flights_.push_back(fresh);
    clock_.wait_until(operation.deadline, operation.deadline_alarm(*this));
    depart(fresh);
}

void wire::depart(const flight_ptr& which)
{
    weather& conditions = net_.conditions;
    const nanoseconds there = conditions.latency();
    switch (which->fate) {
    case fault::queued:
        return; // for ever
    case fault::refused:
        return fail(which, there, errc::connect_failed, outcome::not_sent);
    case fault::stale:
        return fail(which, 0ns, errc::connection_stale, outcome::not_sent, true);
    default:
        break;
    }
    which->operation->mark_sent(true);
    switch (which->fate) {
    case fault::silent_request:
        return;
    case fault::lost_request:
        return fail(which, there, errc::connection_lost, outcome::ambiguous,
                    conditions.amounts().percent(70));
    case fault::late_effect:
        have_effect_later(which, conditions.late_effect(), excuse::none);
        return fail(which, there, errc::connection_lost, outcome::ambiguous);
    case fault::too_late:
        have_effect_later(which, conditions.too_late_effect(), excuse::too_late);
        return fail(which, there, errc::connection_lost, outcome::ambiguous);
    case fault::error_before:
        return answer(which, there, error_page());
    case fault::turned_down:
        return answer(which, there, refusal());
    case fault::rate_limited: {
        emulator::reply told;
        told.status = 429;
        told.body = R"({"message":"Too many requests"})";
        told.headers.emplace_back("Retry-After", std::to_string(conditions.amounts().below(3)));
        return answer(which, there, std::move(told));
    }
    default:
        break;
    }
    net_.planned.at(net_.time.now + there, [self = shared_from_this(), which] { self->arrive(which); });
}

void wire::have_effect_later(const flight_ptr& which, nanoseconds after, excuse why)
{
    network& net = net_; // this wire may be gone by then
    net.planned.at(net.time.now + after, [&net, which, why] {
        net.told.tell(net.time.now, "provider: exchange ", which->number, " arrives late");
        net.service.handle(which->request, {.why = why});
    });
}

/// At the provider.
void wire::arrive(const flight_ptr& which)
{
    weather& conditions = net_.conditions;
    emulator::reply told = reply_to(*which);
    net_.told.tell(net_.time.now, "provider: exchange ", which->number, ", ", which->request.target, " ",
                   which->request.body, ", is answered ", told.status);
    const nanoseconds back = conditions.latency();
    switch (which->fate) {
    case fault::silent_answer:
        return;
    case fault::lost_answer:
        return fail(which, back, errc::connection_lost, outcome::ambiguous, conditions.amounts().percent(70));
    case fault::cut_answer:
        return fail(which, back, errc::truncated_response, outcome::ambiguous);
    case fault::error_after:
        return answer(which, back, error_page());
    case fault::html_page: {
        emulator::reply page;
        page.body = "<html><body>It works!</body></html>";
        page.content_type = "text/html";
        return answer(which, back, std::move(page));
    }
    case fault::slow:
        return answer(which, back + conditions.slowness(), std::move(told));
    default:
        return answer(which, back, std::move(told));
    }
}

emulator::reply wire::reply_to(flight& which)
{
    weather& conditions = net_.conditions;
    switch (which.fate) {
    case fault::short_grant:
        return net_.service.handle(which.request, {.grant_at_most = fewer_than_asked(which.request.body)});
    case fault::applied_twice: {
        emulator::reply first = net_.service.handle(which.request);
        net_.service.handle(which.request, {.why = excuse::sent_twice});
        return first;
    }
    case fault::old_listing:
        return net_.service.list(which.request, net_.time.now - conditions.listing_age(), 0);
    case fault::shifted_page:
        return net_.service.list(which.request, net_.time.now, conditions.amounts().below(100));
    case fault::swapped_page:
        return net_.service.list(which.request, net_.time.now, conditions.amounts().below(100), true);
    default:
        return net_.service.handle(which.request);
    }
}

std::uint32_t wire::fewer_than_asked(std::string_view body)
{
    constexpr std::string_view key = "\"units\":";
    const std::size_t found = body.find(key);
    std::uint32_t asked = 1;
    if (found != std::string_view::npos) {
        std::from_chars(body.data() + found + key.size(), body.data() + body.size(), asked);
    }
    return static_cast<std::uint32_t>(net_.conditions.amounts().below(asked));
}

emulator::reply wire::error_page()
{
    emulator::reply told;
    told.status = net_.conditions.amounts().pick<unsigned>({500, 502, 503, 504, 408, 409});
    told.body = R"({"message":"Something went wrong"})";
    return told;
}

emulator::reply wire::refusal()
{
    emulator::reply told;
    told.status = net_.conditions.amounts().pick<unsigned>({400, 402, 403, 200});
    told.body = R"({"success":false,"message":"Not now"})";
    return told;
}

void wire::answer(const flight_ptr& which, nanoseconds after, emulator::reply what)
{
    net_.planned.at(net_.time.now + after,
                    [self = shared_from_this(), which, what = std::move(what)]() mutable {
                        if (which->operation == nullptr) {
                            return;
                        }
                        boost::asio::post(*self->home_, [self, which, what = std::move(what)]() mutable {
                            if (videosdk::exchange_operation* const operation = which->operation) {
                                self->take(*which);
                                operation->on_response(videosdk::response(what.status, std::move(what.body),
                                                                          std::move(what.headers)));
                            }
                        });
                    });
}

void wire::fail(const flight_ptr& which, nanoseconds after, errc code, outcome how, bool reused)
{
    net_.planned.at(net_.time.now + after, [self = shared_from_this(), which, code, how, reused] {
        if (which->operation == nullptr) {
            return;
        }
        boost::asio::post(*self->home_, [self, which, code, how, reused] {
            if (videosdk::exchange_operation* const operation = which->operation) {
                self->take(*which);
                videosdk::exchange_failure failed(make_error_code(code), how, "as the weather wants it");
                failed.reused = reused;
                operation->on_failure(std::move(failed));
            }
        });
    });
}

void wire::take(flight& which) noexcept
{
    clock_.cancel(which.operation->deadline_alarm(*this));
    which.operation->place = nullptr;
    which.operation = nullptr;
    if (which.request.what == place::acquire) {
        net_.service.heard(which.number);
    }
    --in_air_[static_cast<std::size_t>(which.request.what)];
    std::erase_if(flights_, [&which](const flight_ptr& each) { return each.get() == &which; });
}

void wire::cancel(videosdk::exchange_operation& operation) noexcept
{
    if (operation.place != nullptr) {
        take(*static_cast<flight*>(operation.place));
    }
}

void wire::on_deadline(videosdk::exchange_operation& operation)
{
    flight& which = *static_cast<flight*>(operation.place);
    take(which);
    const bool sent = operation.sent();
    operation.on_failure(
        videosdk::exchange_failure(make_error_code(sent ? errc::response_timeout : errc::timeout),
                                   sent ? outcome::ambiguous : outcome::not_sent, "the deadline came"));
}

} // namespace simulation
