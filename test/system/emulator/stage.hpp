// One io_context with an emulator on it, a client that speaks to it, and a receiver of its webhooks.
#pragma once

#include "http/server.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/scheduler.hpp>
#include <videosdk/transport.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace emulator_tests {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace emulator = videosdk::emulator;
namespace http = videosdk::http;

/// One request of the client, and what became of it.
class call final : public videosdk::exchange_operation {
public:
    call(std::string token, videosdk::verb method, std::string target, std::string body);

    void on_response(videosdk::response answer) override;
    void on_failure(videosdk::exchange_failure failure) override;

    bool done = false;
    unsigned status = 0; ///< 0: no answer.
    std::string answer;
    std::optional<videosdk::exchange_failure> failure;

private:
    const std::string token_;
    const std::string target_;
    const std::string body_;
    const std::array<videosdk::header_view, 3> headers_;
};

struct seen_webhook {
    std::string target;
    std::string body;
    std::string signature;
};

class stage {
public:
    stage();
    ~stage();

    /// With `options` below.
    void start();
    /// The client trusts this, and nothing else, from now on.
    void trust(const std::string& ca_pem);
    /// Listens for webhooks; answers with `receiver_status`.
    void start_receiver(std::optional<http::server_tls> tls = {});
    std::string receiver_url() const;

    std::unique_ptr<call> begin(videosdk::verb method, std::string target, std::string body = "");
    std::unique_ptr<call> post(std::string target, std::string body);
    /// Acquires a unit whose webhooks go to the receiver; the call when it is done.
    std::unique_ptr<call> acquire();
    std::unique_ptr<call> begin_acquire();
    emulator::statistics counts() const { return provider->statistics(); }

    /// Runs until `done` holds. Fails the test when nothing happens any more.
    void run_until(const std::function<bool()>& done);
    void settle();

    emulator::server_options options;
    unsigned receiver_status = 200;
    std::vector<seen_webhook> seen;
    std::unique_ptr<asio::io_context> io;
    std::shared_ptr<videosdk::scheduler> time;
    std::shared_ptr<videosdk::transport> client;
    std::unique_ptr<http::server> receiver;
    std::unique_ptr<emulator::server> provider;
};

} // namespace emulator_tests
