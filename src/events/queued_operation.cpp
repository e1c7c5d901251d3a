// Completes operations whose outcome is decided, one after the other.
#include "events/queued_operation.hpp"

namespace videosdk::inline v0::events {

void handover::push(queued_operation& which, const asio::any_io_executor& home)
{
    list_.push(which);
    post(home);
}

void handover::post(const asio::any_io_executor& home)
{
    if (!posted_) {
        posted_ = true;
        asio::post(home, [self = shared_from_this(), home] {
            self->posted_ = false;
            self->complete_all(home);
        });
    }
}

void handover::complete_all(const asio::any_io_executor& home)
{
    // What callers push when they are resumed waits for the next turn. What one of them throws goes to the
    // executor, and the others get theirs.
    struct rest {
        handover& owner;
        const asio::any_io_executor& home;
        operation_list batch;
        ~rest()
        {
            if (!batch.empty()) {
                owner.list_.put_back(batch);
                owner.post(home);
            }
        }
    };
    rest now{*this, home, {}};
    now.batch.swap(list_);
    while (queued_operation* const next = now.batch.front()) {
        const operation_ptr keep = now.batch.pop();
        next->deliver();
    }
}

} // namespace videosdk::inline v0::events
