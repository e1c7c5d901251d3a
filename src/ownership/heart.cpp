// The decisions of a heart.
#include "ownership/heart.hpp"

#include <algorithm>

namespace videosdk::inline v0::owning {
namespace {

/// Beats that are waited for; older ones would hardly lengthen the right any more.
constexpr std::size_t most_asked = 16;

} // namespace

heart::action heart::on_time(time_point now, std::chrono::nanoseconds suspended)
{
    if (buried_ || stopped_) {
        return {};
    }
    if (now < next_) {
        return {false, 0, next_};
    }
    next_ = now + rules_.every;
    asked_.emplace_back(++last_, now + suspended);
    if (asked_.size() > most_asked) {
        asked_.pop_front();
    }
    return {true, last_, next_};
}

heart::action heart::answered(std::uint64_t number, answer what, time_point now)
{
    const auto found = std::find_if(asked_.begin(), asked_.end(),
                                    [number](const auto& each) { return each.first == number; });
    if (buried_ || stopped_ || found == asked_.end()) {
        return {false, 0, buried_ || stopped_ ? time_point::max() : next_};
    }
    const time_point asked_at = found->second;
    asked_.erase(found);
    switch (what) {
    case answer::done:
        ends_at_ = std::max(ends_at_, asked_at + rules_.expiry);
        break;
    case answer::refused:
        stop();
        buried_ = true;
        return {};
    case answer::failed:
        next_ = std::min(next_, now + rules_.every / 4);
        break;
    }
    return {false, 0, next_};
}

void heart::stop() noexcept
{
    stopped_ = true;
    asked_.clear();
    ends_at_ = time_point::min();
}

} // namespace videosdk::inline v0::owning
