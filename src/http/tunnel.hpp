// Asking a proxy for a tunnel (RFC 9110, section 9.3.6): what to send, and what its answer means. Pure.
#pragma once

#include "http/proxy.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

class tunnel {
public:
    enum class state : std::uint8_t { asking, open, refused };

    tunnel(std::shared_ptr<const proxy> by, std::size_t max_head) : by_(std::move(by)), max_head_(max_head) {}

    /// What of the request has not been sent yet.
    std::string_view unsent() const noexcept { return std::string_view(by_->request).substr(sent_); }
    void sent(std::size_t count) noexcept { sent_ += count; }

    /// Where the next bytes of the answer go; at least one byte long.
    std::span<char> prepare();
    /// `count` bytes were read into prepare()'s place.
    state commit(std::size_t count);
    /// The proxy ended the connection.
    state commit_end();

    /// Once refused: which proxy did what, in words of ours. A proxy's own might repeat the password.
    const std::string& detail() const noexcept { return detail_; }

private:
    state refuse(const std::string& what);

    std::shared_ptr<const proxy> by_;
    std::size_t max_head_;
    std::size_t sent_ = 0;
    std::string answer_;
    std::size_t filled_ = 0; ///< Bytes of the answer that have come.
    std::size_t begin_ = 0;  ///< Where its head begins: behind interim ones.
    std::string detail_;
};

} // namespace videosdk::inline v0::http
