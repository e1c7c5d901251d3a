// Makes a span of each call, all of one trace, and sends each call's place in it on: W3C Trace Context. A
// tracer of your own takes the place of `spans`, and its context that of `trace`.
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <memory>
#include <random>
#include <string>

namespace asio = boost::asio;

/// What is above the calls: the request that this program works on, say.
class trace {
public:
    trace() : id_(digits(32)) {}

    /// The header of a new span: the trace's id, the span's, and the flag that says it is sampled.
    std::string new_span() { return "00-" + id_ + '-' + digits(16) + "-01"; }

private:
    std::string digits(int count)
    {
        std::string out;
        while (count-- > 0) {
            out += "0123456789abcdef"[random_() % 16];
        }
        out.back() = '1'; // never zeros alone
        return out;
    }

    std::random_device random_;
    std::string id_;
};

/// Prints finished spans where another one would send them to a collector.
struct spans : videosdk::observer {
    void on_call_ended(const videosdk::call_ended& what) override
    {
        std::clog << "span " << what.traceparent.substr(36, 16) << " of trace "
                  << what.traceparent.substr(3, 32) << ": " << what.call << ", " << what.attempts
                  << " attempts, " << what.duration.count() / 1000 << " us, "
                  << (what.code ? what.code.message() : "ok") << '\n';
    }
};

asio::awaitable<void> run(videosdk::client& client, trace& above)
{
    const std::string first = above.new_span();
    auto page = co_await client.list({.status = videosdk::resource_status::idle}, {.traceparent = first});
    std::cout << page << '\n';

    const std::string second = above.new_span();
    auto missing = co_await client.try_get("0123456789abcdef01234567", {.traceparent = second});
    std::cout << (missing.has_value() ? "found" : missing.error().what()) << '\n';
    client.close();
}

int main()
{
    try {
        videosdk::client_options options;
        options.credentials = videosdk::credentials::from_environment();
        options.endpoint = videosdk::endpoint_from_environment();
        options.observer = std::make_shared<spans>();

        asio::io_context context;
        videosdk::client client(context.get_executor(), options);
        trace above;
        asio::co_spawn(context, run(client, above), [](std::exception_ptr failure) {
            if (failure) {
                std::rethrow_exception(failure);
            }
        });
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
