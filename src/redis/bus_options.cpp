// Options and counts of a bus: defaults, checks, text.
#include "error/option_check.hpp"
#include "error/text.hpp"
#include "http/exposition.hpp"

#include <videosdk/prometheus.hpp>
#include <videosdk/redis_event_bus.hpp>

#include <algorithm>
#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr std::size_t longest_node = 64;
constexpr std::size_t least_stream = 100;
constexpr std::size_t most_stream = 100'000'000;
constexpr std::size_t least_reply = 1 << 20;

constexpr option_check bus_rules("redis_bus_options");

bool fits_node(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

} // namespace

redis_bus_options::redis_bus_options() = default;

void redis_bus_options::validate() const
{
    redis.validate();
    bus_rules.require(redis.max_reply >= least_reply, "redis.max_reply", "at least 1 MiB");
    bus_rules.require(!node.empty() && node.size() <= longest_node &&
                          std::all_of(node.begin(), node.end(), fits_node),
                      "node", "1 to 64 characters of a-z, 0-9 and '-'");
    bus_rules.require(when_unreachable == redis_unreachable::answer_503 ||
                          when_unreachable == redis_unreachable::this_node_only,
                      "when_unreachable", "answer_503 or this_node_only");
    bus_rules.require(max_stream >= least_stream && max_stream <= most_stream, "max_stream",
                      "100 to 100,000,000");
    bus_rules.require_time(node_timeout, std::chrono::seconds(1), std::chrono::hours(1), "node_timeout",
                           "1 s to 1 h");
    bus_rules.require_time(memory, std::chrono::minutes(1), std::chrono::hours(24 * 30), "memory",
                           "1 min to 30 days");
    // A node's stream lasts from beat to beat, and until it has been taken for dead.
    bus_rules.require(memory >= 2 * node_timeout, "memory", "at least twice node_timeout");
    bus_rules.require(offers >= 1 && offers <= 100, "offers", "1 to 100");
}

std::string_view to_string(redis_unreachable value) noexcept
{
    switch (value) {
    case redis_unreachable::answer_503:
        return "answer_503";
    case redis_unreachable::this_node_only:
        return "this_node_only";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, redis_unreachable value)
{
    return stream << to_string(value);
}

std::string_view to_string(redis_notice_kind value) noexcept
{
    switch (value) {
    case redis_notice_kind::connected:
        return "connected";
    case redis_notice_kind::disconnected:
        return "disconnected";
    case redis_notice_kind::not_passed_on:
        return "not_passed_on";
    case redis_notice_kind::missed:
        return "missed";
    case redis_notice_kind::restarted:
        return "restarted";
    case redis_notice_kind::malformed:
        return "malformed";
    case redis_notice_kind::not_taken:
        return "not_taken";
    case redis_notice_kind::name_in_use:
        return "name_in_use";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, redis_notice_kind value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, const redis_notice& value)
{
    stream << "redis_event_bus: " << value.kind;
    if (!value.stream.empty()) {
        std::string line;
        text::append_line(line, value.stream);
        stream << " stream=" << line;
    }
    if (value.count != 0) {
        stream << " count=" << value.count;
    }
    if (value.failure != nullptr) {
        stream << " failure=\"" << value.failure->what() << '"';
    }
    return stream;
}

std::ostream& operator<<(std::ostream& stream, const redis_bus_options& value)
{
    std::string node;
    text::append_line(node, value.node);
    return stream << "node " << node << ", " << value.redis << ", when unreachable " << value.when_unreachable
                  << ", streams of " << value.max_stream;
}

std::ostream& operator<<(std::ostream& stream, const redis_bus_counts& value)
{
    return stream << "passed_to_one=" << value.passed_to_one << " passed_to_all=" << value.passed_to_all
                  << " kept=" << value.kept << " not_passed_on=" << value.not_passed_on
                  << " here_only=" << value.here_only << " read=" << value.read << " own=" << value.own
                  << " published=" << value.published << " repetitions=" << value.repetitions
                  << " malformed=" << value.malformed << " not_taken=" << value.not_taken
                  << " missed=" << value.missed << " restarts=" << value.restarts
                  << " look_ups=" << value.look_ups << " look_ups_known=" << value.look_ups_known
                  << " disconnects=" << value.disconnects << " overflows=" << value.overflows
                  << " connected=" << (value.connected ? "yes" : "no");
}

std::string to_prometheus(const redis_bus_counts& value)
{
    http::exposition out("videosdk_redis_bus_");
    out.begin_counters("passed", "Events of webhooks given to Redis, by whom they are for.");
    out.sample(http::label("to", "one"), value.passed_to_one);
    out.sample(http::label("to", "all"), value.passed_to_all);
    out.sample(http::label("to", "self"), value.kept);
    out.counter("not_passed_on", "Events of webhooks that Redis did not take.", value.not_passed_on);
    out.counter("here_only", "Of these, published to this node all the same.", value.here_only);
    out.counter("read", "Entries read of streams.", value.read);
    out.begin_counters("entries", "Of these, by what became of them.");
    out.sample(http::label("result", "own"), value.own);
    out.sample(http::label("result", "published"), value.published);
    out.sample(http::label("result", "repetition"), value.repetitions);
    out.sample(http::label("result", "malformed"), value.malformed);
    out.sample(http::label("result", "not_taken"), value.not_taken);
    out.counter("missed", "Events thrown away before this node had read them.", value.missed);
    out.counter("restarts", "Times that a stream had begun anew.", value.restarts);
    out.counter("look_ups", "Resources asked about since a wait had begun.", value.look_ups);
    out.counter("look_ups_known", "Of these, ones that another node knew something of.",
                value.look_ups_known);
    out.counter("disconnects", "Times that reading was interrupted.", value.disconnects);
    out.counter("overflows", "Commands refused since too many were waiting.", value.overflows);
    out.gauge("connected", "Whether the streams are read now.", value.connected ? 1 : 0);
    return std::move(out).text();
}

} // namespace videosdk::inline v0
