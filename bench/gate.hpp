// Where coroutines stand before they do what is measured, so that what they take themselves is seen apart.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace bench {

namespace asio = boost::asio;

class gate {
public:
    explicit gate(std::size_t room) { waiting_.reserve(room); }

    /// To be awaited.
    auto stand()
    {
        auto begin = [](auto handler, gate* where) {
            where->waiting_.push_back(std::make_unique<keep<decltype(handler)>>(std::move(handler)));
        };
        return asio::async_initiate<const asio::deferred_t, void()>(begin, asio::deferred, this);
    }
    /// Whoever comes meanwhile, even for the second time, waits for the next opening.
    void open()
    {
        std::vector<std::unique_ptr<kept>> now;
        now.reserve(waiting_.capacity());
        now.swap(waiting_);
        for (auto& each : now) {
            each->go();
            each.reset();
        }
    }
    /// Of heap, for each that waits here.
    static constexpr std::int64_t bytes = 32;

private:
    struct kept {
        virtual ~kept() = default;
        virtual void go() = 0;
    };
    template <class Handler>
    struct keep final : kept {
        explicit keep(Handler given) : handler(std::move(given)) {}
        void go() override { std::move(handler)(); }
        Handler handler;
    };
    std::vector<std::unique_ptr<kept>> waiting_;
};

} // namespace bench
