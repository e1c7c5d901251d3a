// The shared state behind a client.
#include "api/client_core.hpp"

#include "api/answers.hpp"
#include "api/call.hpp"
#include "api/internal_call.hpp"
#include "http/connection_pool.hpp"
#include "http/endpoint.hpp"
#include "scheduler/serial_executor.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <bit>
#include <cstdint>

namespace videosdk::inline v0 {
namespace {

asio::any_io_executor serial(asio::any_io_executor executor, const client_options& options)
{
    options.validate();
    if (options.serial_executor) {
        return executor;
    }
    return make_serial(executor);
}

http::endpoint endpoint_of(const client_options& options)
{
    return *http::parse_endpoint(options.endpoint); // validate() has looked at it.
}

std::string base_path_of(const client_options& options)
{
    const std::string path = endpoint_of(options).path;
    const bool versioned = path == "/v2" || path.ends_with("/v2");
    return versioned ? path : path + "/v2";
}

/// A seed that std::minstd_rand takes as it is.
std::uint32_t seed_from(auth::random_source& chance)
{
    std::array<unsigned char, sizeof(std::uint32_t)> bytes{};
    chance.fill(bytes);
    return std::bit_cast<std::uint32_t>(bytes);
}

} // namespace

client_core::client_core(asio::any_io_executor executor, const client_options& options)
    : executor_(serial(std::move(executor), options)),
      options_(options),
      time_(make_timer_scheduler(executor_)),
      carrier_(http::make_connection_pool(executor_, time_, endpoint_of(options), options.tls, options.pool,
                                          options.observer, options.proxy, options.headers)),
      tokens_(options.credentials),
      budget_(options.retry.budget_ratio, options.retry.budget_reserve),
      base_path_(base_path_of(options)),
      acquire_path_(base_path_ + "/resource/acquire"),
      chance_(auth::system_randomness()),
      fractions_(seed_from(*chance_)),
      own_carrier_(true)
{
    join_context(executor_);
}

client_core::client_core(asio::any_io_executor executor, const client_options& options,
                         std::shared_ptr<transport> carrier, std::shared_ptr<scheduler> time,
                         std::shared_ptr<auth::random_source> chance)
    : executor_(serial(std::move(executor), options)),
      options_(options),
      time_(std::move(time)),
      carrier_(std::move(carrier)),
      tokens_(options.credentials),
      budget_(options.retry.budget_ratio, options.retry.budget_reserve),
      base_path_(base_path_of(options)),
      acquire_path_(base_path_ + "/resource/acquire"),
      chance_(std::move(chance)),
      fractions_(seed_from(*chance_)),
      own_carrier_(false)
{
    join_context(executor_);
}

client_core::~client_core()
{
    leave_context();
    if (alive_ && own_carrier_) {
        carrier_->shutdown();
    }
}

bool client_core::accepting(const call_spec& which) const noexcept
{
    return accepting() || (alive_ && which.outlives_client && keepers_ != 0);
}

double client_core::random_fraction() noexcept
{
    return static_cast<double>(fractions_() - std::minstd_rand::min()) /
           (static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min()) + 1.0);
}

result<std::shared_ptr<const std::string>> client_core::authorization()
{
    const result<std::string_view> token = tokens_.token(time_->wall_now());
    if (!token) {
        return token.error();
    }
    if (!authorization_ || *authorization_ != *token) {
        authorization_ = std::make_shared<const std::string>(*token);
    }
    return authorization_;
}

void client_core::enlist(call_base& which) noexcept
{
    which.previous_live = nullptr;
    which.next_live = first_call_;
    if (first_call_ != nullptr) {
        first_call_->previous_live = &which;
    }
    first_call_ = &which;
    which.enlisted = true;
}

void client_core::delist(call_base& which) noexcept
{
    if (!which.enlisted) {
        return;
    }
    which.enlisted = false;
    (which.previous_live != nullptr ? which.previous_live->next_live : first_call_) = which.next_live;
    if (which.next_live != nullptr) {
        which.next_live->previous_live = which.previous_live;
    }
    which.next_live = which.previous_live = nullptr;
}

