// Reads one response out of one growing buffer: head, body, framing and limits. Knows bytes only, no sockets.
#pragma once

#include <videosdk/errc.hpp>
#include <videosdk/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::http {

struct response_limits {
    std::size_t max_head = 16 * 1024;
    std::size_t max_body = 8 * 1024 * 1024;
};

/// The buffer lives as long as the connection, and header fields and body are views into it: a response of
/// usual size is read without allocating. Framing is Boost.Beast's parser; where the body lies in chunks,
/// they are moved together.
class response_reader {
public:
    enum class state : std::uint8_t { needs_more, complete, failed };

    explicit response_reader(const response_limits& limits);
    ~response_reader();
    response_reader(const response_reader&) = delete;
    response_reader& operator=(const response_reader&) = delete;

    /// Forgets the last response. The buffer stays, unless that response was uncommonly large.
    void reset();

    /// Where the next bytes go; at least one byte long. Views into the buffer stay valid only once complete.
    std::span<char> prepare();
    /// `count` bytes were read into prepare()'s place.
    state commit(std::size_t count);
    /// The peer ended the connection; `truncated` where TLS did not say goodbye.
    state commit_end(bool truncated);

    /// Bytes that the buffer takes.
    std::size_t capacity() const noexcept { return buffer_.capacity(); }
    /// Whether a byte of this response has arrived.
    bool started() const noexcept { return filled_ != 0; }
    /// After failed: why, and in words.
    errc failure() const noexcept { return failure_; }
    const std::string& detail() const noexcept { return detail_; }

    // After complete.
    unsigned status() const noexcept { return status_; }
    std::string_view body() const noexcept;
    std::span<const header_view> headers() const noexcept { return headers_; }
    std::optional<std::string_view> header(std::string_view name) const noexcept;
    /// Whether the connection may carry another exchange: the peer keeps it open and sent nothing beyond this
    /// response.
    bool reusable() const noexcept;

private:
    struct parts; // Beast's parser, kept out of this header.
    state parse();
    bool head_is_too_long() noexcept;
    bool too_few_for_a_chunk() const noexcept;
    bool beginning_is_malformed();
    state fail(errc why, std::string detail);
    state finish();
    void make_room();

    response_limits limits_;
    std::unique_ptr<parts> parts_;
    std::vector<char> buffer_;
    std::size_t filled_ = 0;   ///< Bytes in the buffer.
    std::size_t parsed_ = 0;   ///< Of these, taken by the parser.
    std::size_t begin_ = 0;    ///< Where the message begins: behind interim responses.
    std::size_t searched_ = 0; ///< Before it, no head ends.
    std::vector<header_view> headers_;
    unsigned status_ = 0;
    unsigned interim_ = 0; ///< Interim responses so far.
    errc failure_{};
    std::string detail_;
};

} // namespace videosdk::inline v0::http
