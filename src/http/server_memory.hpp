// What the requests of all connections of a server may hold together.
#pragma once

#include <videosdk/config.hpp>

#include <cstddef>

namespace videosdk::inline v0::http {

/// Bytes beyond what each connection has of its own. Not thread-safe; outlives those who have taken of it.
class memory_budget {
public:
    explicit memory_budget(std::size_t limit) noexcept : left_(limit) {}
    memory_budget(const memory_budget&) = delete;
    memory_budget& operator=(const memory_budget&) = delete;

    /// All of it or nothing.
    bool take(std::size_t size) noexcept
    {
        const bool there = size <= left_;
        left_ -= there ? size : 0;
        return there;
    }
    void give_back(std::size_t size) noexcept { left_ += size; }
    std::size_t left() const noexcept { return left_; }

private:
    std::size_t left_;
};

} // namespace videosdk::inline v0::http
