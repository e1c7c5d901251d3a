// The service of an execution context that keeps the list of context members.
#include "scheduler/context_service.hpp"

#include <boost/asio/execution_context.hpp>

#include <mutex>

namespace videosdk::inline v0 {

class context_registry final : public asio::execution_context::service {
public:
    using key_type = context_registry;
    static inline asio::execution_context::id id;

    explicit context_registry(asio::execution_context& context) : service(context) {}

    void add(context_member& member)
    {
        std::lock_guard lock(mutex_);
        member.registry_ = this;
        member.previous_ = nullptr;
        member.next_ = first_;
        if (first_ != nullptr) {
            first_->previous_ = &member;
        }
        first_ = &member;
    }

    void remove(context_member& member) noexcept
    {
        std::lock_guard lock(mutex_);
        unlink(member);
    }

private:
    // A member's shutdown may destroy other members (a coroutine frame that owns a client), so each is taken
    // off the list before it is told, and the list is looked at anew afterwards.
    void shutdown() override
    {
        while (context_member* member = pop()) {
            member->context_shutdown();
        }
    }

    context_member* pop() noexcept
    {
        std::lock_guard lock(mutex_);
        context_member* const member = first_;
        if (member != nullptr) {
            unlink(*member);
        }
        return member;
    }

    void unlink(context_member& member) noexcept
    {
        if (member.registry_ == nullptr) {
            return;
        }
        if (member.previous_ != nullptr) {
            member.previous_->next_ = member.next_;
        } else {
            first_ = member.next_;
        }
        if (member.next_ != nullptr) {
            member.next_->previous_ = member.previous_;
        }
        member.registry_ = nullptr;
        member.next_ = member.previous_ = nullptr;
    }

    std::mutex mutex_;
    context_member* first_ = nullptr;
};

void context_member::join_context(const asio::any_io_executor& executor)
{
    auto& context = asio::query(executor, asio::execution::context);
    asio::use_service<context_registry>(context).add(*this);
}

void context_member::leave_context() noexcept
{
    if (registry_ != nullptr) {
        registry_->remove(*this);
    }
}

context_member::~context_member()
{
    leave_context();
}

} // namespace videosdk::inline v0
