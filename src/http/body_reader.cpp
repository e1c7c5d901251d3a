// The body reader: a length that counts down, or a machine over the bytes between chunks.
#include "http/body_reader.hpp"

#include <algorithm>

namespace videosdk::inline v0::http {
namespace {

constexpr int max_size_digits = 16;

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

void body_reader::framing(char c) noexcept
{
    const auto expect = [&](char wanted, state after, const char* reason) {
        if (c == wanted) {
            state_ = after;
        } else {
            refuse(400, reason);
        }
    };
    switch (state_) {
    case state::size_first:
    case state::size_more:
        size_digit(c);
        break;
    case state::size_lf:
        expect('\n', left_ > 0 ? state::chunk_data : state::last_cr, "a chunk size does not end in CR LF");
        digits_ = 0;
        break;
    case state::data_cr:
        expect('\r', state::data_lf, "a chunk is longer than its size");
        break;
    case state::data_lf:
        expect('\n', state::size_first, "a chunk does not end in CR LF");
        break;
    case state::last_cr:
        expect('\r', state::last_lf, "trailers are not taken");
        break;
    case state::last_lf:
        expect('\n', state::complete, "the last chunk does not end in CR LF");
        break;
    default:
        break;
    }
}

void body_reader::size_digit(char c) noexcept
{
    if (c == '\r' && state_ == state::size_more) {
        room_ -= left_;
        state_ = state::size_lf;
        return;
    }
    const int value = hex_value(c);
    if (value < 0) {
        refuse(400, c == ';' ? "chunk extensions are not taken" : "a chunk size is not a hexadecimal number");
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

void body_reader::refuse(unsigned status, const char* reason) noexcept
{
    state_ = state::refused;
    status_ = status;
    reason_ = reason;
}

} // namespace videosdk::inline v0::http
