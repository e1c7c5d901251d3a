// Options of the service and of its server: defaults, and the one function each that names a bad field.
#include "http/endpoint.hpp"
#include "model/line.hpp"

#include <videosdk/emulator.hpp>

#include <ostream>

namespace videosdk::inline v0::emulator {
namespace {

void require(bool holds, const char* call, std::string_view field, std::string_view rule)
{
    if (!holds) {
        error_info info;
        info.call = call;
        info.detail = std::string(field) + " must be " + std::string(rule);
        throw error(make_error_code(errc::invalid_argument), std::move(info));
    }
}

bool is_reasonable(std::chrono::nanoseconds time) noexcept
{
    return time >= std::chrono::nanoseconds(0) && time <= std::chrono::hours(24 * 365);
}

constexpr std::string_view time_rule = "from 0 to a year";

std::string seconds(std::chrono::nanoseconds time)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + "ms";
}

} // namespace

redelivery_options::redelivery_options() = default;

service_options::service_options() = default;

void service_options::validate() const
{
    const char* const call = "emulator::service";
    require(!api_key.empty(), call, "api_key", "set: the account whose tokens are accepted");
    require(!secret.empty(), call, "secret", "set: the account's secret");
    require(is_reasonable(idle_after), call, "idle_after", time_rule);
    require(is_reasonable(started_after), call, "started_after", time_rule);
    require(is_reasonable(stopped_after), call, "stopped_after", time_rule);
    require(to_string(echo) != "unknown", call, "echo", "one of its enumerators");
    require(to_string(get) != "unknown", call, "get", "one of its enumerators");
    require(to_string(numbers) != "unknown", call, "numbers", "one of its enumerators");
    require(to_string(recording) != "unknown", call, "recording", "one of its enumerators");
    require(not_found_status == 404 || not_found_status == 402, call, "not_found_status", "404 or 402");
    require(max_per_page >= 1, call, "max_per_page", "at least 1");
    require(max_units >= 1, call, "max_units", "at least 1");
    require(sign_webhooks || private_key_pem.empty(), call, "private_key_pem",
            "empty where sign_webhooks is off");
    require(redelivery.attempts >= 1, call, "redelivery.attempts", "at least 1");
    require(is_reasonable(redelivery.first_delay), call, "redelivery.first_delay", time_rule);
    require(redelivery.growth >= 1.0 && redelivery.growth <= 100.0, call, "redelivery.growth", "1 to 100");
    require(room_webhook_url.empty() || http::parse_endpoint(room_webhook_url, true).has_value(), call,
            "room_webhook_url", "empty, or an http or https URL");
    require(http::parse_endpoint(media_url).has_value(), call, "media_url", "an http or https URL");
}

server_options::server_options() = default;

void server_options::validate() const
{
    service.validate();
    const char* const call = "emulator::server";
    require(service.sign_webhooks || !service.send_webhooks, call, "service.sign_webhooks",
            "on where webhooks are sent: no receiver takes one without a signature");
    require(!address.empty(), call, "address", "host:port");
    require(to_string(security) != "unknown", call, "security", "one of its enumerators");
    const bool given = security == server_security::certificate;
    require(given != certificate_chain_pem.empty(), call, "certificate_chain_pem",
            "set with server_security::certificate, and only then");
    require(given != private_key_pem.empty(), call, "private_key_pem",
            "set with server_security::certificate, and only then");
    require(given || ca_pem.empty(), call, "ca_pem", "empty but with server_security::certificate");
    require(webhook_timeout > std::chrono::nanoseconds(0) && is_reasonable(webhook_timeout), call,
            "webhook_timeout", "positive, at most a year");
    require(max_webhook_origins >= 1, call, "max_webhook_origins", "at least 1");
    require(max_connections >= 1, call, "max_connections", "at least 1");
    require(idle_timeout > std::chrono::nanoseconds(0) && is_reasonable(idle_timeout), call, "idle_timeout",
            "positive, at most a year");
}

std::ostream& operator<<(std::ostream& stream, const redelivery_options& value)
{
    model::line out("");
    out.add_number("attempts", value.attempts).add("first_delay", seconds(value.first_delay));
    return stream << out.text() << " growth=" << value.growth;
}

std::ostream& operator<<(std::ostream& stream, const service_options& value)
{
    model::line out("");
    out.add("api_key", value.api_key)
        .add_secret("secret", value.secret)
        .add_number("seed", value.seed)
        .add_secret("private_key_pem", value.private_key_pem)
        .add("idle_after", seconds(value.idle_after))
        .add("started_after", seconds(value.started_after))
        .add("stopped_after", seconds(value.stopped_after))
        .add("echo", to_string(value.echo))
        .add("get", to_string(value.get))
        .add("numbers", to_string(value.numbers))
        .add("recording", to_string(value.recording))
        .add("keep_composer_ids", value.keep_composer_ids ? "yes" : "no")
        .add("composition_ids", value.composition_ids ? "yes" : "no")
        .add_number("not_found_status", value.not_found_status)
        .add_number("max_per_page", value.max_per_page)
        .add_number("max_units", value.max_units)
        .add("grant_at_most", value.grant_at_most ? std::to_string(*value.grant_at_most) : "all")
        .add_number("released_kept", value.released_kept)
        .add("send_webhooks", value.send_webhooks ? "yes" : "no")
        .add("sign_webhooks", value.sign_webhooks ? "yes" : "no")
        .add_url("room_webhook_url", value.room_webhook_url)
        .add_url("media_url", value.media_url)
        .add("on_request", value.on_request ? "set" : "")
        .add("on_reply", value.on_reply ? "set" : "");
    return stream << out.text() << " redelivery={" << value.redelivery << '}';
}

std::ostream& operator<<(std::ostream& stream, const server_options& value)
{
    model::line out("");
    out.add("address", value.address)
        .add("security", to_string(value.security))
        .add_secret("certificate_chain_pem", value.certificate_chain_pem)
        .add_secret("private_key_pem", value.private_key_pem)
        .add("webhook_timeout", seconds(value.webhook_timeout))
        .add_number("max_webhook_origins", value.max_webhook_origins)
        .add_number("max_connections", value.max_connections)
        .add("idle_timeout", seconds(value.idle_timeout));
    return stream << out.text() << " service={" << value.service << '}';
}

} // namespace videosdk::inline v0::emulator
