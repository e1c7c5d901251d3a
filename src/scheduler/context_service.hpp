// Ties shared state to an execution context: when the context is destroyed, the state drops its executors and
// I/O objects, so that handles which outlive it are harmless.
#pragma once

#include <videosdk/config.hpp>

#include <boost/asio/any_io_executor.hpp>

namespace videosdk::inline v0 {

/// Something that holds executors or I/O objects of an execution context. Not thread-safe against the
/// destruction of the context itself (nothing is).
class context_member {
public:
    context_member(const context_member&) = delete;
    context_member& operator=(const context_member&) = delete;

    /// Registers with the context of `executor`; thread-safe.
    void join_context(const asio::any_io_executor& executor);
    /// Unregisters; thread-safe; harmless when the context is gone or join_context was never called.
    void leave_context() noexcept;

protected:
    context_member() = default;
    ~context_member();

    /// The context is being destroyed: destroy sockets, timers, executors and stored handlers. Called at most
    /// once, by the thread that destroys the context.
    virtual void context_shutdown() noexcept = 0;

private:
    friend class context_registry;
    class context_registry* registry_ = nullptr;
    context_member* next_ = nullptr;
    context_member* previous_ = nullptr;
};

} // namespace videosdk::inline v0
