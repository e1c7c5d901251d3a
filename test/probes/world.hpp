// What every probe runs in: a client over a scripted transport, and a count of the checks that have passed.
#pragma once

#include "scripted_transport.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>
#include <memory>
#include <string_view>
#include <vector>

namespace asio = boost::asio;
using videosdk::resource_status;
using videosdk::resource_type;

inline videosdk::client_options options_with_token()
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::token("header.claims.signature");
    options.serial_executor = true;
    return options;
}

/// A client over a scripted transport, and the count of checks that have passed.
class world {
public:
    asio::io_context context;
    std::shared_ptr<scripted_transport> carrier = std::make_shared<scripted_transport>(context);
    std::shared_ptr<videosdk::manual_scheduler> time = std::make_shared<videosdk::manual_scheduler>();
    videosdk::client client{context.get_executor(), options_with_token(), carrier, time};
    int passed = 0;

    void is(bool right) { passed += right ? 1 : 1000; }
    void has(const std::vector<videosdk::resource>& units, std::size_t count)
    {
        is(units.size() == count && units.front().status == resource_status::pending);
    }
    void is_called(const videosdk::resource& unit, std::string_view id) { is(unit.id == id); }
};

using probe = asio::awaitable<void> (*)(world&);

/// Runs the probe where the client works, and on another executor.
inline void run(probe what, int checks)
{
    for (const bool elsewhere : {false, true}) {
        world here;
        asio::any_io_executor executor = here.context.get_executor();
        if (elsewhere) {
            executor = asio::make_strand(here.context);
        }
        std::exception_ptr failure;
        bool ended = false;
        asio::co_spawn(executor, what(here), [&](std::exception_ptr thrown) {
            failure = thrown;
            ended = true;
        });
        here.context.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
        BOOST_TEST(ended);
        BOOST_TEST(here.passed == checks);
    }
}
