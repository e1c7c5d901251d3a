// The server's reader of requests: the same requests however the bytes are cut, and those that the judge of
// heads and the reader of bodies find by themselves.
#include "fuzz.hpp"
#include "requests.hpp"

namespace {

using namespace videosdk::http;

constexpr fuzz::server_limits limits{{.max_head = 1024, .max_target = 256, .max_headers = 16}, 512};

// What became of the bytes behind the last request.
void end(fuzz::seen_requests& seen, unsigned status, const char* reason, bool cut_short,
         std::string_view method)
{
    seen.refusal = status;
    seen.reason = reason;
    seen.cut_short = cut_short;
    seen.head_only = (status != 0 || cut_short) && method == "HEAD";
}

// Takes one request off `bytes`, without the reader's buffer; false when there is none.
bool pop_request(std::string_view& bytes, fuzz::seen_requests& seen)
{
    const head_verdict verdict = check_head(bytes, limits.head);
    const std::string_view method = verdict.head.method;
    if (verdict.what != head_verdict::kind::accepted) {
        // A line end alone is no request.
        const bool cut_short =
            verdict.what == head_verdict::kind::incomplete && !std::string_view("\r\n").starts_with(bytes);
        end(seen, verdict.status, verdict.reason, cut_short, method);
        return false;
    }
    bytes.remove_prefix(verdict.head.size);
    body_reader reader(verdict.head, limits.max_body);
    std::string body;
    body_step step;
    do {
        step = reader.next(bytes);
        fuzz::require(step.consumed <= bytes.size(), "no more is consumed than there is");
        body += step.piece;
        bytes.remove_prefix(step.consumed);
    } while (step.what == body_step::kind::piece);
    if (step.what != body_step::kind::complete) {
        end(seen, step.status, step.reason, step.what == body_step::kind::needs_more, method);
        return false;
    }
    fuzz::require(verdict.head.chunked || body.size() == verdict.head.content_length.value_or(0),
                  "a body is as long as its head says");
    seen.requests.emplace_back(verdict.head, body);
    return true;
}

fuzz::seen_requests reference(std::string_view bytes)
{
    fuzz::seen_requests seen;
    while (!bytes.empty() && pop_request(bytes, seen)) {}
    return seen;
}

bool same(const fuzz::seen_requests& a, const fuzz::seen_requests& b)
{
    const bool same_refusal = a.cut_short || (a.refusal == b.refusal && a.reason == b.reason);
    return a.cut_short == b.cut_short && a.head_only == b.head_only && same_refusal &&
           a.requests == b.requests;
}

} // namespace

void fuzz::request_reader(std::string_view input)
{
    const seen_requests expected = reference(input);
    for (const std::size_t largest : {std::size_t{1}, std::size_t{7}, std::size_t{300}, input.size() + 1}) {
        require(same(read_requests(input, limits, largest), expected),
                "the same requests are read however the bytes are cut");
    }
}
