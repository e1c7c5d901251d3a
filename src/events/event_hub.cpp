// The public face of the hub.
#include "events/hub_core.hpp"
#include "events/publish_operation.hpp"
#include "events/subscriptions.hpp"
#include "events/wait_operation.hpp"
#include "model/json.hpp"

#include <videosdk/event_hub.hpp>

#include <utility>

namespace videosdk::inline v0 {
namespace {

/// Runs on the hub's executor and reads the counts there.
class counts_operation final : public awaited_operation<hub_counts> {
public:
    explicit counts_operation(std::shared_ptr<hub_core> hub) : hub_(std::move(hub)) {}

    asio::any_io_executor home() const override { return hub_->home(); }
    void begin() override { complete(hub_->counts()); }
    void on_cancel() override {}

private:
    std::shared_ptr<hub_core> hub_;
};

error closed_error(const char* call)
{
    error_info info;
    info.call = call;
    info.detail = "the event_hub was moved from, or its execution context is gone";
    return {make_error_code(errc::closed), std::move(info)};
}

asio::any_io_executor home_of(const std::shared_ptr<hub_core>& core)
{
    return core ? core->home() : asio::any_io_executor();
}

/// What is wrong with a handler and how it is to be run; empty when nothing is.
std::string wrong_handling(const event_handler& handler, const handling_options& options)
{
    if (!handler) {
        return "the handler is empty";
    }
    if (options.when != acknowledge::at_once && options.when != acknowledge::after_handler) {
        return "when must be at_once or after_handler";
    }
    if (options.timeout <= std::chrono::nanoseconds(0) || options.timeout > std::chrono::hours(24)) {
        return "timeout must be positive and at most 24 h";
    }
    if (options.max_in_progress == 0) {
        return "max_in_progress must be at least 1";
    }
    return {};
}

} // namespace

event_hub::event_hub(client& source, const event_hub_options& options)
    : core_(hub_core::make(client_access::core(source), options))
{
}

event_hub::event_hub(event_hub&&) noexcept = default;

event_hub& event_hub::operator=(event_hub&& other) noexcept
{
    if (this != &other) {
        const event_hub old(std::move(*this));
        core_ = std::move(other.core_);
    }
    return *this;
}

event_hub::~event_hub()
{
    if (core_) {
        core_->close();
    }
}

asio::awaitable<verdict> event_hub::publish(event what)
{
    return events::publish(core_, std::move(what));
}

asio::awaitable<resource> event_hub::wait_for(std::string_view resource_id, resource_status wanted,
                                              const wait_options& options)
{
    events::prepared_wait prepared(core_, resource_id, wanted, options);
    if (prepared.failure) {
        return failed_value<resource>(std::move(*prepared.failure));
    }
    return await_value<resource>(std::move(prepared.operation), prepared.how);
}

asio::awaitable<result<resource>> event_hub::try_wait_for(std::string_view resource_id,
                                                          resource_status wanted, const wait_options& options)
{
    events::prepared_wait prepared(core_, resource_id, wanted, options);
    if (prepared.failure) {
        return failed_result<resource>(std::move(*prepared.failure));
    }
    return await_result<resource>(std::move(prepared.operation), prepared.how);
}

void event_hub::expect_change(std::string_view resource_id, std::string_view composition_id)
{
    const asio::any_io_executor home = home_of(core_);
    if (home && !resource_id.empty()) {
        asio::dispatch(home,
                       [core = core_, id = std::string(resource_id),
                        composition = std::string(composition_id)] { core->on_command(id, composition); });
    }
}

subscription event_hub::subscribe(const event_filter& filter)
{
    if (!core_) {
        return subscription();
    }
    auto fresh = std::make_shared<subscription::state>(core_, filter);
    core_->subscriptions().add(*fresh);
    return subscription(std::move(fresh));
}

event_handling event_hub::handle(const event_filter& filter, event_handler handler,
                                 const handling_options& options)
{
    if (std::string wrong = wrong_handling(handler, options); !wrong.empty()) {
        error_info info;
        info.call = "handle";
        info.detail = std::move(wrong);
        throw error(make_error_code(errc::invalid_argument), std::move(info));
    }
    if (!home_of(core_)) {
        throw closed_error("handle");
    }
    auto fresh = std::make_shared<event_handling::state>(core_, filter, std::move(handler), options);
    core_->handlers().add(fresh);
    return event_handling(std::move(fresh));
}

asio::awaitable<hub_counts> event_hub::counts()
{
    if (!home_of(core_)) {
        return failed_value<hub_counts>(closed_error("counts"));
    }
    boost::intrusive_ptr<awaited_operation<hub_counts>> which(new counts_operation(core_));
    return await_value<hub_counts>(std::move(which));
}

hub_inlet event_hub::inlet() const noexcept
{
    return hub_inlet(core_);
}

namespace events {
namespace {

asio::awaitable<verdict> nobody_takes_it()
{
    co_return verdict::unavailable;
}

} // namespace

asio::awaitable<verdict> publish(std::shared_ptr<hub_core> hub, event&& what)
{
    if (!home_of(hub)) {
        return nobody_takes_it();
    }
    boost::intrusive_ptr<awaited_operation<verdict>> which(
        new publish_operation(std::move(hub), std::move(what)));
    return await_value<verdict>(std::move(which));
}

} // namespace events
} // namespace videosdk::inline v0
