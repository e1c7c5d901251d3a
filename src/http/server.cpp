// The public side of the server: its options, its requests and answers, its life.
#include "http/server.hpp"

#include "http/server_address.hpp"
#include "http/server_core.hpp"
#include "http/server_drain.hpp"
#include "http/server_forwarded.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

constexpr std::size_t most_head = 1024 * 1024;
constexpr std::size_t most_body = 1024 * 1024 * 1024;
constexpr std::chrono::hours most_time = std::chrono::hours(24);

[[noreturn]] void refuse(const server_options& options, const std::string& detail)
{
    throw_server_error(errc::invalid_argument, options.type.empty() ? options.name : options.type, detail);
}

// By the member's own name, which is the same in every type that options come from.
void require(bool holds, const server_options& options, const char* name, const char* range)
{
    if (!holds) {
        refuse(options, std::string(name) + " must be " + range);
    }
}

void require_time(std::chrono::nanoseconds value, const server_options& options, const char* name)
{
    require(value > std::chrono::nanoseconds::zero() && value <= most_time, options, name,
            "more than zero and at most 24 hours");
}

} // namespace

void require_path(const server_options& options, const std::string& path, const char* name)
{
    const bool plain = std::ranges::all_of(path, [](char c) { return c > 0x20 && c < 0x7f; });
    require(path.empty() || (path.size() >= 2 && path.size() <= 255 && path.front() == '/' && plain &&
                             path.find_first_of("?#*") == std::string::npos),
            options, name,
            "empty or a path such as /healthz: 2 to 255 characters without blanks, '?', '#' and '*'");
}

namespace {

void require_addresses(const server_options& options)
{
    for (std::size_t i = 0; i < options.more_addresses.size(); ++i) {
        const std::string name = "more_addresses[" + std::to_string(i) + "]";
        require(parse_listen_address(options.more_addresses[i]).has_value(), options, name.c_str(),
                "host:port with a numeric host, such as 0.0.0.0:8080 or [::]:8080, or localhost:8080");
    }
    trusted_networks trusted;
    for (std::size_t i = 0; i < options.trusted_proxies.size(); ++i) {
        if (const auto wrong = trusted.add(options.trusted_proxies[i])) {
            refuse(options, "trusted_proxies[" + std::to_string(i) + "]: " + *wrong);
        }
    }
}

} // namespace

std::optional<std::string_view> server_request::header(std::string_view name) const noexcept
{
    for (const header_view& each : headers) {
        if (same_field_name(each.name, name)) {
            return each.value;
        }
    }
    return std::nullopt;
}

server_response::server_response() = default;

server_response::server_response(unsigned status_code, std::string text, std::string type)
    : status(status_code), content_type(std::move(type)), body(std::move(text))
{
}

server_tls::server_tls() = default;
server_options::server_options() = default;

void validate(const server_options& options)
{
    require(!options.name.empty(), options, "name", "set");
    require(options.head.max_head >= 128 && options.head.max_head <= most_head, options, "max_head",
            "128 bytes to 1 MiB");
    require(options.head.max_target >= 1 && options.head.max_target <= options.head.max_head, options,
            "max_target", "1 to max_head");
    require(options.head.max_headers >= 1 && options.head.max_headers <= 1000, options, "max_headers",
            "1 to 1000");
    require(options.max_body <= most_body, options, "max_body", "at most 1 GiB");
    require(options.max_body_memory >= options.max_body, options, "max_body_memory", "at least max_body");
    require(options.max_connections >= 1, options, "max_connections", "at least 1");
    require_time(options.head_timeout, options, "head_timeout");
    require_time(options.request_timeout, options, "request_timeout");
    require_time(options.handler_timeout, options, "handler_timeout");
    require_time(options.write_timeout, options, "write_timeout");
    require_time(options.idle_timeout, options, "idle_timeout");
    require_path(options, options.health_path, "health_path");
    require_addresses(options);
    if (options.tls) {
        require(!options.tls->certificate_chain_pem.empty(), options, "certificate_chain_pem",
                "the PEM text of the server's certificate, followed by those that signed it");
        require(!options.tls->private_key_pem.empty(), options, "private_key_pem",
                "the PEM text of the certificate's private key");
    }
}

server::server(asio::any_io_executor executor, std::string address, server_options options, handler handle)
{
    validate(options);
    if (!executor || !handle) {
        throw_server_error(errc::invalid_argument, options.name, "an executor and a handler must be given");
    }
    core_ =
        std::make_shared<server_core>(executor, std::move(address), std::move(options), std::move(handle));
    core_->join_context(executor);
}

server::~server()
{
    core_->abandon();
}

void server::start()
{
    core_->start();
}

void server::stop() noexcept
{
    core_->stop();
}

asio::awaitable<std::size_t> server::drain(std::chrono::nanoseconds timeout)
{
    return drain_server(core_, timeout);
}

void server::reload_certificate(const server_tls& material)
{
    core_->reload_certificate(material);
}

std::uint16_t server::port() const noexcept
{
    return core_->port();
}

std::vector<std::uint16_t> server::ports() const
{
    return core_->ports();
}

server_counts server::counts() const noexcept
{
    return core_->counts();
}

} // namespace videosdk::inline v0::http
