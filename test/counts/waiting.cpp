// A coroutine that waits in a hub costs a bounded number of bytes, and as much to resume whoever else waits.
#include "gate.hpp"
#include "memory_transport.hpp"
#include "signed_events.hpp"
#include "world.hpp"

#include <videosdk/event_hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>

namespace {

using namespace counts;
using namespace std::chrono_literals;

void rethrow(const std::exception_ptr& failure)
{
    if (failure) {
        std::rethrow_exception(failure);
    }
}

/// A hub, and coroutines that wait in it; what they take themselves is not counted.
class waiting_world {
public:
    enum class whom { one_resource, one_each };

    counting::call_counts wait(std::size_t count, whom what)
    {
        bench::gate before(count);
        for (std::size_t i = 0; i < count; ++i) {
            asio::co_spawn(io_, wait_for_unit(before, what == whom::one_resource ? 0 : i), rethrow);
        }
        run();
        measurement figures;
        figures.begin();
        before.open();
        run();
        figures.end();
        return figures.counted();
    }

    /// What one event costs that resumes one coroutine.
    counting::call_counts resume(std::size_t number)
    {
        measurement figures;
        asio::co_spawn(io_, publish(number, figures), rethrow);
        run();
        BOOST_TEST(resumed_ == 1U);
        resumed_ = 0;
        return figures.counted();
    }

private:
    static videosdk::client_options client_settings()
    {
        videosdk::client_options out;
        out.credentials = videosdk::credentials::token("token");
        out.serial_executor = true;
        return out;
    }
    static videosdk::event_hub_options hub_settings() // polls nothing meanwhile
    {
        videosdk::event_hub_options out;
        out.poll_after = 10h;
        out.poll_interval_cap = 10h;
        return out;
    }

    asio::awaitable<void> wait_for_unit(bench::gate& before, std::size_t number)
    {
        const std::string id = bench::id_of(number);
        auto standing = before.stand();
        co_await std::move(standing);
        const videosdk::resource unit =
            co_await hub_.wait_for(id, videosdk::resource_status::idle, {.timeout = 10h});
        resumed_ += unit.id == id ? 1 : 0;
    }
    asio::awaitable<void> publish(std::size_t number, measurement& figures)
    {
        videosdk::event what;
        what.type = videosdk::event_type::resource_acquired;
        what.resource_id = bench::id_of(number);
        figures.begin();
        const videosdk::verdict told = co_await hub_.publish(std::move(what));
        figures.end();
        BOOST_TEST((told == videosdk::verdict::accepted));
    }
    void run()
    {
        io_.restart();
        io_.poll();
    }

    std::size_t resumed_ = 0;
    asio::io_context io_{1};
    videosdk::client client_{
        io_.get_executor(), client_settings(),
        std::make_shared<bench::memory_transport>(
            io_.get_executor(), [](const videosdk::request_view&) { return std::string("{}"); }),
        videosdk::make_timer_scheduler(io_.get_executor())};
    videosdk::event_hub hub_{client_, hub_settings()};
};

/// Of what is still there.
void check_wait(waiting_world::whom what, double allocations, double bytes)
{
    constexpr std::size_t count = 10'000;
    waiting_world world;
    const counting::call_counts counted = world.wait(count, what);
    // The gate's own object for each is freed meanwhile.
    const double kept = per(counted.allocations, count) - per(counted.frees, count) + 1;
    const double size = static_cast<double>(counted.bytes) / count + 24;
    BOOST_TEST_MESSAGE("per wait: " << kept << " allocations of " << size << " bytes are kept");
    BOOST_TEST(kept <= allocations);
    BOOST_TEST(size <= bytes);
}

} // namespace

BOOST_AUTO_TEST_SUITE(waiting)

BOOST_AUTO_TEST_CASE(a_wait_is_one_coroutine_and_one_operation)
{
    check_wait(waiting_world::whom::one_resource, 2.01, 500);
}

BOOST_AUTO_TEST_CASE(a_wait_for_a_resource_of_its_own_costs_what_is_known_of_that_too)
{
    check_wait(waiting_world::whom::one_each, 5.01, 970);
}

BOOST_AUTO_TEST_CASE(to_resume_one_of_many_allocates_no_more_than_to_resume_one_of_few)
{
    waiting_world few;
    few.wait(100, waiting_world::whom::one_each);
    waiting_world many;
    many.wait(10'000, waiting_world::whom::one_each);
    for (const std::size_t number : {std::size_t{17}, std::size_t{42}, std::size_t{99}}) {
        const counting::call_counts of_few = few.resume(number);
        const counting::call_counts of_many = many.resume(number);
        BOOST_TEST_MESSAGE("of few: " << text_of(of_few) << "; of many: " << text_of(of_many));
        BOOST_TEST(of_few.allocations <= 5U);
        BOOST_TEST(of_many.allocations <= of_few.allocations);
        BOOST_TEST(of_many.all_calls() <= of_few.all_calls());
    }
}

BOOST_AUTO_TEST_SUITE_END()
