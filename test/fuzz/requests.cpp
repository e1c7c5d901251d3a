// Feeding the request reader as a connection would.
#include "requests.hpp"

#include "fuzz.hpp"

namespace fuzz {

using videosdk::http::checked_head;
using videosdk::http::server_request_reader;

seen_request::seen_request(const checked_head& head, std::string_view its_body)
    : method(head.method),
      target(head.target),
      body(its_body),
      minor_version(head.minor_version),
      keep_alive(head.keep_alive)
{
    for (const auto& each : head.headers) {
        headers.emplace_back(each.name, each.value);
    }
}

namespace {

void note_refusal(server_request_reader& reader, seen_requests& seen)
{
    seen.refusal = reader.status();
    seen.reason = reader.reason();
    seen.head_only = reader.head_only();
    require(seen.refusal >= 400 && seen.refusal <= 599 && !seen.reason.empty(),
            "a refusal has a status and a reason");
    require(reader.advance() == server_request_reader::state::refused, "a refused reader stays refused");
}

} // namespace

seen_requests read_requests(std::string_view bytes, const server_limits& limits, std::size_t largest)
{
    using state = server_request_reader::state;
    const std::size_t most = std::max<std::size_t>(2048, 2 * (limits.head.max_head + limits.max_body));
    server_request_reader reader(limits.head, limits.max_body);
    seen_requests seen;
    cutter pieces(bytes, largest);
    bool told_to_go_on = false;
    for (;;) {
        const state reached = reader.advance();
        require(reader.capacity() <= most, "the buffer is bounded by the limits");
        if (reached == state::ready) {
            seen.requests.emplace_back(reader.head(), reader.body());
            require(reader.body().size() <= limits.max_body, "a body is within its limit");
            reader.next();
            told_to_go_on = false;
            continue;
        }
        if (reached == state::refused) {
            note_refusal(reader, seen);
            return seen;
        }
        require(reached != state::wants_continue || !told_to_go_on, "100 Continue is said once a request");
        told_to_go_on = told_to_go_on || reached == state::wants_continue;
        if (pieces.empty()) {
            seen.cut_short = reader.end() == state::refused;
            if (seen.cut_short) {
                note_refusal(reader, seen);
            }
            return seen;
        }
        const std::span<char> space = reader.space();
        require(!space.empty(), "there is room for more bytes");
        const std::string_view piece = pieces.next(space.size());
        std::ranges::copy(piece, space.begin());
        reader.received(piece.size());
    }
}

} // namespace fuzz
