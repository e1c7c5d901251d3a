// With a handler in between, a webhook is answered 200 only when the handler has returned; else 503, and it
// comes again.
#include "receiver_world.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

using namespace videosdk;
using namespace std::chrono_literals;

namespace {

struct handled_world : receiver_world {
    handled_world() : receiver_world(pinned()), gate(context, asio::steady_timer::time_point::max()) {}

    asio::awaitable<void> work(const event& what)
    {
        ++calls;
        tokens.push_back(what.token);
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        if (fails) {
            throw std::runtime_error("the database is away");
        }
    }
    event_handler handler()
    {
        return [this](const event& what) { return work(what); };
    }
    void let_go()
    {
        gate.cancel();
        run();
    }

    asio::steady_timer gate;
    boost::system::error_code ignored;
    int calls = 0;
    bool fails = false;
    std::vector<std::string> tokens;
};

} // namespace

BOOST_AUTO_TEST_SUITE(receiver_handlers)

BOOST_FIXTURE_TEST_CASE(the_answer_waits_for_the_handler, handled_world)
{
    const event_handling all = hub->handle({}, handler());
    const auto& told = send(acquired);
    BOOST_TEST(!told.has_value());
    let_go();
    BOOST_TEST(told->status == 200U);
    BOOST_TEST(tokens.front() == url.substr(url.rfind('/') + 1));
}

BOOST_FIXTURE_TEST_CASE(a_failed_handler_makes_503_and_sees_the_event_again, handled_world)
{
    const event_handling all = hub->handle({}, handler());
    fails = true;
    const auto& first = send(acquired);
    let_go();
    BOOST_TEST(first->status == 503U);
    BOOST_TEST((first->retry_after == 5s));
    BOOST_TEST(first->reason == std::string_view("a handler has not taken it"));
    fails = false;
    const auto& again = send(acquired);
    let_go();
    BOOST_TEST(again->status == 200U);
    BOOST_TEST(again->reason == std::string_view("accepted"));
    BOOST_TEST(calls == 2);
    BOOST_TEST(send(acquired)->reason == std::string_view("repetition"));
    BOOST_TEST(calls == 2);
    BOOST_TEST(receiver->counts().unavailable == 1U);
    BOOST_TEST(receiver->counts().accepted == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_late_handler_makes_503, handled_world)
{
    const event_handling all = hub->handle({}, handler(), {.timeout = 2s});
    const auto& told = send(acquired);
    advance(2s);
    BOOST_TEST(told->status == 503U);
    BOOST_TEST(told->retry_after.has_value());
}

BOOST_FIXTURE_TEST_CASE(too_many_in_progress_make_503_at_once, handled_world)
{
    const event_handling all = hub->handle({}, handler(), {.max_in_progress = 3});
    for (int i = 0; i != 10; ++i) {
        send(R"({"webhookType":"participant-joined","data":{"participantId":"p"}})");
    }
    for (std::size_t i = 0; i != 10; ++i) {
        BOOST_TEST(verdicts[i].has_value() == (i >= 3));
        BOOST_TEST((i < 3 || (verdicts[i]->status == 503 && verdicts[i]->retry_after)));
    }
    let_go();
    BOOST_TEST(calls == 3);
}

BOOST_FIXTURE_TEST_CASE(forgeries_and_nonsense_reach_no_handler, handled_world)
{
    const event_handling all = hub->handle({}, handler());
    BOOST_TEST(send(acquired, rsa_signer::rotated())->status == 401U);
    BOOST_TEST(send("{}")->status == 400U);
    BOOST_TEST(calls == 0);
}

BOOST_AUTO_TEST_SUITE_END()
