// The body reader: a length that counts down, or a machine over the bytes between chunks.
#include "http/body_reader.hpp"

#include "http/head_text.hpp"

#include <algorithm>
#include <string_view>

namespace videosdk::inline v0::http {
namespace {

using namespace head_text;

constexpr int max_size_digits = 16;
// RFC 9112 7.1.1 wants a limit. Nobody is known to send any.
constexpr std::size_t max_extensions = 1024;
constexpr std::size_t max_trailers = 4 * 1024;

// RFC 9110 6.5.1, without case and marks: a name that is near to one of these is taken for it.
constexpr std::array<std::string_view, 32> never_trailers = {"contentlength",
                                                             "transferencoding",
                                                             "host",
                                                             "connection",
                                                             "expect",
                                                             "trailer",
                                                             "te",
                                                             "upgrade",
                                                             "keepalive",
                                                             "proxyconnection",
                                                             "authorization",
                                                             "proxyauthorization",
                                                             "cookie",
                                                             "setcookie",
                                                             "contenttype",
                                                             "contentencoding",
                                                             "contentrange",
                                                             "contentlocation",
                                                             "cachecontrol",
                                                             "maxforwards",
                                                             "range",
                                                             "ifmatch",
                                                             "ifnonematch",
                                                             "ifmodifiedsince",
                                                             "ifunmodifiedsince",
                                                             "ifrange",
                                                             "pragma",
                                                             "forwarded",
                                                             "xforwardedfor",
                                                             "xforwardedhost",
                                                             "xforwardedproto",
                                                             "via"};

int hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

} // namespace

body_reader::body_reader(const checked_head& head, std::size_t max_body) noexcept : room_(max_body)
{
    if (head.chunked) {
        state_ = state::size_first;
        return;
    }
    left_ = head.content_length.value_or(0);
    if (left_ > max_body) {
        refuse(413, "the body is too long");
    } else {
        state_ = left_ > 0 ? state::sized_data : state::complete;
    }
}

body_step body_reader::next(std::string_view bytes) noexcept
{
    body_step step;
    while (step.consumed < bytes.size() && state_ != state::complete && state_ != state::refused) {
        if (state_ != state::sized_data && state_ != state::chunk_data) {
            framing(bytes[step.consumed]);
            ++step.consumed;
            continue;
        }
        const std::size_t have = bytes.size() - step.consumed;
        const std::size_t taken = left_ < have ? static_cast<std::size_t>(left_) : have;
        step.what = body_step::kind::piece;
        step.piece = bytes.substr(step.consumed, taken);
        step.consumed += taken;
        left_ -= taken;
        if (left_ == 0) {
            state_ = state_ == state::sized_data ? state::complete : state::data_cr;
        }
        return step;
    }
    if (state_ == state::complete) {
        step.what = body_step::kind::complete;
    } else if (state_ == state::refused) {
        step.what = body_step::kind::refused;
        step.status = status_;
        step.reason = reason_;
    }
    return step;
}

void body_reader::expect(char c, char wanted, state after, const char* reason) noexcept
{
    if (c == wanted) {
        state_ = after;
    } else {
        refuse(400, reason);
    }
}

void body_reader::framing(char c) noexcept
{
    switch (state_) {
    case state::size_first:
    case state::size_more:
        size_digit(c);
        break;
    case state::size_lf:
        expect(c, '\n', left_ > 0 ? state::chunk_data : state::trailer_first,
               "a chunk size does not end in CR LF");
        room_ -= left_;
        digits_ = 0;
        break;
    case state::data_cr:
        expect(c, '\r', state::data_lf, "a chunk is longer than its size");
        break;
    case state::data_lf:
        expect(c, '\n', state::size_first, "a chunk does not end in CR LF");
        break;
    case state::trailer_first:
    case state::trailer_name:
    case state::trailer_value:
    case state::trailer_lf:
        trailer(c);
        break;
    case state::last_lf:
        expect(c, '\n', state::complete, "the last chunk does not end in CR LF");
        break;
    default:
        extension(c);
        break;
    }
}

void body_reader::size_digit(char c) noexcept
{
    if (state_ == state::size_more) {
        if (c == '\r') {
            state_ = state::size_lf;
            return;
        }
        if (c == ';' || is_blank(c)) {
            state_ = state::extension_due;
            extension(c);
            return;
        }
    }
    const int value = hex_value(c);
    if (value < 0) {
        refuse(400, "a chunk size is not a hexadecimal number");
        return;
    }
    if (digits_ == max_size_digits) {
        refuse(400, "a chunk size has more than 16 digits");
        return;
    }
    if (state_ == state::size_first) {
        left_ = 0;
    }
    state_ = state::size_more;
    ++digits_;
    // Sixteen digits are 64 bits: the shift loses nothing. Digits that follow only make it larger.
    left_ = left_ << 4 | static_cast<std::uint64_t>(value);
    if (left_ > room_) {
        refuse(413, "the body is too long");
    }
}

// RFC 9112 7.1.1, to the letter: extensions are to be ignored, and nothing else may hide in their place.
void body_reader::extension(char c) noexcept
{
    if (++extensions_ > max_extensions) {
        refuse(400, "the chunk extensions are too long");
        return;
    }
    const auto stay_or = [&](bool stays, char wanted, state after) {
        if (!stays) {
            expect(c, wanted, after, "a chunk extension is malformed");
        }
    };
    switch (state_) {
    case state::extension_due:
        stay_or(is_blank(c), ';', state::extension_name_first);
        break;
    case state::extension_name_first:
        if (is(c, token_char)) {
            state_ = state::extension_name;
        } else if (!is_blank(c)) {
            refuse(400, "a chunk extension without a name");
        }
        break;
    case state::extension_name:
    case state::extension_name_end:
        if (c == '=') {
            state_ = state::extension_value_first;
        } else if (is_blank(c)) {
            state_ = state::extension_name_end;
        } else if (state_ == state::extension_name_end) {
            stay_or(false, ';', state::extension_name_first);
        } else if (!is(c, token_char)) {
            behind_extension(c);
        }
        break;
    case state::extension_value_first:
        if (is(c, token_char)) {
            state_ = state::extension_value;
        } else {
            stay_or(is_blank(c), '"', state::extension_quoted);
        }
        break;
    case state::extension_value:
        if (!is(c, token_char)) {
            behind_extension(c);
        }
        break;
    case state::extension_quoted:
        if (c == '\\') {
            state_ = state::extension_escaped;
        } else {
            stay_or(c != '"' && is(c, value_char), '"', state::extension_quoted_end);
        }
        break;
    case state::extension_escaped:
        state_ = state::extension_quoted;
        if (!is(c, value_char)) {
            refuse(400, "a control byte in a chunk extension");
        }
        break;
    default:
        behind_extension(c);
        break;
    }
}

// Behind a name or a value.
void body_reader::behind_extension(char c) noexcept
{
    if (c == '\r') {
        state_ = state::size_lf;
    } else if (is_blank(c)) {
        state_ = state::extension_due;
    } else {
        expect(c, ';', state::extension_name_first, "a chunk extension is malformed");
    }
}

// RFC 9112 7.1.2: trailers may be thrown away. They are read by the rules of headers.
void body_reader::trailer(char c) noexcept
{
    if (++trailers_ > max_trailers) {
        refuse(431, "the trailers are too long");
        return;
    }
    if (state_ == state::trailer_first) {
        letter_count_ = 0;
        if (c == '\r') {
            state_ = state::last_lf;
            return;
        }
        if (!is(c, token_char)) {
            refuse(400, is_blank(c) ? "a folded trailer (obs-fold)" : "a trailer's name is not a token");
            return;
        }
        state_ = state::trailer_name;
    }
    if (state_ == state::trailer_name) {
        if (c == ':') {
            state_ = state::trailer_value;
            if (forbidden_trailer()) {
                refuse(400, "a header that may not come as a trailer");
            }
        } else if (!is(c, token_char)) {
            refuse(400, "a trailer's name is not a token");
        } else if (is(c, alnum_char)) {
            if (letter_count_ < letters_.size()) {
                letters_[letter_count_] = lower(c);
            }
            ++letter_count_;
        }
    } else if (state_ == state::trailer_value) {
        if (!is(c, value_char)) {
            expect(c, '\r', state::trailer_lf, "a control byte or a bare LF in a trailer");
        }
    } else {
        expect(c, '\n', state::trailer_first, "a bare CR in a trailer");
    }
}

bool body_reader::forbidden_trailer() const noexcept
{
    // Longer than the longest of them is none of them.
    return letter_count_ <= letters_.size() &&
           std::ranges::find(never_trailers, std::string_view(letters_.data(), letter_count_)) !=
               never_trailers.end();
}

void body_reader::refuse(unsigned status, const char* reason) noexcept
{
    state_ = state::refused;
    status_ = status;
    reason_ = reason;
}

} // namespace videosdk::inline v0::http
