// The embedded server for webhooks: options in, requests to the receiver, verdicts out.
#include "http/server.hpp"
#include "model/line.hpp"
#include "scheduler/serial_executor.hpp"
#include "webhook/listener_answer.hpp"
#include "webhook/receiver_core.hpp"
#include "webhook/request_check.hpp"

#include <videosdk/prometheus.hpp>
#include <videosdk/webhook_listener.hpp>

#include <algorithm>
#include <atomic>
#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr std::size_t most_body = std::size_t(1024) * 1024 * 1024;

error listener_error(const char* call, errc code, std::string detail)
{
    error_info info;
    info.call = call;
    info.detail = std::move(detail);
    return {make_error_code(code), std::move(info)};
}

[[noreturn]] void refuse(const char* call, std::string detail)
{
    throw listener_error(call, errc::invalid_argument, std::move(detail));
}

error moved_from_error(const char* function)
{
    return listener_error("webhook_listener", errc::closed,
                          std::string(function) + "() of a listener that was moved from");
}

http::server_options server_options_of(const listener_options& options)
{
    http::server_options out;
    out.name = "webhook_listener";
    out.type = "listener_options";
    out.head.max_head = options.max_head;
    out.head.max_target = std::min(out.head.max_target, options.max_head);
    out.max_body = options.max_body;
    out.max_body_memory = options.max_body_memory;
    out.max_connections = options.max_connections;
    out.head_timeout = options.head_timeout;
    out.request_timeout = options.request_timeout;
    out.handler_timeout = options.handler_timeout;
    out.write_timeout = options.write_timeout;
    out.idle_timeout = options.idle_timeout;
    out.max_connections_per_address = options.max_connections_per_address;
    out.trusted_proxies = options.trusted_proxies;
    out.more_addresses = options.more_addresses;
    out.health_path = options.health_path;
    if (options.on_access) {
        out.on_access = [tell = options.on_access, health = options.health_path,
                         metrics = options.metrics_path](const access_record& raw) {
            access_record record = raw;
            const std::string path = webhook::masked_path(raw.path, {health, metrics});
            record.path = path;
            tell(record);
        };
    }
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
    return make_serial(executor);
}

asio::awaitable<http::server_response> answer(asio::awaitable<webhook_verdict> pending)
{
    const webhook_verdict verdict = co_await std::move(pending);
    co_return webhook::answer_of(verdict);
}

asio::awaitable<http::server_response> metrics_answer(listener_counts listener, receiver_counts receiver,
                                                      std::function<asio::awaitable<std::string>()> more)
{
    std::string text = to_prometheus(listener) + to_prometheus(receiver);
    if (more) {
        const std::string rest = co_await more();
        text += rest;
    }
    http::server_response out(200, std::move(text), std::string(prometheus_content_type));
    co_return out;
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
    if (max_body == 0 || max_body > most_body) {
        refuse("listener_options", "max_body must be 1 byte to 1 GiB");
    }
    if (more_metrics && metrics_path.empty()) {
        refuse("listener_options", "more_metrics is given without metrics_path");
    }
    if (!metrics_path.empty() && metrics_path == health_path) {
        refuse("listener_options", "metrics_path is health_path: take another, such as /metrics");
    }
    http::validate(server_options_of(*this));
    http::server_options same_rules;
    same_rules.name = "webhook_listener";
    same_rules.type = "listener_options";
    http::require_path(same_rules, metrics_path, "metrics_path");
}

namespace {

/// What only the receiver knows: which paths are webhooks'.
const listener_options& checked(const listener_options& options, const receiver_core& receiver)
{
    const auto require_other = [&](const std::string& path, const std::string& name, const char* example) {
        if (!webhook::token_of_target(path, receiver.owner()).empty()) {
            refuse("listener_options", name + " is the path of a webhook: it ends in /" + receiver.owner() +
                                           "/ and a token; take another, such as " + example);
        }
    };
    require_other(options.health_path, "health_path", "/healthz");
    require_other(options.metrics_path, "metrics_path", "/metrics");
    return options; // NOLINT: the caller's own, and used at once
}

} // namespace

