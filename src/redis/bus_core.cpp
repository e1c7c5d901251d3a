// The life of a bus: it begins, is asked what it did, and lets go of everything.
#include "redis/bus_core.hpp"

#include "auth/encoding.hpp"
#include "auth/random_source.hpp"
#include "redis/failure.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace videosdk::inline v0 {
namespace {

/// Of an entry, with a body of the usual limit, with all that is around it.
constexpr std::size_t usual_entry = 160 * 1024;
constexpr std::size_t most_at_once = 64;

std::string make_life()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : auth::random_bytes(*auth::system_randomness(), 12)) {
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 0xFU];
    }
    return out;
}

} // namespace

std::shared_ptr<redis_bus_core> redis_bus_core::make(hub_inlet hub, const redis_bus_options& options)
{
    options.validate();
    if (hub.closed() || !hub.executor()) {
        error_info info;
        info.call = "redis_event_bus";
        info.detail = "the event_hub was moved from, or its execution context is gone";
        throw error(make_error_code(errc::invalid_argument), std::move(info));
    }
    auto core = std::make_shared<redis_bus_core>(std::move(hub), options);
    core->join_context(core->home_);
    core->hub_.set_relay(core);
    asio::post(core->home_, [core] { core->begin(); });
    return core;
}

redis_bus_core::redis_bus_core(hub_inlet hub, const redis_bus_options& settings)
    : hub_(std::move(hub)),
      options_(settings),
      home_(hub_.executor()),
      time_(hub_.time()),
      life_(make_life()),
      commands_(redis::make_connection(home_, time_, settings.redis, "videosdk:" + settings.node)),
      reader_(redis::make_connection(home_, time_, settings.redis, "videosdk:" + settings.node + ":reader")),
      to_me_{key("to:", settings.node), "to", {}, {}},
      to_all_{commands_->key("all"), "all", {}, {}},
      connected_(time_),
      reading_pause_(time_),
      living_pause_(time_),
      reading_over_(time_),
      delivered_(time_),
      usually_at_once_(
          std::clamp<std::size_t>(settings.redis.max_reply / (2 * usual_entry), 1, most_at_once)),
      at_once_(usually_at_once_)
{
}

redis_bus_core::~redis_bus_core()
{
    leave_context();
}

std::string redis_bus_core::key(std::string_view kind, std::string_view name) const
{
    return commands_->key(kind).append(name);
}

void redis_bus_core::begin()
{
    if (closing_ || !home_) {
        reading_over_.open();
        return;
    }
    const core_ptr self = shared_from_this();
    delivered_.open();
    const auto ended = [self](std::exception_ptr failure) { self->on_ended(failure); };
    asio::co_spawn(home_, read_on(self), ended);
    asio::co_spawn(home_, live_on(self), ended);
}

/// For want of memory, say: the context's user is told, and webhooks enter this hub as without a bus.
void redis_bus_core::on_ended(const std::exception_ptr& failure)
{
    if (failure) {
        abandon();
        std::rethrow_exception(failure);
    }
}

void redis_bus_core::tell(const redis_notice& what) const noexcept
{
    if (options_.on_notice) {
        try {
            options_.on_notice(what);
        } catch (...) { // NOLINT: promised to users
        }
    }
}

void redis_bus_core::abandon()
{
    const asio::any_io_executor there = home_;
    if (!closing_.exchange(true) && there) {
        asio::post(there, [self = shared_from_this()] {
            self->commands_->close();
            self->reader_->close();
            self->reading_pause_.open();
            self->living_pause_.open();
            self->end_waiting();
        });
    }
}

void redis_bus_core::end_waiting()
{
    error_info info;
    info.call = "redis_event_bus";
    info.detail = "the bus was closed";
    connected_.fail(error(make_error_code(errc::closed), std::move(info)));
}

asio::awaitable<void> redis_bus_core::close()
{
    return asio::co_spawn(home_, close_at_home(shared_from_this()), asio::use_awaitable);
}

asio::awaitable<result<void>> redis_bus_core::wait_connected(std::chrono::nanoseconds timeout)
{
    const core_ptr self = shared_from_this();
    return connected_.wait(home_, self, timeout, [self] {
        error_info info;
        info.call = "redis_event_bus";
        info.detail = "the streams are not read yet";
        if (self->last_failure_) {
            info.detail.append("; last failure: ").append(self->last_failure_->what());
        }
        return error(make_error_code(errc::wait_timeout), std::move(info));
    });
}

redis_bus_counts redis_bus_core::counts() const
{
    redis_bus_counts out = counts_;
    out.passed_to_one = passed_to_one_;
    out.passed_to_all = passed_to_all_;
    out.kept = kept_;
    out.not_passed_on = not_passed_on_;
    out.here_only = here_only_;
    out.overflows = commands_->counts().overflows + reader_->counts().overflows;
    out.connected = connected_.is_open() && !closing_;
    return out;
}

void redis_bus_core::context_shutdown() noexcept
{
    const core_ptr self = weak_from_this().lock();
    closing_ = true;
    home_ = {};
    for (redis::gate* const each :
         {&connected_, &reading_pause_, &living_pause_, &reading_over_, &delivered_}) {
        each->drop();
    }
    drop_delivery();
}

} // namespace videosdk::inline v0
