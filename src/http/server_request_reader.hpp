// Gathers requests from a connection's bytes: one growing buffer, judged and unchunked in place. No sockets.
#pragma once

#include "http/body_reader.hpp"
#include "http/head.hpp"
#include "http/server_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace videosdk::inline v0::http {

class server_request_reader {
public:
    enum class state : std::uint8_t {
        needs_more,     ///< Read into space() and tell received().
        wants_continue, ///< As needs_more, but the client waits for `100 Continue`; said once a request.
        ready,          ///< head() and body() are the request's, until next().
        refused         ///< Answer status() and close: 503 when the budget is used up.
    };

    /// Room beyond what each reader may have of its own, 8 KiB or the longest head, comes out of `budget`,
    /// which is enough for a body that it holds as a whole; without one, from nowhere.
    server_request_reader(const head_limits& limits, std::size_t max_body,
                          memory_budget* budget = nullptr) noexcept;
    ~server_request_reader();
    server_request_reader(const server_request_reader&) = delete;
    server_request_reader& operator=(const server_request_reader&) = delete;

    /// Makes what it can of the bytes that are there.
    state advance();
    /// Room for more bytes, never empty after advance() asked for some. Views of the request may become
    /// invalid.
    std::span<char> space();
    void received(std::size_t size) noexcept { end_ += size; }
    /// The peer sends no more: what there is of a request is refused, and so answered. A line end alone is
    /// none.
    state end();
    /// The request was answered: forget it, and keep what came after it.
    void next();
    /// No more is read, and no view of the request is left: gives the memory back.
    void clear() noexcept;

    /// Whether no byte of the next request has arrived. A line end before it is none (RFC 9112, 2.2).
    bool idle() const noexcept
    {
        return begin_ == end_ || (phase_ == phase::head && std::string_view("\r\n").starts_with(bytes()));
    }
    /// Whether the head is there and the body is not.
    bool in_body() const noexcept { return phase_ == phase::body; }
    /// Whether the method, if it has arrived, is HEAD; of refused requests too.
    bool head_only() const noexcept { return head_only_; }
    const checked_head& head() const noexcept { return verdict_.head; }
    /// Whether this request's head has come and was accepted, whatever became of its body.
    bool head_accepted() const noexcept { return verdict_.what == head_verdict::kind::accepted; }
    /// That head, also before the request is ready and after its body was refused; nullptr without one.
    const checked_head* known_head();
    std::string_view body() const noexcept;
    /// How many bytes have come that belong to what follows the request; 0 before it is ready.
    std::size_t left_over() const noexcept;
    unsigned status() const noexcept { return status_; }
    const char* reason() const noexcept { return reason_; }
    std::size_t capacity() const noexcept { return capacity_; }

private:
    enum class phase : std::uint8_t { head, body, ready, refused };
    std::string_view bytes() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }
    state read_head();
    state read_body();
    void follow();
    bool make_room();
    std::size_t larger() const noexcept;
    bool resize(std::size_t size);
    state refuse(unsigned status, const char* reason) noexcept;

    head_limits limits_;
    std::size_t max_body_;
    memory_budget* budget_;
    std::size_t own_;                // capacity that is not the budget's
    std::size_t charged_ = 0;        // capacity that is
    std::unique_ptr<char[]> buffer_; // [begin_, end_) is in use: head, body, then what is not looked at yet
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t body_end_ = 0; // from begin_, as is raw_
    std::size_t raw_ = 0;
    head_verdict verdict_;
    body_reader body_;
    phase phase_ = phase::head;
    bool continue_due_ = false;
    bool moved_ = false;
    bool head_only_ = false;
    unsigned status_ = 0;
    const char* reason_ = "";
};

} // namespace videosdk::inline v0::http
