// Answers that come late: waits in coroutines, on the scheduler.
#pragma once

#include "scheduler/operation.hpp"

#include <videosdk/scheduler.hpp>

#include <memory>
#include <unordered_map>
#include <utility>

namespace videosdk::inline v0::emulator {

/// The waits that are under way. Lives on one executor; outlives none of its waits, which it owns.
class late_replies {
public:
    explicit late_replies(std::shared_ptr<scheduler> time) : time_(std::move(time)) {}
    late_replies(const late_replies&) = delete;
    late_replies& operator=(const late_replies&) = delete;
    ~late_replies() { drop(); }

    /// Completes at `point`; with operation_aborted when cancelled. To be awaited once, at once, by
    /// await_result.
    boost::intrusive_ptr<awaited_operation<void>> wait_until(scheduler::time_point point)
    {
        return boost::intrusive_ptr<awaited_operation<void>>(new wait(*this, point));
    }

    /// The execution context is being destroyed.
    void drop() noexcept
    {
        for (auto all = std::exchange(waiting_, {}); const auto& [key, each] : all) {
            time_->cancel(*each);
            each->drop_handler();
        }
    }

private:
    class wait final : public awaited_operation<void>, public alarm {
    public:
        wait(late_replies& owner, scheduler::time_point point) : owner_(owner), point_(point) {}

        void begin() override
        {
            owner_.waiting_.emplace(this, this);
            owner_.time_->wait_until(point_, *this);
        }

        void on_cancel() override
        {
            owner_.time_->cancel(*this);
            const boost::intrusive_ptr<wait> self(this);
            owner_.waiting_.erase(this);
            abort();
        }

    private:
        void on_alarm() override
        {
            const boost::intrusive_ptr<wait> self(this);
            owner_.waiting_.erase(this);
            complete(result<void>());
        }

        late_replies& owner_;
        scheduler::time_point point_;
    };

    std::shared_ptr<scheduler> time_;
    std::unordered_map<wait*, boost::intrusive_ptr<wait>> waiting_;
};

} // namespace videosdk::inline v0::emulator
