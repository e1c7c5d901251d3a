// The heap of alarms.
#include <videosdk/scheduler.hpp>

#include <utility>

namespace videosdk::inline v0 {

bool alarm_queue::before(const alarm& a, const alarm& b) noexcept
{
    return a.point_ != b.point_ ? a.point_ < b.point_ : a.order_ < b.order_;
}

void alarm_queue::arm(alarm& which, time_point point)
{
    disarm(which);
    heap_.push_back(&which);
    which.index_ = heap_.size() - 1;
    which.point_ = point;
    which.order_ = next_order_++;
    sift_up(which.index_);
}

void alarm_queue::disarm(alarm& which) noexcept
{
    if (!which.armed()) {
        return;
    }
    const std::size_t hole = which.index_;
    alarm* const last = heap_.back();
    heap_.pop_back();
    which.index_ = alarm::not_armed;
    if (last != &which) {
        heap_[hole] = last;
        last->index_ = hole;
        sift_up(hole);
        sift_down(last->index_);
    }
}

alarm_queue::time_point alarm_queue::next() const noexcept
{
    return heap_.empty() ? time_point::max() : heap_.front()->point_;
}

void alarm_queue::fire_until(time_point now)
{
    // Alarms armed inside wait for the next call, or one that re-arms itself for the present would never let
    // go.
    const std::uint64_t limit = next_order_;
    while (!heap_.empty() && heap_.front()->point_ <= now && heap_.front()->order_ < limit) {
        alarm& due = *heap_.front();
        disarm(due);
        due.on_alarm();
    }
}

void alarm_queue::clear() noexcept
{
    for (alarm* each : heap_) {
        each->index_ = alarm::not_armed;
    }
    heap_.clear();
}

void alarm_queue::sift_up(std::size_t index) noexcept
{
    alarm* const moving = heap_[index];
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (!before(*moving, *heap_[parent])) {
            break;
        }
        heap_[index] = heap_[parent];
        heap_[index]->index_ = index;
        index = parent;
    }
    heap_[index] = moving;
    moving->index_ = index;
}

void alarm_queue::sift_down(std::size_t index) noexcept
{
    alarm* const moving = heap_[index];
    for (;;) {
        std::size_t child = 2 * index + 1;
        if (child >= heap_.size()) {
            break;
        }
        if (child + 1 < heap_.size() && before(*heap_[child + 1], *heap_[child])) {
            ++child;
        }
        if (!before(*heap_[child], *moving)) {
            break;
        }
        heap_[index] = heap_[child];
        heap_[index]->index_ = index;
        index = child;
    }
    heap_[index] = moving;
    moving->index_ = index;
}

} // namespace videosdk::inline v0
