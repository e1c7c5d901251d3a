// A connection that ends while its request is being written: what is said to have left is what the socket
// took, in whichever order read and write tell of the end.
#include "http/connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <utility>

namespace {

using namespace std::chrono_literals;
using namespace videosdk::http;
using videosdk::errc;
using videosdk::outcome;

/// A stream that does nothing by itself. A write has ended when the test says so.
class silent_stream final : public stream {
public:
    explicit silent_stream(bool& closed) : closed_(closed) {}

    void connect(std::shared_ptr<stream_listener>) override {}
    std::string waiting_for() const override { return "nothing"; }
    void read(std::span<char>, std::shared_ptr<stream_listener>) override {}
    void write(std::string_view, std::shared_ptr<stream_listener>) override {}
    std::uint64_t bytes_sent() const noexcept override { return taken; }
    unread peek() noexcept override { return unread::nothing; }
    unread leftover() noexcept override { return unread::nothing; }
    bool ended() const noexcept override { return false; }
    void close() noexcept override { closed_ = true; }

    std::uint64_t taken = 0;

private:
    bool& closed_;
};

struct pool_of_one final : connection_owner {
    void on_ready(connection&) override {}
    void on_exchange_over(videosdk::exchange_operation&) noexcept override { ++over; }
    void on_gone(connection&) override { ++gone; }
    void on_connect_failed(connection&, videosdk::exchange_failure) override {}

    int over = 0;
    int gone = 0;
};

struct noted_exchange final : videosdk::exchange_operation {
    void on_response(videosdk::response) override {}
    void on_failure(videosdk::exchange_failure failure) override { failed.emplace(std::move(failure)); }

    std::optional<videosdk::exchange_failure> failed;
};

/// One exchange of a connection whose write is under way.
struct writing_exchange {
    writing_exchange() : settings{{}, videosdk::pool_options()}
    {
        auto made = std::make_unique<silent_stream>(closed);
        bytes = made.get();
        line = std::make_shared<connection>(owner, time, settings, std::move(made));
        line->connect();
        events().on_connected({}, {});
        line->start(exchange);
    }
    ~writing_exchange() { line->detach(); }

    stream_listener& events() { return *line; }

    videosdk::manual_scheduler time;
    pool_of_one owner;
    connection_settings settings{videosdk::http::endpoint(), {}};
    bool closed = false;
    silent_stream* bytes = nullptr;
    std::shared_ptr<connection> line;
    noted_exchange exchange;
};

} // namespace

BOOST_AUTO_TEST_SUITE(connection_ends)

BOOST_AUTO_TEST_CASE(an_end_that_the_read_tells_first_leaves_it_to_the_write_whether_a_byte_left)
{
    for (const auto& end :
         {make_error_code(boost::asio::error::eof), make_error_code(boost::asio::error::connection_reset),
          make_error_code(errc::truncated_response)}) {
        writing_exchange e;
        e.events().on_read(end, 0);
        BOOST_TEST(!e.exchange.failed.has_value());
        BOOST_TEST(e.closed); // the write ends now, if it has not ended before
        e.events().on_written(boost::asio::error::broken_pipe);
        BOOST_REQUIRE(e.exchange.failed.has_value());
        BOOST_TEST((e.exchange.failed->code == errc::connection_stale));
        BOOST_TEST((e.exchange.failed->outcome == outcome::not_sent));
        BOOST_TEST(!e.exchange.sent());
        BOOST_TEST(e.owner.gone == 1);
        BOOST_TEST(e.owner.over == 1);
        BOOST_TEST(e.time.armed() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_byte_that_left_while_the_read_told_of_the_end_makes_it_ambiguous)
{
    for (const bool failed : {true, false}) {
        writing_exchange e;
        e.events().on_read(boost::asio::error::connection_reset, 0);
        e.bytes->taken = 1; // as its completion says
        e.events().on_written(failed ? make_error_code(boost::asio::error::operation_aborted)
                                     : boost::system::error_code());
        BOOST_REQUIRE(e.exchange.failed.has_value());
        BOOST_TEST((e.exchange.failed->code == errc::connection_lost));
        BOOST_TEST((e.exchange.failed->outcome == outcome::ambiguous));
        BOOST_TEST(e.exchange.sent());
    }
}

BOOST_AUTO_TEST_CASE(an_end_of_which_it_is_known_that_bytes_left_is_told_at_once)
{
    writing_exchange e;
    e.bytes->taken = 1;
    e.events().on_read(boost::asio::error::connection_reset, 0);
    BOOST_REQUIRE(e.exchange.failed.has_value());
    BOOST_TEST((e.exchange.failed->outcome == outcome::ambiguous));
    e.events().on_written(boost::asio::error::operation_aborted);
    BOOST_TEST(e.owner.gone == 1);
}

BOOST_AUTO_TEST_CASE(a_cancel_or_deadline_between_the_two_ends_the_exchange_once)
{
    for (const bool deadline : {true, false}) {
        writing_exchange e;
        e.events().on_read(boost::asio::error::connection_reset, 0);
        if (deadline) {
            e.line->expire();
            BOOST_REQUIRE(e.exchange.failed.has_value());
            BOOST_TEST((e.exchange.failed->outcome == outcome::ambiguous));
            e.exchange.failed.reset();
        } else {
            e.line->abandon(e.exchange);
        }
        e.events().on_written(boost::asio::error::operation_aborted);
        BOOST_TEST(!e.exchange.failed.has_value());
        BOOST_TEST(e.owner.gone == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
