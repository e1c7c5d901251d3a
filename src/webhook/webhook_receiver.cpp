// The public face of the receiver.
#include "model/line.hpp"
#include "webhook/receiver_core.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <ostream>

namespace videosdk::inline v0 {
namespace {

asio::awaitable<webhook_verdict> nobody_there()
{
    const webhook_verdict verdict{503, std::chrono::seconds(5), "the receiver was moved from"};
    co_return verdict;
}

} // namespace

webhook_options::webhook_options() = default;

webhook_receiver::webhook_receiver(client& source, event_hub& hub, const webhook_options& options)
    : core_(receiver_core::make(client_access::core(source), hub_access::core(hub), options))
{
}

webhook_receiver::webhook_receiver(webhook_receiver&&) noexcept = default;

webhook_receiver& webhook_receiver::operator=(webhook_receiver&&) noexcept = default;

webhook_receiver::~webhook_receiver() = default;

std::string webhook_receiver::webhook_url() const
{
    if (!core_) {
        error_info info;
        info.call = "webhook_url";
        info.detail = "the webhook_receiver was moved from";
        throw error(make_error_code(errc::closed), std::move(info));
    }
    return core_->url(core_->boot());
}

asio::awaitable<webhook_verdict> webhook_receiver::accept(const webhook_request& request)
{
    return core_ ? core_->accept(request) : nobody_there();
}

asio::awaitable<std::chrono::nanoseconds> webhook_receiver::self_test(const self_test_options& options)
{
    if (auto failure = receiver_core::refuse_self_test(core_.get(), options)) {
        return failed_value<std::chrono::nanoseconds>(std::move(*failure));
    }
    return await_value<std::chrono::nanoseconds>(core_->prepare_self_test(options));
}

asio::awaitable<result<std::chrono::nanoseconds>>
webhook_receiver::try_self_test(const self_test_options& options)
{
    if (auto failure = receiver_core::refuse_self_test(core_.get(), options)) {
        return failed_result<std::chrono::nanoseconds>(std::move(*failure));
    }
    return await_result<std::chrono::nanoseconds>(core_->prepare_self_test(options));
}

receiver_counts webhook_receiver::counts() const noexcept
{
    return core_ ? core_->counts() : receiver_counts();
}

std::ostream& operator<<(std::ostream& stream, const webhook_options& value)
{
    return stream << model::line("webhook_receiver")
                         .add_url("public_url", value.public_url)
                         .add("owner", value.owner)
                         .add_number("token_keys", value.token_keys.size())
                         .add("public_key", value.public_key_pem.empty() ? "fetched" : "given")
                         .add_number("max_body", value.max_body)
                         .add("key_refetch_interval",
                              std::to_string(value.key_refetch_interval.count()) + "ns")
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const webhook_request& value)
{
    return stream << model::line("webhook")
                         .add("method", value.method)
                         .add_number("target_bytes", value.target.size())
                         .add_number("headers", value.headers.size())
                         .add_number("body_bytes", value.body.size())
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const self_test_options& value)
{
    return stream << model::line("self_test")
                         .add("timeout", std::to_string(value.timeout.count()) + "ns")
                         .add("tls", value.tls != nullptr ? "own" : "the client's")
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const webhook_verdict& value)
{
    stream << value.status << ' ' << value.reason;
    if (value.retry_after) {
        stream << " (retry after " << value.retry_after->count() << " s)";
    }
    return stream;
}

std::ostream& operator<<(std::ostream& stream, const receiver_counts& value)
{
    return stream << "accepted=" << value.accepted << " repetitions=" << value.repetitions
                  << " bad_request=" << value.bad_request << " bad_token=" << value.bad_token
                  << " bad_signature=" << value.bad_signature << " unavailable=" << value.unavailable
                  << " key_fetches=" << value.key_fetches;
}

} // namespace videosdk::inline v0
