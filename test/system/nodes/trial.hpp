// The whole trial: events at random nodes, nodes that are killed, a Redis that goes away, until all is done.
#pragma once

#include "fleet.hpp"
#include "sender.hpp"
#include "support/redis_server.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace nodes {

enum class trouble : std::uint8_t {
    killed = 1, ///< SIGKILL, and a new process over the same files.
    frozen,     ///< SIGSTOP, SIGCONT.
    paused      ///< CLIENT PAUSE.
};

/// How much of everything.
class amounts {
public:
    amounts() = default;

    std::size_t events = 3'000;
    std::chrono::milliseconds from_kill_to_kill{1'500}; ///< Of nodes.
    std::size_t kills = 3;                              ///< At least.
    std::size_t freezes = 0;                            ///< Of nodes, for longer than they may act; at most.
    std::vector<trouble> troubles{trouble::killed, trouble::frozen, trouble::paused};
    std::uint64_t seed = 20'260'101;
};

class trial {
public:
    explicit trial(const amounts& how);

    /// Throws std::runtime_error, naming what did not come, after a time that only a mistake can take.
    void run();

    const book& events() const noexcept { return book_; }
    fleet& nodes() noexcept { return fleet_; }
    std::size_t troubles_over() const noexcept { return troubles_over_; }

private:
    /// Events and troubles go on.
    bool goes_on() const;
    void until(const std::string& what, const std::function<bool()>& holds);
    asio::awaitable<void> send_events();
    asio::awaitable<void> send(record& which);
    asio::awaitable<void> kill_nodes();
    asio::awaitable<void> trouble_redis();
    asio::awaitable<void> pause(std::chrono::milliseconds time);
    void begin(asio::awaitable<void> work);

    const amounts how_;
    asio::io_context context_{1};
    test_support::redis_server redis_;
    book book_;
    fleet fleet_;
    sender sender_;
    std::string path_of_nobody_;
    std::size_t troubles_over_ = 0;
    int working_ = 0;
};

} // namespace nodes
