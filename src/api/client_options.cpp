// Options of a client: defaults, checks, text.
#include "error/option_check.hpp"
#include "error/text.hpp"
#include "http/added_headers.hpp"
#include "http/endpoint.hpp"
#include "http/proxy.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/error.hpp>

#include <cstdlib>
#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr option_check client_rules("client_options");

void require_positive(std::chrono::nanoseconds value, const char* field)
{
    client_rules.require_time(value, std::chrono::nanoseconds(1), std::chrono::hours(24 * 365), field,
                              "positive and at most a year");
}

/// One of two that say the same in different forms.
void require_at_most_one(const std::string& file, const std::string& pem, const char* name)
{
    if (!file.empty() && !pem.empty()) {
        client_rules.refuse(errc::invalid_argument,
                            std::string(name) + "_file and " + name + "_pem must not both be set");
    }
}

void validate_client_certificate(const tls_options& tls)
{
    require_at_most_one(tls.client_certificate_file, tls.client_certificate_pem, "tls.client_certificate");
    require_at_most_one(tls.client_key_file, tls.client_key_pem, "tls.client_key");
    const bool certificate = !tls.client_certificate_file.empty() || !tls.client_certificate_pem.empty();
    const bool key = !tls.client_key_file.empty() || !tls.client_key_pem.empty();
    if (certificate && !key) {
        client_rules.refuse(errc::invalid_argument,
                            "tls.client_key_file or tls.client_key_pem must be set: the client "
                            "certificate is of no use without its key");
    }
    if (key && !certificate) {
        client_rules.refuse(
            errc::invalid_argument,
            "tls.client_certificate_file or tls.client_certificate_pem must be set: the client's key is of "
            "no use without its certificate");
    }
}

void validate_proxy(const proxy_options& proxy)
{
    if (proxy.url.empty()) {
        return;
    }
    const auto address = http::parse_proxy(proxy.url);
    if (!address) {
        client_rules.refuse(errc::invalid_argument,
                            "proxy.url cannot be used: " + address.error() +
                                "; it should look like http://proxy.example.com:3128");
    }
}

/// The first variable that is set and not empty.
std::string variable(const char* first, const char* second)
{
    for (const char* name : {first, second}) {
        const char* const value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return value;
        }
    }
    return {};
}

double seconds(std::chrono::nanoseconds value)
{
    return std::chrono::duration<double>(value).count();
}

} // namespace

retry_policy::retry_policy() = default;
unclaimed_grant::unclaimed_grant() = default;
client_options::client_options() = default;

void client_options::validate() const
{
    const auto where = http::parse_endpoint(endpoint);
    if (!where) {
        client_rules.refuse(errc::invalid_endpoint, "endpoint cannot be used: " + where.error() +
                                                        "; it should look like https://api.videosdk.live");
    }
    if (!where->tls && !insecure_allow_plain_http && !where->on_this_machine()) {
        client_rules.refuse(errc::invalid_endpoint,
                            "endpoint is plain http on another machine (" + where->host +
                                "), where everybody on the way could read the token: use https, or "
                                "set insecure_allow_plain_http if you must");
    }
    validate_client_certificate(tls);
    validate_proxy(proxy);
    require_positive(timeout, "timeout");
    client_rules.require(pool.max_connections >= 1 && pool.max_connections <= 65'535, "pool.max_connections",
                         "from 1 to 65535");
    require_positive(pool.idle_limit, "pool.idle_limit");
    require_positive(pool.age_limit, "pool.age_limit");
    require_positive(pool.connect_timeout, "pool.connect_timeout");
    constexpr std::size_t least = 1024;
    client_rules.require(pool.max_response_head >= least && pool.max_response_head <= 1024 * least,
                         "pool.max_response_head", "from 1 KiB to 1 MiB");
    client_rules.require(pool.max_response_body >= least && pool.max_response_body <= 1024 * 1024 * least,
                         "pool.max_response_body", "from 1 KiB to 1 GiB");
    client_rules.require(retry.max_attempts >= 1, "retry.max_attempts", "at least 1");
    require_positive(retry.backoff_base, "retry.backoff_base");
    require_positive(retry.backoff_cap, "retry.backoff_cap");
    // Written so that NaN fails.
    client_rules.require(retry.budget_ratio >= 0 && retry.budget_ratio <= 100, "retry.budget_ratio",
                         "from 0 to 100");
    client_rules.require(retry.budget_reserve >= 0 && retry.budget_reserve <= 1'000'000,
                         "retry.budget_reserve", "from 0 to 1000000");
    client_rules.require(http::is_plain_value(user_agent) && user_agent.size() <= 256, "user_agent",
                         "printable ASCII without blanks at either end, at most 256 bytes");
    if (std::string fault = http::fault_of(headers); !fault.empty()) {
        client_rules.refuse(errc::invalid_argument, std::move(fault));
    }
}

