// A strand over an executor that may be concurrent.
#pragma once

#include <videosdk/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

namespace videosdk::inline v0 {

/// A strand over the executor's own type where that is known: over a type-erased one each step through the
/// strand costs several allocations.
inline asio::any_io_executor make_serial(const asio::any_io_executor& executor)
{
    if (const auto* const context = executor.target<asio::io_context::executor_type>()) {
        return asio::make_strand(*context);
    }
    if (const auto* const pool = executor.target<asio::thread_pool::executor_type>()) {
        return asio::make_strand(*pool);
    }
    return asio::make_strand(executor);
}

} // namespace videosdk::inline v0
