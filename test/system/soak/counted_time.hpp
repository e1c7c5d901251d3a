// Real time for a library under test, whose armed alarms can be counted from outside.
#pragma once

#include <videosdk/scheduler.hpp>

#include <boost/asio/steady_timer.hpp>

namespace soak {

class counted_time final : public videosdk::scheduler {
public:
    explicit counted_time(const boost::asio::any_io_executor& executor) : timer_(executor) {}

    time_point now() const noexcept override { return std::chrono::steady_clock::now(); }
    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return std::chrono::system_clock::now();
    }
    void wait_until(time_point point, videosdk::alarm& which) override
    {
        alarms_.arm(which, point);
        wait();
    }
    void cancel(videosdk::alarm& which) noexcept override { alarms_.disarm(which); }
    void shutdown() noexcept override { alarms_.clear(); }

    std::size_t armed() const noexcept { return alarms_.size(); }
    /// The earliest deadline that is armed; time_point::max() when there is none.
    time_point next() const noexcept { return alarms_.next(); }

private:
    void wait()
    {
        const time_point next = alarms_.next();
        if (alarms_.empty() || next >= waits_until_) {
            return; // the wait under way ends early enough, and looks again
        }
        waits_until_ = next;
        timer_.expires_at(next);
        timer_.async_wait([this](const boost::system::error_code& failure) {
            if (!failure) {
                waits_until_ = time_point::max();
                alarms_.fire_until(now());
                wait();
            }
        });
    }

    boost::asio::steady_timer timer_;
    videosdk::alarm_queue alarms_;
    time_point waits_until_ = time_point::max();
};

} // namespace soak
