// Pairs of sockets, one end of each under a socket_watch.
#pragma once

#include "http/socket_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace test {

namespace http = videosdk::http;

/// One end of a pair of sockets, watched; the other end is the test's.
class end_of_pair final : public http::watched {
public:
    explicit end_of_pair(std::shared_ptr<http::socket_watch> watch) : watch_(std::move(watch))
    {
        BOOST_REQUIRE_EQUAL(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
        BOOST_REQUIRE(!watch_->add(ends_[0], *this));
    }
    end_of_pair(const end_of_pair&) = delete;
    end_of_pair& operator=(const end_of_pair&) = delete;
    ~end_of_pair()
    {
        leave();
        ::close(ends_[0]);
        hang_up();
    }

    void on_ready(bool ended) override
    {
        ++told;
        told_of_end = told_of_end || ended;
        if (asked_) {
            read();
        }
        if (then) {
            then();
        }
    }

    bool on_due() override
    {
        ++tried;
        const bool had = read();
        if (had) {
            ++answers;
            if (then) {
                then();
            }
        } else if (in_vain) {
            in_vain();
        }
        return had;
    }

    void ask()
    {
        asked_ = true;
        watch_->expect_answer(*this);
    }
    void ask_for_room(bool wanted) { watch_->ask_for_room(ends_[0], *this, wanted); }

    /// Writes until the socket takes no more.
    void fill() const
    {
        const std::array<char, 4096> bytes{};
        while (::send(ends_[0], bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {}
    }
    /// The other end reads all of it.
    void make_room() const
    {
        std::array<char, 4096> place{};
        while (::recv(ends_[1], place.data(), place.size(), MSG_DONTWAIT) > 0) {}
    }

    void say(const std::string& text) const
    {
        BOOST_REQUIRE_EQUAL(::send(ends_[1], text.data(), text.size(), MSG_NOSIGNAL),
                            static_cast<ssize_t>(text.size()));
    }
    void hang_up()
    {
        if (ends_[1] >= 0) {
            ::close(ends_[1]);
            ends_[1] = -1;
        }
    }
    void leave()
    {
        if (!left_) {
            left_ = true;
            watch_->remove(ends_[0], *this);
        }
    }
    void look_again() { watch_->look_again(*this); }

    int told = 0;
    int tried = 0;
    int answers = 0; ///< That were found by trying.
    bool told_of_end = false;
    std::function<void()> then;
    std::function<void()> in_vain; ///< It was tried, and had nothing.

private:
    /// All that is there, as whoever has its answer does.
    bool read()
    {
        std::array<char, 64> place{};
        const bool had = ::recv(ends_[0], place.data(), place.size(), MSG_DONTWAIT) > 0;
        if (had) {
            asked_ = false;
            watch_->answered(*this);
        }
        return had;
    }

    std::shared_ptr<http::socket_watch> watch_;
    std::array<int, 2> ends_{-1, -1};
    bool asked_ = false;
    bool left_ = false;
};

struct watched_sockets {
    boost::asio::io_context io{1};
    std::shared_ptr<http::socket_watch> watch = std::make_shared<http::socket_watch>(io.get_executor());

    void settle()
    {
        io.restart();
        while (io.poll() != 0) {}
    }

    std::vector<std::unique_ptr<end_of_pair>> pairs(std::size_t count)
    {
        std::vector<std::unique_ptr<end_of_pair>> made;
        for (std::size_t i = 0; i < count; ++i) {
            made.push_back(std::make_unique<end_of_pair>(watch));
        }
        settle();
        return made;
    }

    /// Returns how often a handler threw.
    int settle_and_count_throws()
    {
        int thrown = 0;
        io.restart();
        for (bool more = true; more;) {
            try {
                more = io.poll() != 0;
            } catch (const std::runtime_error&) {
                ++thrown;
            }
        }
        return thrown;
    }

    /// All ask, and have not been tried or told since.
    void all_ask(const std::vector<std::unique_ptr<end_of_pair>>& all)
    {
        for (const auto& each : all) {
            each->ask();
        }
        settle();
        for (const auto& each : all) {
            each->told = each->tried = each->answers = 0;
        }
    }

    /// All ask, and are answered in the order of their asking until that is counted on.
    void get_used_to_order(const std::vector<std::unique_ptr<end_of_pair>>& all)
    {
        for (int round = 0; round < 40; ++round) {
            for (const auto& each : all) {
                each->ask();
            }
            for (const auto& each : all) {
                each->say("a");
            }
            settle();
        }
        for (const auto& each : all) {
            each->told = each->tried = each->answers = 0;
        }
    }
};

} // namespace test
