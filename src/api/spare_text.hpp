// The memory of a text that is not needed any more, for the next one.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

namespace videosdk::inline v0 {

/// Holds one at a time. From any thread; who finds it busy does without.
class spare_text {
public:
    std::string take() noexcept
    {
        std::string taken;
        if (!busy_.test_and_set(std::memory_order_acquire)) {
            taken = std::move(text_);
            busy_.clear(std::memory_order_release);
        }
        return taken;
    }

    void keep(std::string&& text) noexcept
    {
        if (text.capacity() <= most_kept && !busy_.test_and_set(std::memory_order_acquire)) {
            text_ = std::move(text);
            busy_.clear(std::memory_order_release);
        }
    }

private:
    static constexpr std::size_t most_kept = 4096; // bytes

    std::atomic_flag busy_;
    std::string text_;
};

} // namespace videosdk::inline v0
