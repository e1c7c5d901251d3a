// What a node does with its lease manager: acquires units, holds each for a moment, and gives it back.
#pragma once

#include <videosdk/videosdk.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <random>

namespace nodes {

namespace asio = boost::asio;

class units {
public:
    units(videosdk::lease_manager& manager, std::uint64_t seed) : manager_(manager), random_(seed) {}

    /// Several buyers, until finish() was called; `done` is told when all hold nothing any more.
    void begin(const asio::any_io_executor& executor, std::function<void()> done);
    void finish() noexcept { finishing_ = true; }
    /// Units that were ready, so far.
    std::uint64_t bought() const noexcept { return bought_; }

private:
    asio::awaitable<void> buy();

    videosdk::lease_manager& manager_;
    std::mt19937_64 random_;
    bool finishing_ = false;
    int buyers_ = 0;
    std::uint64_t bought_ = 0;
};

} // namespace nodes
