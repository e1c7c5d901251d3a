// Observers, and what they are told of connections, as text.
#include "error/text.hpp"

#include <videosdk/observer.hpp>

#include <ostream>
#include <string>

namespace videosdk::inline v0 {
namespace {

std::string name_of(std::uint64_t id, std::string_view peer)
{
    std::string out = "connection " + std::to_string(id) + " to ";
    text::append_printable(out, peer);
    return out;
}

std::string carried(std::uint64_t exchanges)
{
    return std::to_string(exchanges) + (exchanges == 1 ? " exchange" : " exchanges");
}

} // namespace

observer::~observer() = default;

std::string_view to_string(close_cause value) noexcept
{
    switch (value) {
    case close_cause::connect_failed:
        return "connect_failed";
    case close_cause::idle_limit:
        return "idle_limit";
    case close_cause::age_limit:
        return "age_limit";
    case close_cause::peer_ended:
        return "peer_ended";
    case close_cause::not_reusable:
        return "not_reusable";
    case close_cause::exchange_failed:
        return "exchange_failed";
    case close_cause::given_up:
        return "given_up";
    case close_cause::client_closed:
        return "client_closed";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, close_cause value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, const connection_opened& value)
{
    return stream << name_of(value.id, value.peer) << " opened in " << text::milliseconds(value.duration);
}

std::ostream& operator<<(std::ostream& stream, const connection_reused& value)
{
    return stream << name_of(value.id, value.peer) << " reused after " << carried(value.exchanges)
                  << ", idle for " << text::milliseconds(value.idle);
}

std::ostream& operator<<(std::ostream& stream, const connection_closed& value)
{
    stream << name_of(value.id, value.peer) << " closed after " << carried(value.exchanges) << " and "
           << text::milliseconds(value.age) << ": " << value.why;
    if (value.code) {
        stream << ": " << value.code.message();
    }
    return stream;
}

} // namespace videosdk::inline v0
