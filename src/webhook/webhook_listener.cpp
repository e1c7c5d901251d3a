// The embedded server for webhooks: options in, requests to the receiver, verdicts out.
#include "http/server.hpp"
#include "webhook/listener_answer.hpp"
#include "webhook/receiver_core.hpp"

#include <videosdk/webhook_listener.hpp>

#include <boost/asio/strand.hpp>

#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

[[noreturn]] void refuse(const char* call, std::string detail)
{
    error_info info;
    info.call = call;
    info.detail = std::move(detail);
    throw error(make_error_code(errc::invalid_argument), std::move(info));
}

http::server_options server_options_of(const listener_options& options)
{
    http::server_options out;
    out.name = "webhook_listener";
    out.head.max_head = options.max_head;
    out.max_body = options.max_body;
    out.max_connections = options.max_connections;
    out.head_timeout = options.head_timeout;
    out.request_timeout = options.request_timeout;
    out.handler_timeout = options.handler_timeout;
    out.write_timeout = options.write_timeout;
    out.idle_timeout = options.idle_timeout;
    if (!options.private_key_pem.empty()) {
        out.tls.emplace();
        out.tls->certificate_chain_pem = options.certificate_chain_pem;
        out.tls->private_key_pem = options.private_key_pem;
    }
    return out;
}

asio::any_io_executor serial(asio::any_io_executor executor, const listener_options& options)
{
    options.validate();
    if (!executor) {
        refuse("webhook_listener", "the executor is empty");
    }
    if (options.serial_executor) {
        return executor;
    }
    return asio::make_strand(std::move(executor));
}

asio::awaitable<http::server_response> answer(asio::awaitable<webhook_verdict> pending)
{
    const webhook_verdict verdict = co_await std::move(pending);
    co_return webhook::answer_of(verdict);
}

const std::shared_ptr<receiver_core>& core_of(const webhook_receiver& receiver)
{
    const std::shared_ptr<receiver_core>& core = receiver_access::core(receiver);
    if (!core) {
        refuse("webhook_listener", "the webhook_receiver was moved from");
    }
    return core;
}

} // namespace

listener_options::listener_options() = default;

void listener_options::validate() const
{
    if (certificate_chain_pem.empty() != private_key_pem.empty()) {
        refuse("listener_options", certificate_chain_pem.empty()
                                       ? "private_key_pem is given without certificate_chain_pem"
                                       : "certificate_chain_pem is given without private_key_pem");
    }
    if (max_body == 0) {
        refuse("listener_options", "max_body must be at least 1");
    }
    http::validate(server_options_of(*this));
}

class webhook_listener::state {
public:
    state(asio::any_io_executor executor, std::shared_ptr<receiver_core> receiver, std::string address,
          const listener_options& options)
        : server_(serial(std::move(executor), options), std::move(address), server_options_of(options),
                  [receiver = std::move(receiver)](const http::server_request& request) {
                      return answer(receiver->accept({.method = request.method,
                                                      .target = request.target,
                                                      .headers = request.headers,
                                                      .body = request.body}));
                  })
    {
    }

    http::server& server() noexcept { return server_; }

private:
    http::server server_;
};

webhook_listener::webhook_listener(asio::any_io_executor executor, webhook_receiver& receiver,
                                   std::string address, const listener_options& options)
    : state_(std::make_shared<state>(std::move(executor), core_of(receiver), std::move(address), options))
{
}

webhook_listener::webhook_listener(webhook_listener&&) noexcept = default;

webhook_listener& webhook_listener::operator=(webhook_listener&&) noexcept = default;

webhook_listener::~webhook_listener() = default;

void webhook_listener::start()
{
    if (!state_) {
        refuse("webhook_listener", "start() of a listener that was moved from");
    }
    state_->server().start();
}

void webhook_listener::stop() noexcept
{
    if (state_) {
        state_->server().stop();
    }
}

std::uint16_t webhook_listener::port() const noexcept
{
    return state_ ? state_->server().port() : std::uint16_t(0);
}

listener_counts webhook_listener::counts() const noexcept
{
    listener_counts out;
    if (state_) {
        const http::server_counts counts = state_->server().counts();
        out.connections_accepted = counts.connections_accepted;
        out.connections_open = counts.connections_open;
        out.connections_shed = counts.connections_shed;
        out.handshakes_failed = counts.handshakes_failed;
        out.requests = counts.requests;
        out.refused = counts.refused;
        out.timed_out = counts.timed_out;
    }
    return out;
}

std::ostream& operator<<(std::ostream& stream, const listener_counts& value)
{
    return stream << "connections_accepted=" << value.connections_accepted
                  << " connections_open=" << value.connections_open
                  << " connections_shed=" << value.connections_shed
                  << " handshakes_failed=" << value.handshakes_failed << " requests=" << value.requests
                  << " refused=" << value.refused << " timed_out=" << value.timed_out;
}

} // namespace videosdk::inline v0
