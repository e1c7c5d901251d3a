// Ends, in any order and with anything going on. Leaks and uses after free are the sanitizers' to find.
#include "stage.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <thread>

using namespace emulator_tests;
using emulator::fault;

namespace {

// A late answer and a webhook without an answer are under way.
void keep_busy(stage& here, std::vector<std::unique_ptr<call>>& calls)
{
    here.options.service.on_request = [](const emulator::request& what) {
        return what.method == "GET" ? fault::delay(1h) : fault();
    };
    here.start_receiver();
    here.start();
    calls.push_back(here.begin(videosdk::verb::get, "/v2/resource"));
    calls.push_back(here.acquire());
    here.run_until([&] { return here.counts().webhooks_sent == 1 && here.counts().count("list") == 1; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(ends)

BOOST_AUTO_TEST_CASE(one_that_was_never_started_ends)
{
    stage here;
    emulator::server never(here.io->get_executor(), here.options);
    emulator::server moved(std::move(never));
    moved = emulator::server(here.io->get_executor(), here.options);
}

BOOST_AUTO_TEST_CASE(a_stop_lets_the_io_context_run_out)
{
    stage here;
    here.start();
    here.acquire();
    here.client->shutdown();
    here.provider->stop();
    here.io->restart();
    here.io->run();
    BOOST_TEST(here.io->stopped());
}

BOOST_AUTO_TEST_CASE(after_a_stop_it_does_not_start_again)
{
    stage here;
    here.start();
    here.provider->stop();
    here.provider->stop();
    BOOST_CHECK_EXCEPTION(here.provider->start(), videosdk::error, [](const videosdk::error& failure) {
        return failure.code() == videosdk::errc::closed;
    });
    here.settle();
    BOOST_TEST(here.counts().requests_total == 0u);
}

BOOST_AUTO_TEST_CASE(it_ends_while_busy)
{
    std::vector<std::unique_ptr<call>> calls;
    stage here;
    keep_busy(here, calls);
    here.provider.reset();
    here.run_until([&] { return calls[0]->done; });
    BOOST_TEST(calls[0]->failure.has_value());
}

BOOST_AUTO_TEST_CASE(it_ends_while_busy_and_nobody_runs_the_io_context_any_more)
{
    std::vector<std::unique_ptr<call>> calls;
    stage here;
    keep_busy(here, calls);
    here.provider.reset();
    here.client->shutdown();
    here.time->shutdown();
    here.client.reset();
    here.receiver.reset();
    here.io.reset();
}

BOOST_AUTO_TEST_CASE(it_outlives_its_io_context)
{
    std::vector<std::unique_ptr<call>> calls;
    stage here;
    keep_busy(here, calls);
    here.client->shutdown();
    here.time->shutdown();
    here.client.reset();
    here.receiver.reset();
    here.io.reset();
    BOOST_TEST(here.counts().resources_acquired == 1u);
    here.provider->with_service([](emulator::service& service, emulator::server::time_point now) {
        service.send_webhook("http://127.0.0.1:9/", "{}", now);
    });
    here.provider->stop();
}

BOOST_AUTO_TEST_CASE(it_ends_on_another_thread_while_the_io_context_runs)
{
    for (int i = 0; i != 10; ++i) {
        stage here;
        here.options.serial_executor = false;
        auto work = asio::make_work_guard(*here.io);
        emulator::server provider(here.io->get_executor(), here.options);
        provider.start();
        std::thread first([&] { here.io->run(); });
        std::thread second([&] { here.io->run(); });
        provider.with_service([](emulator::service& service, emulator::server::time_point now) {
            service.send_webhook("http://127.0.0.1:9/", "{}", now);
        });
        {
            const emulator::server ended(std::move(provider));
        }
        work.reset();
        first.join();
        second.join();
    }
}

BOOST_AUTO_TEST_SUITE_END()
