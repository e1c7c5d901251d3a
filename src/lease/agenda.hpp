// What is due when: a heap in which an entry that no longer holds is passed over when its time comes.
#pragma once

#include <videosdk/config.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace videosdk::inline v0::leasing {

class agenda {
public:
    using time_point = std::chrono::steady_clock::time_point;

    enum class subject : std::uint8_t { claim = 1, unit, stock };

    struct entry {
        time_point at;
        subject what = subject::claim;
        std::uint64_t number = 0;
    };

    void note(time_point at, subject what, std::uint64_t number)
    {
        heap_.push_back({at, what, number});
        std::push_heap(heap_.begin(), heap_.end(), later());
    }

    bool empty() const noexcept { return heap_.empty(); }
    const entry& front() const noexcept { return heap_.front(); }

    std::size_t size() const noexcept { return heap_.size(); }

    /// Forgets entries that hold no longer.
    template <class Holds>
    void tidy(Holds holds)
    {
        std::erase_if(heap_, [&](const entry& each) { return !holds(each); });
        std::make_heap(heap_.begin(), heap_.end(), later());
    }

    void pop()
    {
        std::pop_heap(heap_.begin(), heap_.end(), later());
        heap_.pop_back();
    }

private:
    // Those of one point in the order of what they are about, so that a run repeats itself.
    struct later {
        bool operator()(const entry& a, const entry& b) const noexcept
        {
            if (a.at != b.at) {
                return a.at > b.at;
            }
            return a.what != b.what ? a.what > b.what : a.number > b.number;
        }
    };

    std::vector<entry> heap_;
};

} // namespace videosdk::inline v0::leasing
