// What Redis sends: the same replies however the bytes are cut, none larger than the limit allows, and of
// each element of a stream an event, or none. An input is also taken as the parts of an entry, a line each.
#include "fuzz.hpp"
#include "redis/event_entry.hpp"
#include "redis/reply_reader.hpp"
#include "redis/stream_place.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace videosdk;
using redis::reply;
using redis::reply_reader;

constexpr std::size_t limit = 2048;
constexpr std::size_t largest_piece = 16 * 1024; // as a connection reads

bool same(const reply& a, const reply& b)
{
    return a.kind == b.kind && a.number == b.number && a.text == b.text &&
           std::ranges::equal(a.elements, b.elements, same);
}

/// Bytes that it cannot have been written in fewer of.
std::size_t least_size(const reply& what)
{
    std::size_t out = what.text.size() + 3;
    for (const reply& each : what.elements) {
        out += least_size(each);
    }
    return out;
}

struct outcome {
    std::vector<reply> replies;
    reply_reader::trouble trouble = reply_reader::trouble::none;
};

outcome read(std::string_view bytes, std::size_t largest)
{
    outcome out;
    reply_reader reader(limit);
    fuzz::cutter pieces(bytes, largest);
    std::size_t fed = 0;
    while (!pieces.empty()) {
        const std::string_view piece = pieces.next(largest_piece);
        fed += piece.size();
        reader.feed(piece);
        while (std::optional<reply> next = reader.next()) {
            const std::size_t size = least_size(*next);
            fuzz::require(size <= limit + std::min(largest, largest_piece), "a reply is within its limit");
            fuzz::require(size <= fed, "a reply is no more than what came");
            fed -= size;
            out.replies.push_back(std::move(*next));
        }
    }
    out.trouble = reader.failed();
    if (out.trouble == reply_reader::trouble::none) {
        fuzz::require(reader.detail().empty(), "without trouble there is nothing to say");
    } else {
        fuzz::require(!reader.detail().empty() && fuzz::is_one_line(reader.detail()),
                      "trouble is told on one line");
        reader.feed("+OK\r\n");
        fuzz::require(!reader.next().has_value(), "after trouble no reply comes");
    }
    return out;
}

/// A reply that is too long may come whole, where it comes in one piece.
bool agree(const outcome& a, const outcome& b)
{
    const bool cut =
        a.trouble == reply_reader::trouble::too_long || b.trouble == reply_reader::trouble::too_long;
    if (!cut) {
        return a.trouble == b.trouble && std::ranges::equal(a.replies, b.replies, same);
    }
    const std::size_t both = std::min(a.replies.size(), b.replies.size());
    return std::equal(a.replies.begin(), a.replies.begin() + static_cast<std::ptrdiff_t>(both),
                      b.replies.begin(), same);
}

void check_event(const event& what)
{
    fuzz::require(fuzz::is_one_line(to_string(what)), "an event is printed on one line");
    fuzz::require(redis::rank_in(what) <= 2, "a fact has one of two ranks, or none");
    fuzz::require(what.token.find(redis::boot_in(what.token)) != std::string::npos,
                  "a boot is a part of its token");
    const auto again = redis::read_event_of(what.type.text(), what.token, what.data);
    fuzz::require(again.has_value() && *again == what, "an event that is passed on comes back as it was");
}

void check_entry(const reply& element, redis::stream_place& place)
{
    const redis::stream_entry entry = redis::read_entry(element);
    fuzz::require(!entry.contents || (entry.number != 0 && !entry.id.empty()),
                  "what is an event has its place and its number");
    if (entry.contents) {
        check_event(*entry.contents);
    }
    place.pass(entry);
    if (const auto kept = redis::stream_place::from_text(place.text())) {
        fuzz::require(kept->id() == place.id() && kept->number() == place.number(),
                      "a place that is kept is found again");
    }
}

/// A reply as XREAD, XRANGE and HMGET make it: streams, entries, or parts.
void check_elements(const reply& what, redis::stream_place& place, unsigned depth)
{
    check_entry(what, place);
    for (const reply& each : what.elements) {
        if (depth != 0) {
            check_elements(each, place, depth - 1);
        }
    }
}

reply text(std::string_view what)
{
    reply out;
    out.kind = redis::reply_kind::text;
    out.text = what;
    return out;
}

void check_as_entry(std::string_view input)
{
    reply fields;
    fields.kind = redis::reply_kind::array;
    fields.elements = {text("n"), text("7"), text("from"), text("a life")};
    for (const char* const name : {"type", "token", "data"}) {
        fields.elements.push_back(text(name));
        fields.elements.push_back(text(name == std::string_view("data") ? input : fuzz::pop_line(input)));
    }
    reply entry;
    entry.kind = redis::reply_kind::array;
    entry.elements = {text("1-7"), std::move(fields)};
    redis::stream_place place;
    check_entry(entry, place);
    fuzz::require(place.number() == 7 && place.id() == "1-7", "whatever it holds, an entry has its place");
}

} // namespace

void fuzz::redis_replies(std::string_view input)
{
    const outcome expected = read(input, 1);
    for (const std::size_t largest : {std::size_t{5}, std::size_t{200}, input.size() + 1}) {
        require(agree(read(input, largest), expected), "replies are the same however the bytes are cut");
    }
    redis::stream_place place;
    for (const reply& each : expected.replies) {
        check_elements(each, place, 3);
    }
    check_as_entry(input);
}