void client_core::report_unclaimed(const std::string& token, const result<std::vector<resource>>& outcome)
{
    unclaimed_grant grant;
    grant.token = token;
    if (outcome) {
        grant.resources = *outcome;
    } else {
        grant.resources = outcome.error().granted();
        grant.unknown = outcome.error().ambiguous();
    }
    if ((!grant.resources.empty() || grant.unknown) && options_.on_unclaimed) {
        options_.on_unclaimed(grant);
    }
}

void client_core::close_all(std::shared_ptr<client_core> core)
{
    if (!core || !core->alive_) {
        return;
    }
    // Never inside a destructor: aborting resumes users' coroutines, which may use what is being destroyed.
    // The reference goes along, so that what is left is destroyed on the executor too.
    const asio::any_io_executor executor = core->executor_;
    asio::post(executor, [self = std::move(core)] { self->abort_calls(); });
}

/// Each abort may resume a caller, who may do anything, so the list is looked at anew every time.
void client_core::abort_calls()
{
    closed_ = true;
    const auto first_to_end = [this] {
        call_base* each = first_call_;
        while (each != nullptr && each->spec().outlives_client) {
            each = each->next_live;
        }
        return each;
    };
    for (call_base* found = first_to_end(); alive_ && found != nullptr; found = first_to_end()) {
        call_base& next = *found;
        delist(next);
        try {
            next.close(asio::error::operation_aborted);
        } catch (...) {
            // A caller's exception goes where those of its executor go; the other calls end all the same.
            asio::post(executor_, [self = shared_from_this()] { self->abort_calls(); });
            throw;
        }
    }
    shut_down_when_unused();
}

void client_core::shut_down_when_unused() noexcept
{
    if (alive_ && closed_ && keepers_ == 0 && own_carrier_) {
        carrier_->close_idle(); // An observer is told of these.
        carrier_->shutdown();
    }
}

void client_core::let_close() noexcept
{
    --keepers_;
    shut_down_when_unused();
}

void client_core::add_command_listener(std::weak_ptr<command_listener> listener)
{
    if (!alive_) {
        return;
    }
    asio::dispatch(executor_, [self = shared_from_this(), listener = std::move(listener)] {
        std::erase_if(self->command_listeners_, [](const auto& each) { return each.expired(); });
        self->command_listeners_.push_back(listener);
    });
}

void client_core::close_idle()
{
    if (!alive_) {
        return;
    }
    asio::dispatch(executor_, [self = shared_from_this()] {
        if (self->alive_) {
            self->carrier_->close_idle();
        }
    });
}

void client_core::context_shutdown() noexcept
{
    if (!alive_) {
        return;
    }
    const std::shared_ptr<client_core> self = shared_from_this();
    alive_ = false;
    closed_ = true;
    carrier_->shutdown();
    executor_ = {};
    while (first_call_ != nullptr) {
        call_base& next = *first_call_;
        delist(next);
        next.drop();
    }
}

std::unique_ptr<client_core::internal_call>
client_core::start_get(std::string_view id, std::chrono::nanoseconds timeout, get_done done)
{
    call_spec spec("get", verb::get, base_path_ + "/resource/" + std::string(id), {}, true);
    spec.timeout = timeout;
    return start_internal<resource>(shared_from_this(), std::move(spec), &read_get_answer, std::move(done));
}

std::unique_ptr<client_core::internal_call> client_core::start_request(verb method, std::string_view path,
                                                                       std::chrono::nanoseconds timeout,
                                                                       text_done done,
                                                                       std::uint32_t max_attempts)
{
    call_spec spec("request", method, base_path_ + std::string(path), {}, method == verb::get);
    spec.max_attempts = max_attempts;
    spec.timeout = timeout;
    return start_internal<raw_response>(shared_from_this(), std::move(spec), &read_raw_answer,
                                        std::move(done));
}

} // namespace videosdk::inline v0
