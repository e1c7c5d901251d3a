// When a call is sent again, when it waits, and when it ends.
#include "api/call_machine.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace {

using namespace std::chrono_literals;
using videosdk::call_action;
using videosdk::errc;
using videosdk::outcome;
using point = videosdk::call_machine::time_point;

const point begin(1h);

videosdk::call_rules rules(bool idempotent)
{
    return {idempotent, true, 3, 100ms, 1s, begin + 30s};
}

videosdk::exchange_report failed(errc code, outcome what, bool reused = false)
{
    videosdk::exchange_report report;
    report.code = code;
    report.outcome = what;
    report.reused = reused;
    return report;
}

videosdk::exchange_report answered(unsigned status, std::optional<std::chrono::seconds> retry_after = {})
{
    videosdk::exchange_report report;
    report.outcome = outcome::answered;
    report.http_status = status;
    report.retry_after = retry_after;
    return report;
}

call_action::kind first_action(bool idempotent, const videosdk::exchange_report& report)
{
    videosdk::call_machine machine(rules(idempotent));
    machine.start();
    return machine.after_exchange(report, begin, 0.5).what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(call_machine)

BOOST_AUTO_TEST_CASE(a_call_that_may_act_twice_is_never_sent_again_once_a_byte_left)
{
    for (const errc code : {errc::connection_lost, errc::truncated_response, errc::response_timeout,
                            errc::malformed_response, errc::response_too_large}) {
        BOOST_TEST((first_action(false, failed(code, outcome::ambiguous)) == call_action::kind::finish));
    }
    for (const unsigned status : {408U, 409U, 500U, 502U, 503U, 504U}) {
        BOOST_TEST((first_action(false, answered(status)) == call_action::kind::finish));
    }
}

BOOST_AUTO_TEST_CASE(an_idempotent_call_is_sent_again_after_a_loss_or_a_server_error)
{
    for (const errc code : {errc::connection_lost, errc::truncated_response}) {
        BOOST_TEST((first_action(true, failed(code, outcome::ambiguous)) == call_action::kind::wait));
    }
    for (const unsigned status : {408U, 500U, 503U}) {
        BOOST_TEST((first_action(true, answered(status)) == call_action::kind::wait));
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_cured_by_repetition_is_not_repeated)
{
    for (const unsigned status : {400U, 402U, 403U, 404U, 409U, 422U, 301U}) {
        BOOST_TEST((first_action(true, answered(status)) == call_action::kind::finish));
    }
    for (const errc code : {errc::tls_failed, errc::timeout, errc::pool_exhausted}) {
        BOOST_TEST((first_action(true, failed(code, outcome::not_sent)) == call_action::kind::finish));
    }
}

BOOST_AUTO_TEST_CASE(any_call_is_sent_again_when_nothing_left_or_nothing_was_done)
{
    for (const bool idempotent : {false, true}) {
        BOOST_TEST((first_action(idempotent, failed(errc::connect_failed, outcome::not_sent)) ==
                    call_action::kind::wait));
        BOOST_TEST((first_action(idempotent, answered(429)) == call_action::kind::wait));
        BOOST_TEST((first_action(idempotent, failed(errc::connection_stale, outcome::not_sent, true)) ==
                    call_action::kind::send));
    }
}

BOOST_AUTO_TEST_CASE(a_stale_connection_costs_no_attempt)
{
    videosdk::call_machine machine(rules(false));
    machine.start();
    for (int i = 0; i < 10; ++i) {
        machine.after_exchange(failed(errc::connection_stale, outcome::not_sent, true), begin, 0.5);
    }
    BOOST_TEST(machine.attempts() == 1U);
}

BOOST_AUTO_TEST_CASE(a_fresh_connection_that_ends_before_a_byte_left_costs_an_attempt_and_a_pause)
{
    videosdk::call_machine machine(rules(false));
    machine.start();
    const call_action next =
        machine.after_exchange(failed(errc::connection_stale, outcome::not_sent, false), begin, 0.5);
    BOOST_TEST((next.what == call_action::kind::wait));
    BOOST_TEST((next.until == begin + 50ms));
    machine.after_wait();
    BOOST_TEST(machine.attempts() == 2U);
}

BOOST_AUTO_TEST_CASE(stale_connections_without_end_are_an_outage)
{
    videosdk::call_machine machine(rules(false));
    machine.start();
    call_action last;
    for (int i = 0; i < 100 && last.what == call_action::kind::finish; ++i) {
        last = machine.after_exchange(failed(errc::connection_stale, outcome::not_sent, true), begin, 0.5);
        if (last.what == call_action::kind::send) {
            last = {};
        }
    }
    BOOST_TEST((last.what == call_action::kind::wait));
}

BOOST_AUTO_TEST_CASE(attempts_end_at_the_limit)
{
    videosdk::call_machine machine(rules(true));
    machine.start();
    BOOST_TEST((machine.after_exchange(answered(503), begin, 0.5).what == call_action::kind::wait));
    BOOST_TEST(machine.attempts() == 1U); // until the next exchange begins
    BOOST_TEST((machine.after_wait().what == call_action::kind::send));
    BOOST_TEST((machine.after_exchange(answered(503), begin, 0.5).what == call_action::kind::wait));
    machine.after_wait();
    BOOST_TEST((machine.after_exchange(answered(503), begin, 0.5).what == call_action::kind::finish));
    BOOST_TEST(machine.attempts() == 3U);
}

BOOST_AUTO_TEST_CASE(the_pause_is_full_jitter_under_a_doubling_cap)
{
    videosdk::call_machine machine({true, false, 10, 100ms, 350ms, begin + 30s});
    machine.start();
    const auto pause_until = [&](double chance) {
        const point until = machine.after_exchange(answered(503), begin, chance).until;
        machine.after_wait();
        return until;
    };
    BOOST_TEST((pause_until(0.0) == begin));
    BOOST_TEST((pause_until(0.5) == begin + 100ms)); // half of 200 ms
    BOOST_TEST((pause_until(0.5) == begin + 175ms)); // half of the cap
    BOOST_TEST((pause_until(0.5) == begin + 175ms));
}

BOOST_AUTO_TEST_CASE(retry_after_is_the_lower_bound_of_the_pause)
{
    videosdk::call_machine machine(rules(true));
    machine.start();
    BOOST_TEST((machine.after_exchange(answered(429, 7s), begin, 0.5).until == begin + 7s));
}

BOOST_AUTO_TEST_CASE(a_pause_beyond_the_deadline_ends_the_call_at_once)
{
    BOOST_TEST((first_action(true, answered(429, 31s)) == call_action::kind::finish));
    BOOST_TEST((first_action(true, answered(429, std::chrono::seconds::max())) == call_action::kind::finish));
    BOOST_TEST((first_action(true, answered(429, 29s)) == call_action::kind::wait));
}

BOOST_AUTO_TEST_CASE(a_401_is_cured_once_by_a_fresh_token_where_we_mint)
{
    videosdk::call_machine machine(rules(false));
    machine.start();
    BOOST_TEST(
        (machine.after_exchange(answered(401), begin, 0.5).what == call_action::kind::remint_and_wait));
    BOOST_TEST((machine.after_exchange(answered(401), begin, 0.5).what == call_action::kind::finish));

    videosdk::call_machine fixed({false, false, 3, 100ms, 1s, begin + 30s});
    fixed.start();
    BOOST_TEST((fixed.after_exchange(answered(401), begin, 0.5).what == call_action::kind::finish));
}

BOOST_AUTO_TEST_CASE(effects_follow_the_table)
{
    using videosdk::effect;
    using videosdk::effect_of;
    BOOST_TEST((effect_of(failed(errc::connect_failed, outcome::not_sent)) == effect::none));
    BOOST_TEST((effect_of(failed(errc::connection_lost, outcome::ambiguous)) == effect::unknown));
    for (const unsigned status : {400U, 401U, 402U, 403U, 404U, 429U}) {
        BOOST_TEST((effect_of(answered(status)) == effect::none));
    }
    for (const unsigned status : {408U, 409U, 500U, 503U, 302U, 418U}) {
        BOOST_TEST((effect_of(answered(status)) == effect::unknown));
    }
    BOOST_TEST((effect_of(answered(200)) == effect::known));
}

BOOST_AUTO_TEST_CASE(an_outage_costs_at_most_the_budget)
{
    const videosdk::retry_policy policy;
    videosdk::retry_budget budget(policy.budget_ratio, policy.budget_reserve);
    unsigned exchanges = 0;
    constexpr unsigned calls = 100;
    for (unsigned i = 0; i < calls; ++i) {
        auto each = rules(true);
        each.budget = &budget;
        videosdk::call_machine machine(each);
        machine.start();
        while (machine.after_exchange(answered(503), begin, 0.5).what == call_action::kind::wait) {
            machine.after_wait();
        }
        exchanges += machine.attempts();
    }
    BOOST_TEST(exchanges <= calls * 1.2);
    BOOST_TEST(exchanges >= calls + policy.budget_reserve); // which is there to be spent
}

BOOST_AUTO_TEST_CASE(a_good_time_saves_up_no_more_than_the_reserve)
{
    videosdk::retry_budget budget(0.5, 3);
    for (int i = 0; i < 1'000; ++i) {
        budget.on_call();
    }
    int taken = 0;
    while (budget.take()) {
        ++taken;
    }
    BOOST_TEST(taken == 3);
}

BOOST_AUTO_TEST_CASE(a_budget_without_a_reserve_pays_by_its_ratio)
{
    videosdk::retry_budget budget(0.25, 0);
    for (int i = 0; i < 3; ++i) {
        budget.on_call();
    }
    BOOST_TEST(!budget.take());
    budget.on_call();
    BOOST_TEST(budget.take());
    BOOST_TEST(!budget.take());
}

BOOST_AUTO_TEST_CASE(a_fresh_token_and_a_repetition_are_paid_for_but_stale_connections_are_not)
{
    videosdk::retry_budget budget(0, 1);
    auto both = rules(true);
    both.budget = &budget;
    videosdk::call_machine machine(both);
    machine.start();
    BOOST_TEST(
        (machine.after_exchange(failed(errc::connection_stale, outcome::not_sent, true), begin, 0.5).what ==
         call_action::kind::send));
    BOOST_TEST(
        (machine.after_exchange(answered(401), begin, 0.5).what == call_action::kind::remint_and_wait));
    BOOST_TEST(!machine.out_of_budget());
    BOOST_TEST((machine.after_exchange(answered(503), begin, 0.5).what == call_action::kind::finish));
    BOOST_TEST(machine.out_of_budget());
}

BOOST_AUTO_TEST_SUITE_END()
