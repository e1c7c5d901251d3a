// A client whose time a test moves, on real sockets.
#pragma once

#include "http/connection_pool.hpp"
#include "support/certificates.hpp"
#include "system/client/support.hpp"

#include <videosdk/client.hpp>
#include <videosdk/scheduler.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace test {

inline constexpr std::string_view units_json_begin = R"({"success":true,"data":[)";

/// What an acquire is answered.
inline std::string one_unit()
{
    return std::string(units_json_begin) + std::string(unit_json) + "]}";
}

inline const videosdk::acquire_request one_recording{.type = videosdk::resource_type::recording,
                                                     .webhook_url = "https://hooks.example.com/t0"};

using acquired = videosdk::result<std::vector<videosdk::resource>>;

/// Roots that are read sooner than the machine's.
inline const std::string& some_roots()
{
    static const std::string pem = test_support::make_authority().certificate_pem;
    return pem;
}

/// One acquire that goes on while the test does other things.
class world {
public:
    explicit world(const videosdk::client_options& options)
        : carrier_(videosdk::http::make_connection_pool(
              io.get_executor(), clock, *videosdk::http::parse_endpoint(options.endpoint), options.tls,
              options.pool, options.observer, options.proxy, options.headers)),
          client_(std::in_place, io.get_executor(), options, carrier_, clock)
    {
    }
    ~world() { carrier_->shutdown(); }
    world(const world&) = delete;
    world& operator=(const world&) = delete;

    void begin_acquire(const videosdk::call_options& options = {.max_attempts = 1})
    {
        got.reset();
        boost::asio::co_spawn(io, note(client_->try_acquire(one_recording, options), *this),
                              [](std::exception_ptr) {});
    }

    void turn_until(const std::function<bool()>& done)
    {
        io.restart();
        while (!done()) {
            io.poll();
        }
        turn();
    }
    /// What has arrived already is seen.
    void turn()
    {
        for (int i = 0; i < 5; ++i) {
            io.restart();
            io.poll();
        }
    }
    void finish()
    {
        turn_until([this] { return got.has_value(); });
    }

    boost::asio::io_context io;
    std::shared_ptr<videosdk::manual_scheduler> clock = std::make_shared<videosdk::manual_scheduler>();
    std::optional<acquired> got;

private:
    static boost::asio::awaitable<void> note(boost::asio::awaitable<acquired> call, world& self)
    {
        auto outcome = co_await std::move(call);
        self.got.emplace(std::move(outcome));
    }

    std::shared_ptr<videosdk::transport> carrier_;
    std::optional<videosdk::client> client_;
};

/// Nothing of the acquire left, and its error says so, in these words, and no secret.
inline void check_not_sent(const videosdk::error& failure, videosdk::errc code, std::string_view words)
{
    const std::string text = failure.what();
    BOOST_TEST((failure.code() == code), text);
    BOOST_TEST((failure.outcome() == videosdk::outcome::not_sent), text);
    BOOST_TEST((failure.effect() == videosdk::effect::none), text);
    BOOST_TEST(contains(text, words), text << " does not say " << words);
    BOOST_TEST(!contains(text, secret_of_tests), text);
    BOOST_TEST(!contains(text, "eyJ"), text); // How every JWT begins.
}

} // namespace test
