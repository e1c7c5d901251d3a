// Where a hub keeps the relay that its receivers ask, and the boots that its tokens bear.
#pragma once

#include <videosdk/event_relay.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace videosdk::inline v0::events {

/// From any thread. Without a relay, asking costs one load.
class relay_seat {
public:
    void take(std::weak_ptr<event_relay> relay)
    {
        const std::lock_guard lock(mutex_);
        relay_ = std::move(relay);
        taken_.store(!relay_.expired(), std::memory_order_release);
    }
    std::shared_ptr<event_relay> relay() const
    {
        if (!taken_.load(std::memory_order_acquire)) {
            return nullptr;
        }
        const std::lock_guard lock(mutex_);
        return relay_.lock();
    }
    void add_boot(const std::string& boot)
    {
        const std::lock_guard lock(mutex_);
        if (boots_.size() == most_boots) {
            boots_.erase(boots_.begin());
        }
        boots_.push_back(boot);
    }
    std::vector<std::string> boots() const
    {
        const std::lock_guard lock(mutex_);
        return boots_;
    }

private:
    static constexpr std::size_t most_boots = 256; ///< Of lives that may still be under way.

    mutable std::mutex mutex_;
    std::weak_ptr<event_relay> relay_;
    std::vector<std::string> boots_;
    std::atomic<bool> taken_ = false;
};

} // namespace videosdk::inline v0::events