class webhook_listener::state : public std::enable_shared_from_this<webhook_listener::state> {
public:
    state(asio::any_io_executor executor, std::shared_ptr<receiver_core> receiver, std::string address,
          const listener_options& options)
        : front_(std::make_shared<front>(std::move(receiver), options)),
          server_(serial(std::move(executor), checked(options, *front_->receiver)), std::move(address),
                  server_options_of(options),
                  [at = front_](const http::server_request& request) { return handle(*at, request); })
    {
    }

    /// Once, before anybody else knows it.
    void introduce() { front_->listener = weak_from_this(); }
    void start() { server_.start(); }

    http::server& server() noexcept { return server_; }
    listener_counts counts() const noexcept;

private:
    /// What requests need: a handler may be under way where another thread destroys the listener.
    struct front {
        front(std::shared_ptr<receiver_core> its_receiver, const listener_options& options)
            : receiver(std::move(its_receiver)),
              metrics_path(options.metrics_path),
              more_metrics(options.more_metrics)
        {
        }

        const std::shared_ptr<receiver_core> receiver;
        const std::string metrics_path;
        const std::function<asio::awaitable<std::string>()> more_metrics;
        std::atomic<std::uint64_t> metrics_reads{0};
        std::weak_ptr<state> listener; ///< Set once, before it starts.
    };

    static asio::awaitable<http::server_response> handle(front& at, const http::server_request& request)
    {
        if (asks_for_metrics(at, request)) {
            ++at.metrics_reads;
            const std::shared_ptr<state> self = at.listener.lock();
            return metrics_answer(self ? self->counts() : listener_counts(), at.receiver->counts(),
                                  at.more_metrics);
        }
        return answer(at.receiver->accept({.method = request.method,
                                           .target = request.target,
                                           .headers = request.headers,
                                           .body = request.body}));
    }

    /// With another method it may be a webhook behind a strange prefix: the receiver judges it.
    static bool asks_for_metrics(const front& at, const http::server_request& request) noexcept
    {
        return !at.metrics_path.empty() && (request.method == "GET" || request.method == "HEAD") &&
               request.target.substr(0, request.target.find('?')) == at.metrics_path;
    }

    const std::shared_ptr<front> front_;
    http::server server_;
};

listener_counts webhook_listener::state::counts() const noexcept
{
    listener_counts out;
    const http::server_counts counts = server_.counts();
    out.connections_accepted = counts.connections_accepted;
    out.connections_open = counts.connections_open;
    out.connections_shed = counts.connections_shed;
    out.connections_shed_by_address = counts.connections_shed_by_address;
    out.accept_errors = counts.accept_errors;
    out.handshakes_failed = counts.handshakes_failed;
    out.requests = counts.requests;
    out.metrics_reads = front_->metrics_reads;
    out.requests_shed = counts.requests_shed;
    out.health_checks = counts.health_checks;
    out.refused = counts.refused;
    out.refused_heads = counts.refused_heads;
    out.refused_bodies = counts.refused_bodies;
    out.timed_out = counts.timed_out;
    out.timed_out_handshakes = counts.timed_out_handshakes;
    out.timed_out_heads = counts.timed_out_heads;
    out.timed_out_bodies = counts.timed_out_bodies;
    out.timed_out_handlers = counts.timed_out_handlers;
    out.timed_out_writes = counts.timed_out_writes;
    out.log_failures = counts.log_failures;
    out.latency = counts.latency;
    const receiver_counts receiver = front_->receiver->counts();
    out.verified = receiver.accepted;
    out.repetitions = receiver.repetitions;
    return out;
}

webhook_listener::webhook_listener(asio::any_io_executor executor, webhook_receiver& receiver,
                                   std::string address, const listener_options& options)
    : state_(std::make_shared<state>(std::move(executor), core_of(receiver), std::move(address), options))
{
    state_->introduce();
}

