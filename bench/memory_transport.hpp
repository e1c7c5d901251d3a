// A provider in memory: a client's exchanges are answered by a function, at the next turn of the executor.
#pragma once

#include <videosdk/scheduler.hpp>
#include <videosdk/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace bench {

class memory_transport final : public videosdk::transport,
                               public std::enable_shared_from_this<memory_transport> {
public:
    /// The body of the answer, whose status is 200.
    using answer_function = std::function<std::string(const videosdk::request_view&)>;

    memory_transport(boost::asio::any_io_executor executor, answer_function answer)
        : executor_(std::move(executor)), answer_(std::move(answer))
    {
    }

    void start(videosdk::exchange_operation& operation) override
    {
        operation.mark_sent(true);
        operation.place = this; // under way
        boost::asio::post(executor_, [self = shared_from_this(), &operation] {
            if (std::exchange(operation.place, nullptr) != nullptr) {
                operation.on_response(videosdk::response(200, self->answer_(operation.request)));
            }
        });
    }

    void cancel(videosdk::exchange_operation& operation) noexcept override { operation.place = nullptr; }
    void close_idle() noexcept override {}
    void shutdown() noexcept override {}

private:
    boost::asio::any_io_executor executor_;
    answer_function answer_;
};

} // namespace bench
