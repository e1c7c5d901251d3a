// One command for Redis: its bytes, and what may be said of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace videosdk::inline v0::redis {

/// Arguments are copied into the bytes at once. Only the first, the command's name, is ever printed.
class command {
public:
    command(std::initializer_list<std::string_view> arguments);
    explicit command(std::span<const std::string_view> arguments);

    const std::string& name() const noexcept { return name_; }
    const std::string& bytes() const noexcept { return bytes_; }
    /// The bytes, given away.
    std::string take() noexcept { return std::move(bytes_); }

    /// How long Redis itself waits before it answers, where it is asked to (BLOCK): beyond command_timeout.
    std::chrono::nanoseconds blocks_for{0};
    /// Of connection::number(): it fails as connection_stale, not sent, rather than go over another. 0: over
    /// any.
    std::uint64_t only_over = 0;

private:
    std::string name_;
    std::string bytes_;
};

} // namespace videosdk::inline v0::redis