std::string endpoint_from_environment()
{
    const char* const value = std::getenv("VIDEOSDK_API_ENDPOINT");
    return value != nullptr && *value != '\0' ? std::string(value) : client_options().endpoint;
}

proxy_options proxy_from_environment()
{
    proxy_options out;
    out.url = variable("https_proxy", "HTTPS_PROXY");
    if (!out.url.empty() && out.url.find("://") == std::string::npos) {
        out.url.insert(0, "http://");
    }
    out.no_proxy = variable("no_proxy", "NO_PROXY");
    return out;
}

std::ostream& operator<<(std::ostream& stream, const tls_options& value)
{
    if (value.insecure_accept_any_certificate) {
        stream << "insecure: any certificate is accepted";
    } else if (value.ca_file.empty() && value.ca_pem.empty()) {
        stream << "verified against the system's roots";
    } else {
        stream << "verified against " << (value.ca_file.empty() ? std::string("given roots") : value.ca_file);
    }
    if (!value.client_certificate_file.empty()) {
        stream << ", client certificate " << value.client_certificate_file;
    } else if (!value.client_certificate_pem.empty()) {
        stream << ", client certificate given";
    }
    return stream;
}

std::ostream& operator<<(std::ostream& stream, const proxy_options& value)
{
    if (value.url.empty()) {
        return stream << "no proxy";
    }
    const auto address = http::parse_proxy(value.url);
    stream << "proxy " << (address ? address->where.host_and_port() : std::string("that cannot be used"));
    if (address && !address->authorization.empty()) {
        stream << " with user and password";
    }
    if (!value.no_proxy.empty()) {
        stream << ", none for ";
        std::string hosts;
        text::append_printable(hosts, value.no_proxy, 256);
        stream << hosts;
    }
    return stream;
}

std::ostream& operator<<(std::ostream& stream, const pool_options& value)
{
    return stream << "at most " << value.max_connections << " connections, " << value.max_waiting
                  << " waiting, idle " << seconds(value.idle_limit) << " s, age " << seconds(value.age_limit)
                  << " s, connect " << seconds(value.connect_timeout) << " s";
}

std::ostream& operator<<(std::ostream& stream, const retry_policy& value)
{
    return stream << value.max_attempts << " attempts, back-off " << seconds(value.backoff_base) << " s to "
                  << seconds(value.backoff_cap) << " s, budget " << value.budget_reserve << " + "
                  << value.budget_ratio << " a call";
}

std::ostream& operator<<(std::ostream& stream, const unclaimed_grant& value)
{
    stream << "unclaimed grant of attempt " << value.token << ':';
    for (const resource& each : value.resources) {
        stream << ' ' << each.id;
    }
    return stream << (value.unknown ? " (and perhaps others)" : "");
}

std::ostream& operator<<(std::ostream& stream, const client_options& value)
{
    stream << text::printable_url(value.endpoint) << " (";
    if (value.insecure_allow_plain_http) {
        stream << "insecure: plain http is allowed; ";
    }
    stream << value.credentials << "; " << value.tls;
    if (!value.proxy.url.empty()) {
        stream << "; " << value.proxy;
    }
    stream << "; " << value.pool << "; " << value.retry << "; timeout " << seconds(value.timeout) << " s";
    const char* before = "; headers ";
    for (const auto& [name, value_of_header] : value.headers) {
        std::string printable;
        text::append_printable(printable, name, 64);
        stream << std::exchange(before, ", ") << printable;
    }
    return stream << ')';
}

} // namespace videosdk::inline v0
