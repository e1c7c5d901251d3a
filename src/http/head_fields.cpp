// What the judge makes of the headers that frame: Host, Content-Length, Transfer-Encoding, Connection,
// Expect.
#include "http/head_judge.hpp"
#include "http/head_text.hpp"

#include <algorithm>
#include <limits>

namespace videosdk::inline v0::http {
namespace {

using namespace head_text;

// Compares letters and digits only, without case.
bool same_letters(std::string_view a, std::string_view b) noexcept
{
    constexpr auto next = [](std::string_view& text) noexcept {
        while (!text.empty() && !is(text.front(), alnum_char)) {
            text.remove_prefix(1);
        }
        const char c = text.empty() ? '\0' : lower(text.front());
        text.remove_prefix(text.empty() ? 0 : 1);
        return c;
    };
    for (;;) {
        const char x = next(a);
        if (x != next(b)) {
            return false;
        }
        if (x == '\0') {
            return true;
        }
    }
}

// Takes the first element off a comma-separated list.
std::string_view pop_element(std::string_view& list) noexcept
{
    const std::size_t comma = list.find(',');
    const std::string_view element = trimmed(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    return element;
}

// uri-host [ ":" port ] of RFC 9110 7.2, with a host that could be in a DNS, or an address.
bool valid_host(std::string_view value) noexcept
{
    std::size_t host_end = 0;
    if (value.starts_with('[')) {
        host_end = value.find(']');
        if (host_end == std::string_view::npos) {
            return false;
        }
        const std::string_view address = value.substr(1, host_end - 1);
        const auto colons = std::ranges::count(address, ':');
        const bool known =
            std::ranges::all_of(address, [](char c) { return is(c, hex_char) || c == ':' || c == '.'; });
        if (!known || colons < 2 || colons > 7) {
            return false;
        }
        ++host_end;
    } else {
        host_end = std::min(value.find(':'), value.size());
        if (host_end == 0 || !all_are(value.substr(0, host_end), host_char)) {
            return false;
        }
    }
    const std::string_view port = value.substr(host_end);
    if (port.empty()) {
        return true;
    }
    if (port.size() < 2 || port.size() > 6 || port.front() != ':' || !all_are(port.substr(1), digit_char)) {
        return false;
    }
    unsigned number = 0;
    for (const char c : port.substr(1)) {
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number <= 65535;
}

} // namespace

bool head_judge::literally(std::string_view text)
{
    for (const char c : text) {
        if (at_end()) {
            return false;
        }
        if (lower(bytes_[at_]) != c) {
            return refuse(400, "the target is neither a path nor an http URI");
        }
        ++at_;
    }
    return true;
}

// RFC 9112 3.2.2: a server takes a target in absolute form, whose authority goes before the Host header.
// Leaves off at the path, or at the blank when there is none. A query without a path is refused: no origin
// form that stands in these bytes says the same.
bool head_judge::authority(std::size_t target_begin)
{
    if (!literally("http")) {
        return false;
    }
    at_ += !at_end() && lower(bytes_[at_]) == 's' ? 1 : 0;
    if (!literally("://")) {
        return false;
    }
    const std::size_t begin = at_;
    const auto belongs = [](char c) { return is(c, host_char) || c == ':' || c == '[' || c == ']'; };
    for (; !at_end() && belongs(bytes_[at_]); ++at_) {
        if (at_ - target_begin == limits_.max_target) {
            return refuse(414, "the target is too long");
        }
    }
    if (at_end()) {
        return false;
    }
    authority_ = bytes_.substr(begin, at_ - begin);
    if ((bytes_[at_] != '/' && bytes_[at_] != ' ') || !valid_host(authority_)) {
        return refuse(400, "the target's authority is not a host with an optional port");
    }
    return true;
}

bool head_judge::interpret(std::string_view name, std::string_view value)
{
    switch (name.size()) {
    case 4:
        return !same_field_name(name, "host") || host(value);
    case 6:
        return !same_field_name(name, "expect") || expect(value);
    case 10:
        return !same_field_name(name, "connection") || connection(value);
    case 14:
        return !same_field_name(name, "content-length") || content_length(value);
    case 17:
        return !same_field_name(name, "transfer-encoding") || transfer_encoding(value);
    default:
        return true;
    }
}

// Whether a careless reader could take the name for that of a framing header: some front ends map `_` to `-`,
// or drop marks that they do not like.
bool head_judge::misleading(std::string_view name)
{
    for (const std::string_view framing : {"content-length", "transfer-encoding", "host"}) {
        if (!same_field_name(name, framing) && same_letters(name, framing)) {
            return true;
        }
    }
    return false;
}

// RFC 9112 3.2.
bool head_judge::host(std::string_view value)
{
    if (host_seen_) {
        return refuse(400, "more than one Host");
    }
    if (!valid_host(value)) {
        return refuse(400, "the Host is not a host with an optional port");
    }
    host_seen_ = true;
    head_.host = value;
    return true;
}

// RFC 9110 8.6. Repetitions are refused even when equal: whoever sends them is not to be trusted with
// framing.
bool head_judge::content_length(std::string_view value)
{
    if (head_.content_length) {
        return refuse(400, "more than one Content-Length");
    }
    if (head_.chunked) {
        return refuse(400, "Content-Length together with Transfer-Encoding");
    }
    if (value.empty() || !all_are(value, digit_char)) {
        return refuse(400, "the Content-Length is not a number");
    }
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t length = 0;
    for (const char c : value) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (length > (most - digit) / 10) {
            return refuse(400, "the Content-Length is a number beyond all bounds");
        }
        length = length * 10 + digit;
    }
    head_.content_length = length;
    return true;
}

// RFC 9112 6.1 and 6.3: a coding that we do not know is 501, but a list whose framing is unsound is 400.
bool head_judge::transfer_encoding(std::string_view value)
{
    if (head_.minor_version == 0) {
        return refuse(400, "Transfer-Encoding in HTTP/1.0");
    }
    if (head_.content_length) {
        return refuse(400, "Transfer-Encoding together with Content-Length");
    }
    if (head_.chunked) {
        return refuse(400, "more than one Transfer-Encoding");
    }
    std::size_t elements = 0;
    bool last_is_chunked = false;
    for (std::string_view rest = value; elements == 0 || !rest.empty(); ++elements) {
        const std::string_view element = pop_element(rest);
        if (last_is_chunked || element.empty() || !all_are(element, token_char)) {
            return refuse(400, "a Transfer-Encoding other than chunked");
        }
        last_is_chunked = same_field_name(element, "chunked");
    }
    if (!last_is_chunked || value.ends_with(',')) {
        return refuse(400, "a Transfer-Encoding that does not end in chunked");
    }
    if (elements > 1) {
        return refuse(501, "a Transfer-Encoding besides chunked");
    }
    head_.chunked = true;
    return true;
}

// RFC 9112 9.3.
bool head_judge::connection(std::string_view value)
{
    for (std::string_view rest = value; !rest.empty();) {
        const std::string_view option = pop_element(rest);
        if (!all_are(option, token_char)) {
            return refuse(400, "the Connection header is not a list of tokens");
        }
        close_seen_ = close_seen_ || same_field_name(option, "close");
        keep_alive_seen_ = keep_alive_seen_ || same_field_name(option, "keep-alive");
    }
    return true;
}

// RFC 9110 10.1.1; an HTTP/1.0 client cannot mean it.
bool head_judge::expect(std::string_view value)
{
    if (expect_seen_ || !same_field_name(value, "100-continue")) {
        return refuse(417, "an expectation other than 100-continue");
    }
    expect_seen_ = true;
    head_.expects_continue = head_.minor_version == 1;
    return true;
}

bool head_judge::end_of_head()
{
    if (!host_seen_ && head_.minor_version == 1) {
        return refuse(400, "the Host is missing");
    }
    if (!authority_.empty()) {
        head_.host = authority_;
        for (header_view& each : head_.headers) {
            each.value = same_field_name(each.name, "host") ? authority_ : each.value;
        }
    }
    head_.keep_alive = !close_seen_ && (head_.minor_version == 1 || keep_alive_seen_);
    head_.size = at_;
    verdict_.what = head_verdict::kind::accepted;
    return false;
}

} // namespace videosdk::inline v0::http
