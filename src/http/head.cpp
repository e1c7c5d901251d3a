// The judge of request heads: one pass over the bytes, and wherever RFC 9110 or RFC 9112 leaves a choice, the
// strict one. It is the server's whole head parser, so there is no second reading that could differ from it.
#include "http/head.hpp"

#include "http/head_judge.hpp"
#include "http/head_text.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

using namespace head_text;

// RFC 9112 3 wants 501 for a method longer than any that is served; what is longer than any method could be
// is no request.
constexpr std::size_t longest_served_method = 32;
constexpr std::size_t max_method = 256;

} // namespace

// RFC 9112 2.2: an empty line before the request line is to be ignored. One, not any number.
bool head_judge::leading_line()
{
    if (at_end()) {
        return false;
    }
    return bytes_[0] != '\r' || line_end("a bare CR before the request line");
}

// CR LF, and nothing else that looks like it.
bool head_judge::line_end(const char* reason)
{
    if (at_end()) {
        return false;
    }
    if (bytes_[at_] != '\r') {
        return refuse(400, reason);
    }
    if (at_ + 1 == bytes_.size()) {
        return false;
    }
    if (bytes_[at_ + 1] != '\n') {
        return refuse(400, reason);
    }
    at_ += 2;
    return true;
}

bool head_judge::method()
{
    const std::size_t begin = at_;
    for (; !at_end() && bytes_[at_] != ' '; ++at_) {
        if (!is(bytes_[at_], token_char)) {
            return refuse(400, "the method is not a token");
        }
        if (at_ - begin == max_method) {
            return refuse(400, "the method is longer than a method can be");
        }
    }
    if (at_end()) {
        return false;
    }
    head_.method = bytes_.substr(begin, at_ - begin);
    ++at_;
    if (head_.method.empty()) {
        return refuse(400, "the method is missing");
    }
    if (head_.method.size() > longest_served_method) {
        return refuse(501, "the method is longer than any that is served");
    }
    if (head_.method == "CONNECT") {
        return refuse(501, "CONNECT is not served");
    }
    return true;
}

bool head_judge::target()
{
    if (at_end()) {
        return false;
    }
    const std::size_t begin = at_;
    if (bytes_[at_] == '*') {
        if (head_.method != "OPTIONS") {
            return refuse(400, "the target * goes with OPTIONS only");
        }
        ++at_;
        if (!at_end() && bytes_[at_] != ' ') {
            return refuse(400, "the target is not in origin form");
        }
    } else if (bytes_[at_] != '/') {
        if (!authority(begin)) {
            return false;
        }
        if (bytes_[at_] == ' ') {
            // RFC 9110 4.2.3: no path is the path "/", which stands before the authority too, but for
            // OPTIONS.
            head_.target = head_.method == "OPTIONS" ? "*" : bytes_.substr(bytes_.find('/', begin), 1);
            ++at_;
            return true;
        }
    }
    const std::size_t path_begin = bytes_[begin] == '*' ? begin : at_;
    int hex_digits_due = 0;
    for (; !at_end() && bytes_[at_] != ' '; ++at_) {
        const char c = bytes_[at_];
        if (at_ - begin == limits_.max_target) {
            return refuse(414, "the target is too long");
        }
        if (hex_digits_due > 0 ? !is(c, hex_char) : !is(c, target_char) && c != '%') {
            return refuse(400, "a byte in the target that must be percent-encoded");
        }
        hex_digits_due = c == '%' ? 2 : std::max(hex_digits_due - 1, 0);
    }
    if (at_end()) {
        return false;
    }
    if (hex_digits_due > 0) {
        return refuse(400, "an unfinished percent-encoding in the target");
    }
    head_.target = bytes_.substr(path_begin, at_ - path_begin);
    ++at_;
    return true;
}

bool head_judge::version()
{
    constexpr std::string_view pattern = "HTTP/0.0"; // 0: a digit
    const std::string_view text = bytes_.substr(at_, pattern.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (pattern[i] == '0' ? !is(text[i], digit_char) : text[i] != pattern[i]) {
            return refuse(400, "the version is not HTTP/1.0 or HTTP/1.1");
        }
    }
    if (text.size() < pattern.size()) {
        at_ = bytes_.size();
        return false;
    }
    if (text[5] != '1' || text[7] > '1') {
        return refuse(505, "the version is not HTTP/1.0 or HTTP/1.1");
    }
    head_.minor_version = text[7] - '0';
    at_ += pattern.size();
    return line_end("the request line does not end in CR LF after the version");
}

bool head_judge::field()
{
    if (at_end()) {
        return false;
    }
    if (bytes_[at_] == '\r') {
        return line_end("a bare CR") && end_of_head();
    }
    if (is_blank(bytes_[at_])) {
        return refuse(400, "a folded header line (obs-fold)");
    }
    if (head_.headers.size() == limits_.max_headers) {
        return refuse(431, "too many headers");
    }
    const std::size_t name_begin = at_;
    for (; !at_end() && bytes_[at_] != ':'; ++at_) {
        if (!is(bytes_[at_], token_char)) {
            return refuse(400, is_blank(bytes_[at_]) ? "whitespace between a header's name and its colon"
                                                     : "a header's name is not a token");
        }
    }
    if (at_end()) {
        return false;
    }
    const std::string_view name = bytes_.substr(name_begin, at_ - name_begin);
    if (name.empty()) {
        return refuse(400, "a header without a name");
    }
    const std::size_t value_begin = ++at_;
    while (!at_end() && is(bytes_[at_], value_char)) {
        ++at_;
    }
    const std::size_t value_end = at_;
    if (!line_end("a control byte or a bare CR or LF in a header")) {
        return false;
    }
    const std::string_view value = trimmed(bytes_.substr(value_begin, value_end - value_begin));
    header_view header;
    header.name = name;
    header.value = value;
    head_.headers.push_back(header);
    if (misleading(name)) {
        return refuse(400, "a header's name could be taken for Content-Length, Transfer-Encoding or Host");
    }
    return interpret(name, value);
}

bool same_field_name(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void check_head(std::string_view bytes, const head_limits& limits, head_verdict& verdict)
{
    std::vector<header_view> headers = std::move(verdict.head.headers);
    headers.clear();
    verdict = head_verdict{};
    verdict.head.headers = std::move(headers);
    head_judge(bytes, limits, verdict).run();
}

head_verdict check_head(std::string_view bytes, const head_limits& limits)
{
    head_verdict verdict;
    check_head(bytes, limits, verdict);
    return verdict;
}

} // namespace videosdk::inline v0::http
