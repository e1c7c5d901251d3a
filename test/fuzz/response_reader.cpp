// The client's reader of responses: the same outcome however the bytes are cut, and never more than the
// limits allow.
#include "http/response_reader.hpp"

#include "fuzz.hpp"

#include <string>
#include <utility>
#include <vector>

namespace {

using videosdk::header_view;
using videosdk::http::response_limits;
using reader = videosdk::http::response_reader;

constexpr response_limits limits{.max_head = 1024, .max_body = 2048};

struct outcome {
    bool operator==(const outcome&) const = default;

    reader::state reached = reader::state::needs_more;
    videosdk::errc failure{};
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

void note(const reader& from, outcome& into)
{
    if (into.reached == reader::state::failed) {
        into.failure = from.failure();
        fuzz::require(into.failure == videosdk::errc::malformed_response ||
                          into.failure == videosdk::errc::response_too_large ||
                          into.failure == videosdk::errc::truncated_response,
                      "a failure is one of the three that are documented");
        fuzz::require(!from.detail().empty() && fuzz::is_one_line(from.detail()), "a failure says why");
        return;
    }
    into.status = from.status();
    into.body = from.body();
    fuzz::require(into.status >= 200 && into.status <= 999 && into.status != 101,
                  "a response that is complete has a final status");
    fuzz::require(into.body.size() <= limits.max_body, "a body is within its limit");
    std::size_t head = 0;
    for (const header_view& each : from.headers()) {
        into.headers.emplace_back(each.name, each.value);
        head += each.name.size() + each.value.size();
        fuzz::require(from.header(each.name).has_value(), "each header is found by its name");
    }
    fuzz::require(head <= limits.max_head, "a head is within its limit");
}

// What is wrong in more than one way may be refused for either, as the cut shows one or the other first.
bool agree(const outcome& a, const outcome& b)
{
    return a == b || (a.reached == reader::state::failed && b.reached == reader::state::failed);
}

// Feeds pieces of at most `largest` bytes; what is left over is not looked at. `size` is how long the
// response is, once that is known: when it was read byte by byte.
outcome read(reader& into, std::string_view bytes, std::size_t largest, std::size_t& size)
{
    outcome seen;
    fuzz::cutter pieces(bytes, largest);
    std::size_t taken = 0;
    while (seen.reached == reader::state::needs_more && !pieces.empty()) {
        const auto place = into.prepare();
        fuzz::require(!place.empty() && place.size() <= 4 * (limits.max_head + limits.max_body) + 65'536,
                      "there is room for more bytes, and no more than the limits need");
        const std::string_view piece = pieces.next(place.size());
        std::ranges::copy(piece, place.begin());
        taken += piece.size();
        seen.reached = into.commit(piece.size());
    }
    if (seen.reached == reader::state::needs_more) {
        seen.reached = into.commit_end(false);
        fuzz::require(seen.reached != reader::state::needs_more, "the end of a connection decides");
    }
    note(into, seen);
    size = size == 0 ? taken : size;
    fuzz::require(seen.reached != reader::state::complete || !into.reusable() || taken == size,
                  "a connection with bytes left over is not used again");
    return seen;
}

// Where TLS did not say goodbye, only a response that knows its own length may be complete.
void truncation_is_told(std::string_view input)
{
    reader cut(limits);
    std::string_view rest = input;
    reader::state reached = reader::state::needs_more;
    while (reached == reader::state::needs_more && !rest.empty()) {
        const auto place = cut.prepare();
        const std::size_t size = std::min(place.size(), rest.size());
        std::ranges::copy(rest.substr(0, size), place.begin());
        rest.remove_prefix(size);
        reached = cut.commit(size);
    }
    if (reached == reader::state::needs_more) {
        fuzz::require(cut.commit_end(true) == reader::state::failed,
                      "a response that the connection's end would have to complete is truncated");
    }
}

} // namespace

void fuzz::response_reader(std::string_view input)
{
    reader first(limits);
    std::size_t size = 0;
    const outcome expected = read(first, input, 1, size);
    for (const std::size_t largest : {std::size_t{5}, std::size_t{200}, input.size() + 1}) {
        reader other(limits);
        require(agree(read(other, input, largest, size), expected),
                "the outcome is the same however the bytes are cut");
        other.reset();
        require(agree(read(other, input, largest, size), expected),
                "a reader that was reset has forgotten everything");
    }
    truncation_is_told(input);
}
