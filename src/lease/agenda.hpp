// What is due when: an entry that no longer holds is passed over when its time comes.
#pragma once

#include <videosdk/config.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace videosdk::inline v0::leasing {

/// Nearly all entries of one subject are as far ahead as the one before, so that they come in order: each
/// subject has a line of those that did, and all share a heap for those that did not. One that is far ahead
/// of its subject's others sends these to the heap until it is due.
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
        const entry fresh{at, what, number};
        line& in_order = line_of(what);
        if (in_order.empty() || later()(fresh, in_order.back())) {
            in_order.push_back(fresh);
        } else {
            heap_.push_back(fresh);
            std::push_heap(heap_.begin(), heap_.end(), later());
        }
    }

    bool empty() const noexcept { return first() == nullptr; }
    /// The earliest; of those of one point in time, in the order of what they are about, so that a run
    /// repeats itself. Not to be asked for when it is empty; nor is pop().
    const entry& front() const noexcept { return *first(); }

    std::size_t size() const noexcept
    {
        std::size_t all = heap_.size();
        for (const line& each : lines_) {
            all += each.size();
        }
        return all;
    }

    /// Forgets entries that hold no longer.
    template <class Holds>
    void tidy(Holds holds)
    {
        const auto is_over = [&](const entry& each) { return !holds(each); };
        for (line& each : lines_) {
            std::erase_if(each, is_over);
        }
        std::erase_if(heap_, is_over);
        std::make_heap(heap_.begin(), heap_.end(), later());
    }

    void pop()
    {
        const entry* const which = first();
        if (!heap_.empty() && which == &heap_.front()) {
            std::pop_heap(heap_.begin(), heap_.end(), later());
            heap_.pop_back();
        } else {
            line_of(which->what).pop_front();
        }
    }

private:
    using line = std::deque<entry>;

    struct later {
        bool operator()(const entry& a, const entry& b) const noexcept
        {
            if (a.at != b.at) {
                return a.at > b.at;
            }
            return a.what != b.what ? a.what > b.what : a.number > b.number;
        }
    };

    line& line_of(subject what) noexcept { return lines_[static_cast<std::size_t>(what) - 1]; }

    const entry* first() const noexcept
    {
        const entry* earliest = heap_.empty() ? nullptr : &heap_.front();
        for (const line& each : lines_) {
            if (!each.empty() && (earliest == nullptr || later()(*earliest, each.front()))) {
                earliest = &each.front();
            }
        }
        return earliest;
    }

    std::array<line, 3> lines_; ///< Of each subject.
    std::vector<entry> heap_;
};

} // namespace videosdk::inline v0::leasing
