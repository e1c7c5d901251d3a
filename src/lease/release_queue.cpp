// The queue of releases.
#include "lease/release_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace videosdk::inline v0::leasing {

std::vector<std::string> release_queue::next()
{
    std::vector<std::string> out;
    if (under_way_ >= in_flight_) {
        return out;
    }
    if (!halves_.empty()) {
        out = std::move(halves_.front());
        halves_.pop_front();
    } else {
        const auto end = together_.begin() + static_cast<std::ptrdiff_t>(std::min(most_, together_.size()));
        out.assign(std::make_move_iterator(together_.begin()), std::make_move_iterator(end));
        together_.erase(together_.begin(), end);
    }
    if (!out.empty()) {
        ++under_way_;
        ++calls_;
        largest_ = std::max(largest_, out.size());
    }
    return out;
}

void release_queue::ended(std::vector<std::string> refused)
{
    under_way_ -= under_way_ == 0 ? 0 : 1;
    if (refused.empty()) {
        return;
    }
    const auto half = refused.begin() + static_cast<std::ptrdiff_t>((refused.size() + 1) / 2);
    halves_.emplace_back(refused.begin(), half);
    if (half != refused.end()) {
        halves_.emplace_back(half, refused.end());
    }
}

std::size_t release_queue::waiting() const noexcept
{
    std::size_t units = together_.size();
    for (const std::vector<std::string>& each : halves_) {
        units += each.size();
    }
    return units;
}

void release_queue::clear()
{
    together_.clear();
    halves_.clear();
    under_way_ = 0;
}

} // namespace videosdk::inline v0::leasing
