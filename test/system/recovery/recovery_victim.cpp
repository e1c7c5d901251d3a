// A process that acquires leases until it holds as many as it should, and then exchanges them for others
// until it is killed. It keeps nothing anywhere but in its memory.
#include "life.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sys/prctl.h>
#include <unistd.h>

namespace {

using namespace recovery;
using videosdk::lease;

constexpr int workers = 24;
constexpr std::size_t sizes[] = {1, 1, 2, 3, 5, 8, 13, 21}; ///< The first four when there are enough already.

void say(std::string_view words)
{
    if (::write(word_descriptor, words.data(), words.size()) != static_cast<ssize_t>(words.size())) {
        throw std::runtime_error("nobody listens");
    }
}

class victim {
public:
    victim(const asio::any_io_executor& executor, const deployment& where, std::uint64_t seed)
        : self_(executor, where), leases_(where.leases), random_(seed)
    {
        say(self_.manager.boot());
    }

    /// What earlier lives have left becomes this one's, before it acquires more.
    asio::awaitable<void> take_over()
    {
        const auto found = co_await self_.manager.try_recover();
        if (found) {
            for (const videosdk::recoverable_unit& each : *found) {
                left_.push_back(each.unit.id);
            }
        }
    }

    asio::awaitable<void> work()
    {
        while (!left_.empty()) {
            const std::string id = std::move(left_.back());
            left_.pop_back();
            auto taken = co_await self_.manager.try_adopt(id);
            if (taken) {
                keep(std::move(*taken));
            }
        }
        for (;;) {
            co_await acquire();
            while (held_.size() > leases_ || (!held_.empty() && below(16) == 0)) {
                co_await give_one_back();
            }
        }
    }

private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    void keep(lease unit)
    {
        held_.push_back(std::move(unit));
        if (held_.size() == leases_ && !std::exchange(told_, true)) {
            say("+");
        }
    }

    /// One that failed has brought nothing, or brings it to somebody else: the next one is made anyway.
    asio::awaitable<void> acquire()
    {
        const std::size_t count = sizes[below(held_.size() < leases_ ? std::size(sizes) : 4)];
        if (count == 1) {
            auto unit = co_await self_.manager.try_acquire({.type = videosdk::resource_type::recording});
            if (unit) {
                keep(std::move(*unit));
            }
            co_return;
        }
        auto units =
            co_await self_.manager.try_acquire_many({.type = videosdk::resource_type::recording}, count);
        if (units) {
            for (lease& each : *units) {
                keep(std::move(each));
            }
        }
    }

    /// By a word, or by the end of its lease.
    asio::awaitable<void> give_one_back()
    {
        std::swap(held_[below(held_.size())], held_.back());
        lease going = std::move(held_.back());
        held_.pop_back();
        if (below(2) == 0) {
            const auto released = co_await going.try_release();
            static_cast<void>(released); // otherwise it goes on in the background
        }
    }

    life self_;
    std::size_t leases_;
    std::mt19937_64 random_;
    std::vector<std::string> left_;
    std::vector<lease> held_;
    bool told_ = false;
};

asio::awaitable<void> live(victim& which, bool takes_over)
{
    if (takes_over) {
        co_await which.take_over();
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    for (int i = 0; i != workers; ++i) {
        asio::co_spawn(executor, which.work(), [](const std::exception_ptr& failure) {
            if (failure) {
                std::rethrow_exception(failure);
            }
        });
    }
}

} // namespace

int main(int argc, char** argv)
{
    // Not even a test that is killed itself leaves one behind.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (argc != 8) {
        std::cerr << "usage: recovery_victim endpoint ca_pem owner port leases seed takes_over\n";
        return 2;
    }
    try {
        deployment where;
        where.endpoint = argv[1];
        where.ca_pem = argv[2];
        where.owner = argv[3];
        where.port = static_cast<std::uint16_t>(std::stoul(argv[4]));
        where.leases = std::stoul(argv[5]);
        asio::io_context context(1);
        victim which(context.get_executor(), where, std::stoull(argv[6]));
        asio::co_spawn(context, live(which, std::string_view(argv[7]) == "1"),
                       [](const std::exception_ptr& failure) {
                           if (failure) {
                               std::rethrow_exception(failure);
                           }
                       });
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << "recovery_victim: " << failure.what() << '\n';
    }
    return 1;
}
