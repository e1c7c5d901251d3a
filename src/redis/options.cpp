// Options of the connections to Redis: defaults, checks, text.
#include "error/option_check.hpp"
#include "error/text.hpp"
#include "redis/places.hpp"

#include <videosdk/error.hpp>
#include <videosdk/redis_options.hpp>

#include <algorithm>
#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr std::uint16_t usual_port = 6379;
constexpr std::size_t most_addresses = 64;
constexpr std::size_t longest_prefix = 64;
constexpr std::size_t longest_name = 512;
constexpr std::size_t least_bytes = 1024;

constexpr option_check redis_rules("redis_options");

void require_positive(std::chrono::nanoseconds value, const char* field)
{
    redis_rules.require_time(value, std::chrono::nanoseconds(1), std::chrono::hours(24), field,
                             "positive and at most 24 h");
}

bool fits_prefix(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:{}").find(c) != std::string_view::npos;
}

} // namespace

namespace redis {

boost::system::result<http::endpoint, std::string> parse_place(std::string_view url)
{
    const bool tls = url.starts_with("rediss://");
    if (!tls && !url.starts_with("redis://")) {
        return std::string("it does not begin with redis:// or rediss://");
    }
    const std::string_view rest = url.substr(url.find("://"));
    // Which port stands there can be told only where it is not the one that the scheme would stand for.
    auto parsed = http::parse_endpoint((tls ? "https" : "http") + std::string(rest));
    if (!parsed) {
        return parsed.error();
    }
    if (!parsed->path.empty()) {
        return std::string("it has a path: the number of a database is an option of its own");
    }
    const std::size_t colon = rest.rfind(':');
    const bool has_port = colon != 0 && rest.find(']', colon) == std::string_view::npos;
    if (!has_port) {
        parsed->port = usual_port;
    }
    parsed->tls = tls;
    return parsed;
}

std::vector<http::endpoint> places_of(const redis_options& options)
{
    std::vector<http::endpoint> out;
    for (std::size_t i = 0; i < options.addresses.size(); ++i) {
        auto place = parse_place(options.addresses[i]);
        if (!place) {
            redis_rules.refuse(errc::invalid_endpoint,
                               "addresses[" + std::to_string(i) + "]: " + place.error());
        }
        out.push_back(std::move(*place));
    }
    return out;
}

} // namespace redis

redis_options::redis_options() = default;

void redis_options::validate() const
{
    redis_rules.require(!addresses.empty() && addresses.size() <= most_addresses, "addresses", "1 to 64");
    static_cast<void>(redis::places_of(*this));
    redis_rules.require(user.size() <= longest_name && text::unfit_byte(user).empty(), "user",
                        "at most 512 bytes of printable ASCII without blanks");
    redis_rules.require(password.size() <= longest_name, "password", "at most 512 bytes");
    redis_rules.require(user.empty() || !password.empty(), "password", "set where a user is");
    redis_rules.require(!prefix.empty() && prefix.size() <= longest_prefix &&
                            std::all_of(prefix.begin(), prefix.end(), fits_prefix),
                        "prefix", "1 to 64 bytes of letters, digits, '-', '_', '.', ':', '{' and '}'");
    require_positive(connect_timeout, "connect_timeout");
    require_positive(command_timeout, "command_timeout");
    require_positive(first_backoff, "first_backoff");
    require_positive(longest_backoff, "longest_backoff");
    redis_rules.require(longest_backoff >= first_backoff, "longest_backoff", "at least first_backoff");
    redis_rules.require(max_waiting > 0, "max_waiting", "1 or more");
    redis_rules.require(max_waiting_bytes >= least_bytes, "max_waiting_bytes", "1,024 or more");
    redis_rules.require(max_in_flight > 0, "max_in_flight", "1 or more");
    redis_rules.require(max_reply >= least_bytes, "max_reply", "1,024 or more");
}

std::ostream& operator<<(std::ostream& stream, const redis_options& value)
{
    std::string line;
    for (const std::string& each : value.addresses) {
        line += line.empty() ? "" : ", ";
        // What is no address may hold a password.
        const auto place = redis::parse_place(each);
        text::append_line(line, place ? place->host_and_port() + (place->tls ? " (TLS)" : "") : "(invalid)");
    }
    line += ", user ";
    text::append_line(line, value.user.empty() ? "default" : value.user);
    line += value.password.empty() ? " without password, database " : " with a password, database ";
    line += std::to_string(value.database) + ", prefix ";
    text::append_line(line, value.prefix);
    return stream << line;
}

} // namespace videosdk::inline v0
