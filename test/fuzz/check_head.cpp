// check_head: a decision stays the same whatever follows, and an accepted head means what it says.
#include "fuzz.hpp"
#include "http/head.hpp"

#include <memory>
#include <string>

namespace {

using videosdk::header_view;
using videosdk::http::checked_head;
using videosdk::http::head_limits;
using videosdk::http::head_verdict;
using videosdk::http::same_field_name;
using kind = videosdk::http::head_verdict::kind;

// The first `size` bytes, in memory of exactly that size.
struct prefix {
    prefix(std::string_view input, std::size_t size)
        : bytes(std::make_unique_for_overwrite<char[]>(size)), text(bytes.get(), size)
    {
        std::ranges::copy(input.substr(0, size), bytes.get());
    }
    std::unique_ptr<char[]> bytes;
    std::string_view text;
};

bool same_headers(const checked_head& a, const checked_head& b)
{
    return std::ranges::equal(a.headers, b.headers, [](const header_view& x, const header_view& y) {
        return x.name == y.name && x.value == y.value;
    });
}

bool same_meaning(const checked_head& a, const checked_head& b)
{
    return a.method == b.method && a.target == b.target && a.minor_version == b.minor_version &&
           same_headers(a, b) && a.host == b.host && a.content_length == b.content_length &&
           a.chunked == b.chunked && a.keep_alive == b.keep_alive && a.expects_continue == b.expects_continue;
}

bool same_decision(const head_verdict& a, const head_verdict& b)
{
    if (a.what != b.what) {
        return false;
    }
    if (a.what == kind::refused) {
        return a.status == b.status && std::string_view(a.reason) == b.reason;
    }
    return a.what == kind::incomplete || (a.head.size == b.head.size && same_meaning(a.head, b.head));
}

bool inside(std::string_view part, std::string_view whole)
{
    return part.empty() ||
           (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::size_t count_of(const checked_head& head, std::string_view name)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        head.headers, [name](const header_view& each) { return same_field_name(each.name, name); }));
}

void views_point_inside(const checked_head& head, std::string_view input)
{
    const std::string_view own = input.substr(0, head.size);
    // OPTIONS of an http URI without a path is OPTIONS *, which need not stand there (RFC 9112 3.2.4).
    bool fine = inside(head.method, own) && (head.target == "*" || inside(head.target, own)) &&
                inside(head.host, own);
    for (const header_view& each : head.headers) {
        fine = fine && inside(each.name, own) && inside(each.value, own) && !each.name.empty();
    }
    fuzz::require(fine, "the views of an accepted head point into its own bytes");
}

// What a reader that knows no trick needs, so that nobody can read the framing in another way.
void framing_is_plain(const checked_head& head)
{
    fuzz::require(head.target == "*" || head.target.starts_with('/'), "the target is in origin form");
    fuzz::require(count_of(head, "host") == 1 || (head.minor_version == 0 && count_of(head, "host") == 0),
                  "an accepted head has one Host");
    const std::size_t lengths = count_of(head, "content-length");
    const std::size_t codings = count_of(head, "transfer-encoding");
    fuzz::require(lengths + codings <= 1, "an accepted head says once how long its body is");
    fuzz::require(head.content_length.has_value() == (lengths == 1) && head.chunked == (codings == 1),
                  "the framing is the one that the headers name");
    for (const header_view& each : head.headers) {
        const bool plain = std::ranges::none_of(
            each.value, [](char c) { return c == '\r' || c == '\n' || c == '\0' || c == 0x7F; });
        fuzz::require(plain, "no control byte stands in a value");
        if (same_field_name(each.name, "content-length")) {
            const std::string_view digits =
                each.value.substr(std::min(each.value.find_first_not_of('0'), each.value.size() - 1));
            fuzz::require(digits == std::to_string(*head.content_length),
                          "the length is the number that was sent");
        }
    }
}

void written_again_it_means_the_same(const checked_head& head, head_limits limits)
{
    std::string text(head.method);
    text.append(1, ' ').append(head.target).append(" HTTP/1.").append(std::to_string(head.minor_version));
    text += "\r\n";
    for (const header_view& each : head.headers) {
        text.append(each.name).append(": ").append(each.value).append("\r\n");
    }
    text += "\r\n";
    limits.max_head = std::max(limits.max_head, text.size());
    const head_verdict again = videosdk::http::check_head(text, limits);
    fuzz::require(again.what == kind::accepted && again.head.size == text.size() &&
                      same_meaning(head, again.head),
                  "an accepted head that is written again means the same");
}

// Each prefix is judged alone, in ascending order: once decided, the decision stands.
void decisions_stand(std::string_view input, const head_limits& limits, const head_verdict& last)
{
    head_verdict first;
    head_verdict reused;
    std::size_t decided_at = 0;
    fuzz::cutter cuts(input, input.size() <= 256 ? 1 : input.size() / 64);
    for (std::size_t size = 0;;) {
        const prefix part(input, size);
        const head_verdict verdict = videosdk::http::check_head(part.text, limits);
        videosdk::http::check_head(part.text, limits, reused);
        fuzz::require(same_decision(verdict, reused), "a verdict that is used again is a new one");
        if (first.what != kind::incomplete) {
            fuzz::require(verdict.what == first.what && verdict.status == first.status &&
                              std::string_view(verdict.reason) == first.reason &&
                              verdict.head.size == first.head.size,
                          "a decision stays the same whatever follows");
        } else if (verdict.what != kind::incomplete) {
            first.what = verdict.what;
            first.status = verdict.status;
            first.reason = verdict.reason;
            first.head.size = verdict.head.size;
            decided_at = size;
        }
        if (cuts.empty()) {
            break;
        }
        size += cuts.next(input.size()).size();
    }
    fuzz::require(first.what == last.what, "the whole is decided like its last prefix");
    fuzz::require(last.what != kind::accepted || decided_at >= last.head.size,
                  "no head is accepted before its last byte");
}

void judge(std::string_view input, const head_limits& limits)
{
    const head_verdict verdict = videosdk::http::check_head(input, limits);
    decisions_stand(input, limits, verdict);
    if (verdict.what == kind::refused) {
        fuzz::require(verdict.status >= 400 && verdict.status <= 599 && *verdict.reason != '\0',
                      "a refusal has a status and a reason");
    } else if (verdict.what == kind::accepted) {
        fuzz::require(verdict.head.size <= limits.max_head &&
                          verdict.head.target.size() <= limits.max_target &&
                          verdict.head.headers.size() <= limits.max_headers,
                      "an accepted head is within the limits");
        const prefix exact(input, verdict.head.size);
        fuzz::require(same_decision(videosdk::http::check_head(exact.text, limits), verdict),
                      "a head is accepted with its last byte");
        const prefix shorter(input, verdict.head.size - 1);
        fuzz::require(videosdk::http::check_head(shorter.text, limits).what == kind::incomplete,
                      "a head is not accepted before its last byte");
        views_point_inside(verdict.head, input);
        framing_is_plain(verdict.head);
        written_again_it_means_the_same(verdict.head, limits);
    }
}

} // namespace

void fuzz::check_head(std::string_view input)
{
    judge(input, head_limits{});
    judge(input, head_limits{.max_head = 200, .max_target = 40, .max_headers = 4});
}
