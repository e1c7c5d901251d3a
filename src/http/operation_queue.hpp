// The exchanges that wait for something, in their order.
#pragma once

#include <videosdk/transport.hpp>

#include <cstddef>

namespace videosdk::inline v0::http {

/// A first-in, first-out list through exchange_operation's own links.
class operation_queue {
public:
    bool empty() const noexcept { return first_ == nullptr; }
    std::size_t size() const noexcept { return size_; }
    exchange_operation& front() const noexcept { return *first_; }

    void push_back(exchange_operation& which) noexcept
    {
        which.previous = last_;
        which.next = nullptr;
        (last_ != nullptr ? last_->next : first_) = &which;
        last_ = &which;
        ++size_;
    }

    void erase(exchange_operation& which) noexcept
    {
        (which.previous != nullptr ? which.previous->next : first_) = which.next;
        (which.next != nullptr ? which.next->previous : last_) = which.previous;
        which.next = which.previous = nullptr;
        --size_;
    }

private:
    exchange_operation* first_ = nullptr;
    exchange_operation* last_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace videosdk::inline v0::http
