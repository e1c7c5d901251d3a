// A user's test without network and clock: a transport that follows a script, and time that moves only when
// told.
//
// The code under test acquires a unit and gives it back. The script refuses the first acquire with a 429 that
// asks for ten minutes of patience; the test waits for none of them.
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <deque>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Answers the requests one after the other, each in a later turn of the executor.
class script final : public videosdk::transport {
public:
    explicit script(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    void answer(unsigned status, std::string body,
                std::vector<std::pair<std::string, std::string>> headers = {})
    {
        answers_.emplace_back(status, std::move(body), std::move(headers));
    }

    std::vector<std::string> seen; ///< `POST /v2/resource/acquire`

    void start(videosdk::exchange_operation& operation) override
    {
        seen.push_back(std::string(to_string(operation.request.method)) + " " +
                       std::string(operation.request.target));
        operation.mark_sent(true);
        current_ = &operation;
        asio::post(executor_, [this] {
            if (current_ == nullptr) {
                return; // given up meanwhile
            }
            videosdk::response next = std::move(answers_.at(0)); // throws where the script is too short
            answers_.pop_front();
            std::exchange(current_, nullptr)->on_response(std::move(next));
        });
    }
    void cancel(videosdk::exchange_operation&) noexcept override { current_ = nullptr; }
    void close_idle() noexcept override {}
    void shutdown() noexcept override { current_ = nullptr; }

private:
    asio::any_io_executor executor_;
    std::deque<videosdk::response> answers_;
    videosdk::exchange_operation* current_ = nullptr; // this test makes one call at a time
};

/// What is tested.
asio::awaitable<void> acquire_and_release(videosdk::client& client)
{
    auto units = co_await client.acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "https://hooks.example.com/videosdk"},
        {.timeout = 1h});
    co_await client.release(units.front().id);
}

void require(bool holds, const char* what)
{
    if (!holds) {
        throw std::runtime_error(what);
    }
}

int main()
{
    try {
        asio::io_context context;
        auto time = std::make_shared<videosdk::manual_scheduler>();
        auto carrier = std::make_shared<script>(context.get_executor());
        carrier->answer(429, R"({"message":"slow down"})", {{"Retry-After", "600"}});
        carrier->answer(200,
                        R"({"success":true,"data":[{"id":"65f0c1d2e3a4b5c6d7e8f901","status":"pending"}]})");
        carrier->answer(200, R"({"success":true,"data":[{"id":"65f0c1d2e3a4b5c6d7e8f901","success":true}]})");

        videosdk::client_options options;
        options.credentials = videosdk::credentials::token("a.test.token");
        options.serial_executor = true; // one thread runs the context
        videosdk::client client(context.get_executor(), options, carrier, time);

        bool done = false;
        std::exception_ptr thrown;
        asio::co_spawn(context, acquire_and_release(client), [&](std::exception_ptr failure) {
            thrown = failure;
            done = true;
        });
        const auto begun = time->now();
        while (!done) {
            context.restart();
            context.poll(); // all that can be done now
            if (!done && !time->advance_to_next()) {
                throw std::runtime_error("it waits for nothing");
            }
        }
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        require(carrier->seen == std::vector<std::string>{"POST /v2/resource/acquire",
                                                          "POST /v2/resource/acquire",
                                                          "POST /v2/resource/release"},
                "other requests were made");
        require(time->now() - begun >= 10min, "Retry-After was not kept to");
        std::cout << "passed\n";
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