webhook_listener::webhook_listener(webhook_listener&&) noexcept = default;

webhook_listener& webhook_listener::operator=(webhook_listener&&) noexcept = default;

webhook_listener::~webhook_listener() = default;

void webhook_listener::start()
{
    if (!state_) {
        throw moved_from_error("start");
    }
    state_->start();
}

void webhook_listener::stop() noexcept
{
    if (state_) {
        state_->server().stop();
    }
}

asio::awaitable<std::size_t> webhook_listener::drain(std::chrono::nanoseconds timeout)
{
    if (!state_) {
        return failed_value<std::size_t>(moved_from_error("drain"));
    }
    return state_->server().drain(timeout);
}

void webhook_listener::reload_certificate(std::string_view certificate_chain_pem,
                                          std::string_view private_key_pem)
{
    if (!state_) {
        throw moved_from_error("reload_certificate");
    }
    http::server_tls material;
    material.certificate_chain_pem = certificate_chain_pem;
    material.private_key_pem = private_key_pem;
    state_->server().reload_certificate(material);
}

std::uint16_t webhook_listener::port() const noexcept
{
    return state_ ? state_->server().port() : std::uint16_t(0);
}

std::vector<std::uint16_t> webhook_listener::ports() const
{
    return state_ ? state_->server().ports() : std::vector<std::uint16_t>();
}

listener_counts webhook_listener::counts() const noexcept
{
    return state_ ? state_->counts() : listener_counts();
}

std::ostream& operator<<(std::ostream& stream, const listener_options& value)
{
    const auto time = [](std::chrono::nanoseconds which) { return std::to_string(which.count()) + "ns"; };
    return stream << model::line("webhook_listener")
                         .add_number("more_addresses", value.more_addresses.size())
                         .add("tls", value.certificate_chain_pem.empty() ? "no" : "yes")
                         .add_number("max_connections", value.max_connections)
                         .add_number("max_connections_per_address", value.max_connections_per_address)
                         .add_number("trusted_proxies", value.trusted_proxies.size())
                         .add("health_path", value.health_path)
                         .add("metrics_path", value.metrics_path)
                         .add_number("max_head", value.max_head)
                         .add_number("max_body", value.max_body)
                         .add_number("max_body_memory", value.max_body_memory)
                         .add("head_timeout", time(value.head_timeout))
                         .add("request_timeout", time(value.request_timeout))
                         .add("handler_timeout", time(value.handler_timeout))
                         .add("write_timeout", time(value.write_timeout))
                         .add("idle_timeout", time(value.idle_timeout))
                         .add("on_access", value.on_access ? "yes" : "no")
                         .add("serial_executor", value.serial_executor ? "yes" : "no")
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const listener_counts& value)
{
    stream << "connections_accepted=" << value.connections_accepted
           << " connections_open=" << value.connections_open << " connections_shed=" << value.connections_shed
           << " connections_shed_by_address=" << value.connections_shed_by_address
           << " accept_errors=" << value.accept_errors << " handshakes_failed=" << value.handshakes_failed
           << " requests=" << value.requests << " metrics_reads=" << value.metrics_reads
           << " requests_shed=" << value.requests_shed << " health_checks=" << value.health_checks
           << " refused=" << value.refused << " refused_heads=" << value.refused_heads
           << " refused_bodies=" << value.refused_bodies << " timed_out=" << value.timed_out
           << " timed_out_handshakes=" << value.timed_out_handshakes
           << " timed_out_heads=" << value.timed_out_heads << " timed_out_bodies=" << value.timed_out_bodies
           << " timed_out_handlers=" << value.timed_out_handlers
           << " timed_out_writes=" << value.timed_out_writes << " log_failures=" << value.log_failures
           << " verified=" << value.verified << " repetitions=" << value.repetitions;
    return stream << " latency: " << value.latency;
}

} // namespace videosdk::inline v0
