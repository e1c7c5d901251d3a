// The functions of an ownership, cancelled while the store has not answered, and before they begin: the
// caller is told once, and the heartbeat goes on as if nobody had asked.
#include "machine.hpp"

#include <boost/asio/cancellation_signal.hpp>

using namespace lease_tests;
using owning_tests::machine;
using videosdk::errc;

namespace {

constexpr auto aborted = boost::asio::error::operation_aborted;

struct cancelled_world {
    world w;
    owning_tests::model_store store;
    machine m{w, store};
    boost::asio::cancellation_signal signal;

    void cancel()
    {
        signal.emit(boost::asio::cancellation_type::terminal);
        w.run();
    }
    void answer()
    {
        m.store->answer();
        w.run();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(an_ownership_whose_caller_gives_up)

BOOST_AUTO_TEST_CASE(has_started_all_the_same_when_the_store_answers)
{
    cancelled_world it;
    it.m.store->fall_silent();
    const auto started = it.w.await(it.m.owner->try_start(*it.m.leases), it.signal);
    BOOST_REQUIRE(started->open());
    it.cancel();
    BOOST_CHECK_EQUAL(started->code(), aborted);
    BOOST_CHECK_EQUAL(it.m.acquire()->code(), errc::no_tenure); // given a beat that is not answered
    it.answer();
    const auto unit = it.m.acquire();
    BOOST_CHECK_MESSAGE(unit->ok(), unit->what());
    BOOST_CHECK_EQUAL(it.m.start()->code(), errc::invalid_argument); // it was started, once
}

BOOST_AUTO_TEST_CASE(has_stopped_all_the_same)
{
    cancelled_world it;
    BOOST_REQUIRE(it.m.start()->ok());
    BOOST_REQUIRE(it.w.await(it.m.leases->try_shutdown())->ok());
    it.m.store->fall_silent();
    const auto stopped = it.w.await(it.m.owner->try_stop(), it.signal);
    BOOST_REQUIRE(stopped->open());
    it.cancel();
    BOOST_CHECK_EQUAL(stopped->code(), aborted);
    it.answer();
    const auto beats = it.m.counts().beats;
    it.w.pass(std::chrono::minutes(1));
    BOOST_CHECK_EQUAL(it.m.counts().beats, beats); // no beat comes any more
    BOOST_CHECK_EQUAL(it.m.start()->code(), errc::closed);
}

BOOST_AUTO_TEST_CASE(is_told_once_when_the_answer_comes_with_the_cancel)
{
    cancelled_world it;
    it.m.store->fall_silent();
    const auto started = it.w.await(it.m.owner->try_start(*it.m.leases), it.signal);
    it.m.store->answer();
    it.signal.emit(boost::asio::cancellation_type::terminal);
    it.w.run();
    BOOST_REQUIRE(!started->open());
    BOOST_CHECK(started->ok() || started->code() == aborted);
    BOOST_CHECK(it.m.acquire()->ok());
}

BOOST_AUTO_TEST_SUITE_END()
