// Operations that wait in a hub: in one of its lists for something to happen, then in one queue for their
// turn to be completed.
#pragma once

#include "scheduler/operation.hpp"

#include <boost/intrusive/list.hpp>

#include <memory>

namespace videosdk::inline v0::events {

/// What a list of operations sees of each.
class queued_operation {
public:
    using hook_type =
        boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

    /// Hands the decided outcome to the caller. Runs the caller's code, so it comes last.
    virtual void deliver() = 0;
    virtual operation_base& operation() noexcept = 0;

    hook_type hook;

protected:
    ~queued_operation() = default;
};

/// Holds a reference to each operation in it.
class operation_list {
public:
    operation_list() = default;
    operation_list(const operation_list&) = delete;
    operation_list& operator=(const operation_list&) = delete;

    ~operation_list()
    {
        while (pop() != nullptr) {}
    }

    bool empty() const noexcept { return list_.empty(); }

    /// Out of the list in which it is, if it is in one: then that one's reference comes with it.
    void push(queued_operation& which) noexcept
    {
        if (which.hook.is_linked()) {
            which.hook.unlink();
        } else {
            intrusive_ptr_add_ref(&which.operation());
        }
        list_.push_back(which);
    }

    /// Takes an operation off whichever list it is in; the reference comes back.
    static operation_ptr remove(queued_operation& which) noexcept
    {
        which.hook.unlink();
        return {&which.operation(), false};
    }

    template <class Function>
    void for_each(Function visit)
    {
        for (queued_operation& each : list_) {
            visit(each);
        }
    }

    queued_operation* front() noexcept { return list_.empty() ? nullptr : &list_.front(); }

    operation_ptr pop() noexcept { return list_.empty() ? operation_ptr() : remove(list_.front()); }

    /// All of `other`, before what is here.
    void put_back(operation_list& other) noexcept { list_.splice(list_.begin(), other.list_); }
    void swap(operation_list& other) noexcept { list_.swap(other.list_); }

private:
    boost::intrusive::list<
        queued_operation,
        boost::intrusive::member_hook<queued_operation, queued_operation::hook_type, &queued_operation::hook>,
        boost::intrusive::constant_time_size<false>>
        list_;
};

/// Operations whose outcome is decided: completed at the next turn of the executor, so that callers never run
/// inside the code that decided, and an exception of one harms no other. Lives on that executor.
class handover : public std::enable_shared_from_this<handover> {
public:
    void push(queued_operation& which, const asio::any_io_executor& home);
    bool empty() const noexcept { return list_.empty(); }
    /// The execution context is going away: all that were not completed yet, to be dropped.
    operation_list& leftovers() noexcept { return list_; }

private:
    void complete_all(const asio::any_io_executor& home);
    void post(const asio::any_io_executor& home);

    operation_list list_;
    bool posted_ = false;
};

} // namespace videosdk::inline v0::events
