// The gathering of requests: heads by check_head, bodies by body_reader. These two are the whole parser;
// there is no second one behind them that could read the same bytes in another way.
#include "http/server_request_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

constexpr std::size_t first_capacity = 2 * 1024; // what a connection costs that has sent little
constexpr std::size_t kept_capacity = 8 * 1024;  // what it may keep between requests, or have for small ones
constexpr std::size_t least_step = 8 * 1024;
constexpr std::size_t framing_room = 64; // behind the longest body, for what ends its last chunk
constexpr std::size_t kept_headers = 32; // places in their list, kept between requests

} // namespace

server_request_reader::server_request_reader(const head_limits& limits, std::size_t max_body,
                                             memory_budget* budget) noexcept
    : limits_(limits),
      max_body_(max_body),
      budget_(budget),
      own_(std::max(kept_capacity, limits.max_head) + framing_room)
{
}

server_request_reader::~server_request_reader()
{
    clear();
}

server_request_reader::state server_request_reader::advance()
{
    if (phase_ == phase::head) {
        const state reached = read_head();
        if (phase_ != phase::body) {
            return reached;
        }
    }
    if (phase_ == phase::body) {
        const state reached = read_body();
        if (phase_ == phase::body && !make_room()) {
            return refuse(503, "the requests in progress are too large together");
        }
        return reached;
    }
    return phase_ == phase::ready ? state::ready : state::refused;
}

server_request_reader::state server_request_reader::read_head()
{
    if (idle()) {
        return state::needs_more;
    }
    check_head(bytes(), limits_, verdict_);
    head_only_ = verdict_.head.method == "HEAD";
    if (verdict_.what == head_verdict::kind::incomplete) {
        return state::needs_more;
    }
    if (verdict_.what == head_verdict::kind::refused) {
        return refuse(verdict_.status, verdict_.reason);
    }
    body_ = body_reader(verdict_.head, max_body_);
    raw_ = body_end_ = verdict_.head.size;
    // Whoever has begun to send the body does not wait (RFC 9110 10.1.1).
    continue_due_ = verdict_.head.expects_continue && bytes().size() == raw_;
    moved_ = false;
    phase_ = phase::body;
    return state::needs_more;
}

server_request_reader::state server_request_reader::read_body()
{
    for (;;) {
        const body_step step = body_.next(bytes().substr(raw_));
        raw_ += step.consumed;
        switch (step.what) {
        case body_step::kind::piece: {
            // Chunks move together, over the framing between them; a body with a length stays where it is.
            char* const place = buffer_.get() + begin_ + body_end_;
            if (step.piece.data() != place) {
                std::memmove(place, step.piece.data(), step.piece.size());
            }
            body_end_ += step.piece.size();
            break;
        }
        case body_step::kind::needs_more:
            raw_ = body_end_;
            end_ = begin_ + body_end_;
            if (continue_due_) {
                continue_due_ = false;
                return state::wants_continue;
            }
            return state::needs_more;
        case body_step::kind::refused:
            return refuse(step.status, step.reason);
        case body_step::kind::complete:
            follow();
            phase_ = phase::ready;
            return state::ready;
        }
    }
}

std::span<char> server_request_reader::space()
{
    make_room();
    return {buffer_.get() + end_, capacity_ - end_};
}

// False when the budget is used up.
bool server_request_reader::make_room()
{
    if (end_ < capacity_) {
        return true;
    }
    if (begin_ == 0) {
        return resize(larger());
    }
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    moved_ = true;
    return true;
}

// Grows with what has come, so that a promise of bytes costs nothing, and no further than the request can.
std::size_t server_request_reader::larger() const noexcept
{
    std::size_t most = std::max(first_capacity, limits_.max_head);
    if (phase_ == phase::body) {
        const checked_head& head = verdict_.head;
        most = head.size + static_cast<std::size_t>(head.content_length.value_or(max_body_ + framing_room));
    }
    const std::size_t wanted = capacity_ < own_ ? std::min(std::max(first_capacity, 2 * capacity_), own_)
                                                : capacity_ + std::max(least_step, capacity_ / 4);
    return std::max(std::min(wanted, most), capacity_ + 1);
}

bool server_request_reader::resize(std::size_t size)
{
    const std::size_t charge = size > own_ && budget_ != nullptr ? size - own_ : 0;
    if (charge > charged_ && !budget_->take(charge - charged_)) {
        return false;
    }
    if (charge < charged_) {
        budget_->give_back(charged_ - charge);
    }
    charged_ = charge;
    auto buffer = std::make_unique_for_overwrite<char[]>(size);
    if (end_ > begin_) {
        std::memcpy(buffer.get(), buffer_.get() + begin_, end_ - begin_);
    }
    buffer_ = std::move(buffer);
    capacity_ = size;
    end_ -= begin_;
    begin_ = 0;
    moved_ = true;
    return true;
}

server_request_reader::state server_request_reader::end()
{
    if (phase_ == phase::body) {
        return refuse(400, "the body ends before its length or its last chunk");
    }
    if (phase_ == phase::head && !idle()) {
        return refuse(400, "the request ends before its head does");
    }
    return phase_ == phase::refused ? state::refused : state::needs_more;
}

const checked_head* server_request_reader::known_head()
{
    if (!head_accepted()) {
        return nullptr;
    }
    follow();
    return &verdict_.head;
}

// Once a move: afterwards the request may be in a handler's hands, whose views nobody writes to.
void server_request_reader::follow()
{
    if (std::exchange(moved_, false)) {
        check_head(bytes(), limits_, verdict_); // the same bytes elsewhere: the views follow
    }
}

std::size_t server_request_reader::left_over() const noexcept
{
    return phase_ == phase::ready ? end_ - begin_ - raw_ : 0;
}

void server_request_reader::next()
{
    verdict_.what = head_verdict::kind::incomplete; // the next one's is not known
    if (verdict_.head.headers.capacity() > kept_headers) {
        verdict_.head.headers = std::vector<header_view>();
    }
    begin_ += raw_;
    raw_ = body_end_ = 0;
    phase_ = phase::head;
    head_only_ = false;
    const std::size_t left = end_ - begin_;
    if (left == 0 && capacity_ > kept_capacity) {
        clear();
    } else if (left == 0) {
        begin_ = end_ = 0;
    } else if (capacity_ > own_ && left <= capacity_ / 2) {
        // Half as much at least, so that many small requests behind a large one are not copied each time.
        resize(std::max(left, first_capacity));
    }
}

void server_request_reader::clear() noexcept
{
    buffer_.reset();
    capacity_ = begin_ = end_ = raw_ = body_end_ = 0;
    verdict_.what = head_verdict::kind::incomplete;
    verdict_.head.headers = std::vector<header_view>();
    if (charged_ > 0) {
        budget_->give_back(std::exchange(charged_, 0));
    }
}

std::string_view server_request_reader::body() const noexcept
{
    const std::size_t size = verdict_.head.size;
    return bytes().substr(size, body_end_ - size);
}

server_request_reader::state server_request_reader::refuse(unsigned status, const char* reason) noexcept
{
    phase_ = phase::refused;
    status_ = status;
    reason_ = reason;
    return state::refused;
}

} // namespace videosdk::inline v0::http
