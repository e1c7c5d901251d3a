// How often a call is sent again, when, and at whose cost: retry_policy as its user sees it.
#include "fixture.hpp"

#include <set>
#include <vector>

namespace {

using namespace test;
using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;

constexpr const char* released_already = R"({"message":"resource is already released"})";

/// What a client does whose provider answers 503 to everything.
std::size_t exchanges_of_outage(client_fixture& f, std::size_t calls)
{
    f.carrier->decide = [](const seen_request&) { return answer(503, "{}"); };
    const std::size_t before = f.carrier->seen().size();
    for (std::size_t i = 0; i != calls; ++i) {
        BOOST_TEST(f.finish(f.client->try_get("r1")).has_error());
    }
    return f.carrier->seen().size() - before;
}

/// The pause before the second exchange of a get whose first was answered so; nothing where there was none.
std::optional<std::chrono::nanoseconds> pause_after(client_fixture& f, unsigned status,
                                                    std::vector<std::pair<std::string, std::string>> headers,
                                                    std::chrono::nanoseconds timeout = 30s)
{
    const auto before = f.carrier->seen().size();
    const auto begun = f.time->now();
    f.carrier->expect(answer(status, "{}", std::move(headers)));
    f.carrier->expect(answer(200, R"({"id":"r1"})"));
    const auto got = f.finish(f.client->try_get("r1", {.timeout = timeout}));
    const auto took = f.time->now() - begun;
    if (got) {
        return took;
    }
    BOOST_TEST(f.carrier->seen().size() == before + 1);
    BOOST_TEST((took == 0s)); // it does not wait for what will not come in time
    f.finish(f.client->try_get("r1"));
    return std::nullopt;
}

std::optional<std::chrono::nanoseconds> pause_after(client_fixture& f, const char* retry_after)
{
    return pause_after(f, 429, {{"Retry-After", retry_after}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(retrying)

BOOST_AUTO_TEST_CASE(an_outage_costs_at_most_a_tenth_and_ten_and_no_more_than_a_fifth_of_a_hundred_calls)
{
    for (const std::size_t calls : {1U, 2U, 5U, 6U, 10U, 50U, 99U, 100U, 101U, 150U, 500U}) {
        client_fixture f;
        const std::size_t exchanges = exchanges_of_outage(f, calls);
        BOOST_TEST(exchanges <= calls + 10 + calls / 10, calls << " calls");
        BOOST_TEST(exchanges <= 3 * calls, calls << " calls");
        if (calls >= 100) {
            BOOST_TEST(exchanges * 10 <= calls * 12, calls << " calls");
        }
        // The reserve is there to be spent: the first five calls have all their attempts.
        BOOST_TEST(exchanges >= calls + std::min<std::size_t>(2 * calls, 10), calls << " calls");
        // And so is what each call brings, but for the first, whose tenth does not fit in.
        BOOST_TEST(exchanges + 1 >= calls + std::min<std::size_t>(2 * calls, 10 + calls / 10),
                   calls << " calls");
    }
}

BOOST_AUTO_TEST_CASE(however_many_calls_went_well_before_an_outage_costs_the_same)
{
    client_fixture f;
    f.carrier->decide = [](const seen_request&) { return answer(200, R"({"id":"r1"})"); };
    for (int i = 0; i != 2'000; ++i) {
        f.finish(f.client->get("r1"));
    }
    BOOST_TEST(exchanges_of_outage(f, 100) <= 120U);
}

BOOST_AUTO_TEST_CASE(calls_that_are_in_flight_together_pay_from_one_budget_and_those_of_another_client_do_not)
{
    auto options = quiet_options();
    options.retry.budget_reserve = 2;
    options.retry.budget_ratio = 0;
    client_fixture f(options);
    videosdk::client other(f.io.get_executor(), options, f.carrier, f.time);
    f.carrier->decide = [](const seen_request&) { return answer(503, "{}"); };
    started<videosdk::resource> get(f.io, f.client->try_get("r1"));
    started<videosdk::release_result> release(f.io, f.client->try_release("r1"));
    started<videosdk::raw_response> request(f.io, f.client->try_request(videosdk::verb::get, "/rooms"));
    f.settle();
    while (f.time->advance_to_next()) {
        f.settle();
    }
    BOOST_TEST((get.ended && release.ended && request.ended));
    BOOST_TEST(f.carrier->seen().size() == 5U);
    f.finish(other.try_get("r1"));
    BOOST_TEST(f.carrier->seen().size() == 8U);
}

BOOST_AUTO_TEST_CASE(retry_after_is_kept_to_in_every_form_that_the_rfc_has)
{
    for (const char* value : {"7", " 7 ", "\t7", "007", "Sun, 06 Nov 1994 08:49:37 GMT",
                              "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
        client_fixture f;
        using namespace std::chrono;
        f.time->set_wall_clock(sys_days(1994y / November / 6) + 8h + 49min + 30s);
        const auto pause = pause_after(f, value);
        BOOST_REQUIRE_MESSAGE(pause.has_value(), value);
        BOOST_TEST((*pause == 7s), value);
    }
}

BOOST_AUTO_TEST_CASE(a_retry_after_that_is_past_or_makes_no_sense_leaves_the_back_off_as_it_is)
{
    for (const char* value : {"0", "Sun, 06 Nov 1994 08:49:29 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "-7",
                              "+7", "7.5", "7s", "soon", "", "7, 9", "Sun, 31 Feb 1994 08:49:37 GMT",
                              "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 25:49:37 GMT"}) {
        client_fixture f;
        using namespace std::chrono;
        f.time->set_wall_clock(sys_days(1994y / November / 6) + 8h + 49min + 30s);
        const auto pause = pause_after(f, value);
        BOOST_REQUIRE_MESSAGE(pause.has_value(), value);
        BOOST_TEST((*pause < videosdk::retry_policy().backoff_base), value);
    }
}

BOOST_AUTO_TEST_CASE(a_retry_after_beyond_the_deadline_ends_the_call_at_once_and_is_told)
{
    for (const char* value :
         {"30", "86400", "2147483648", "99999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
        client_fixture f;
        f.carrier->expect(answer(429, "{}", {{"Retry-After", value}}));
        const auto begun = f.time->now();
        const auto got = f.finish(f.client->try_acquire(one_recording));
        BOOST_REQUIRE_MESSAGE(got.has_error(), value);
        BOOST_TEST((got.error().code() == errc::rate_limited), value);
        BOOST_TEST((got.error().effect() == effect::none), value);
        BOOST_TEST((got.error().retry_after() >= 30s), value);
        BOOST_TEST(f.carrier->seen().size() == 1U, value);
        BOOST_TEST((f.time->now() == begun), value);
        BOOST_TEST(f.time->armed() == 0U, value);
    }
}

BOOST_AUTO_TEST_CASE(a_retry_after_of_days_is_waited_for_by_a_call_that_has_the_time)
{
    client_fixture f;
    const auto pause = pause_after(f, 503, {{"Retry-After", "172800"}}, std::chrono::hours(24 * 7));
    BOOST_REQUIRE(pause.has_value());
    BOOST_TEST((*pause == std::chrono::hours(48)));
}

BOOST_AUTO_TEST_CASE(of_several_retry_after_the_longest_that_makes_sense_is_kept_to)
{
    client_fixture f;
    const auto pause =
        pause_after(f, 503, {{"Retry-After", "3"}, {"RETRY-AFTER", "soon"}, {"retry-after", "9"}});
    BOOST_REQUIRE(pause.has_value());
    BOOST_TEST((*pause == 9s));
    const auto other =
        pause_after(f, 503, {{"Retry-After", "2"}, {"Retry-After", "1"}, {"Retry-After", "x"}});
    BOOST_REQUIRE(other.has_value());
    BOOST_TEST((*other == 2s));
}

BOOST_AUTO_TEST_CASE(pauses_are_by_chance_below_a_cap_that_doubles)
{
    auto options = quiet_options();
    options.retry.backoff_base = 100ms;
    options.retry.backoff_cap = 300ms;
    options.retry.max_attempts = 5;
    options.retry.budget_reserve = 1'000;
    client_fixture f(options);
    const std::chrono::nanoseconds caps[] = {100ms, 200ms, 300ms, 300ms};
    std::vector<std::chrono::nanoseconds> pauses[4];
    for (int i = 0; i != 64; ++i) {
        std::vector<videosdk::scheduler::time_point> sent;
        f.carrier->decide = [&](const seen_request&) {
            sent.push_back(f.time->now());
            return answer(503, "{}");
        };
        f.finish(f.client->try_get("r1"));
        BOOST_REQUIRE(sent.size() == 5U);
        for (std::size_t n = 0; n != 4; ++n) {
            pauses[n].push_back(sent[n + 1] - sent[n]);
        }
    }
    for (std::size_t n = 0; n != 4; ++n) {
        // That all of 64 fall into one half is as likely as guessing such a number's bits.
        const auto [least, most] = std::minmax_element(pauses[n].begin(), pauses[n].end());
        BOOST_TEST((*least < caps[n] / 2));
        BOOST_TEST((*most >= caps[n] / 2));
        BOOST_TEST((*most < caps[n]));
        BOOST_TEST(std::set(pauses[n].begin(), pauses[n].end()).size() > 16U);
    }
}

BOOST_AUTO_TEST_CASE(a_call_has_its_own_number_of_attempts_and_its_own_deadline)
{
    auto options = quiet_options();
    options.retry.max_attempts = 2;
    options.timeout = 10s;
    client_fixture f(options);
    f.carrier->decide = [](const seen_request&) { return answer(503, "{}", {{"Retry-After", "4"}}); };
    const auto exchanges = [&](const videosdk::call_options& how) {
        const auto before = f.carrier->seen().size();
        const auto got = f.finish(f.client->try_get("r1", how));
        BOOST_TEST(got.error().attempts() == f.carrier->seen().size() - before);
        return got.error().attempts();
    };
    BOOST_TEST(exchanges({}) == 2U);
    BOOST_TEST(exchanges({.max_attempts = 1}) == 1U);
    BOOST_TEST(exchanges({.max_attempts = 9}) == 3U); // at 0, 4 and 8 s
    BOOST_TEST(exchanges({.timeout = 4s}) == 1U);
    BOOST_TEST(exchanges({.timeout = 1min, .max_attempts = 4}) == 4U);
    BOOST_TEST(exchanges({}) == 2U); // what one call has is nothing to the next
}

BOOST_AUTO_TEST_CASE(every_attempt_has_only_the_time_that_is_left_of_the_one_deadline)
{
    for (const auto& hanging : {hang_in_queue(), hang_after_write()}) {
        client_fixture f;
        f.carrier->expect(failure(errc::connection_stale, outcome::not_sent, true));
        f.carrier->expect(answer(401, "{}"));
        f.carrier->expect(answer(503, "{}", {{"Retry-After", "4"}}));
        f.carrier->expect(hanging);
        const auto begun = f.time->now();
        const auto got = f.finish(f.client->try_release("r1", {.timeout = 10s}));
        BOOST_REQUIRE(got.has_error());
        BOOST_TEST((got.error().code() == videosdk::condition::timeout));
        BOOST_TEST((f.time->now() - begun == 10s));
        BOOST_TEST(f.carrier->seen().size() == 4U);
        BOOST_TEST(f.time->armed() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_fresh_token_is_an_attempt_and_only_a_minted_one_is_renewed)
{
    for (const auto& who : {videosdk::credentials::token("eyJ.a.token"),
                            videosdk::credentials::token_function([] { return std::string("eyJ.b.token"); }),
                            videosdk::credentials::key_and_secret("api-key-of-tests", "a-secret-of-tests")}) {
        auto options = quiet_options();
        options.credentials = who;
        client_fixture f(options);
        f.carrier->decide = [](const seen_request&) { return answer(401, "{}"); };
        const bool mints = who.kind() == videosdk::credentials_kind::key_and_secret;
        BOOST_TEST(f.finish(f.client->try_get("r1")).error().attempts() == (mints ? 2U : 1U));
        BOOST_TEST(f.finish(f.client->try_acquire(one_recording)).error().attempts() == (mints ? 2U : 1U));
        BOOST_TEST(f.finish(f.client->try_get("r1", {.max_attempts = 1})).error().attempts() == 1U);
        BOOST_TEST(f.carrier->seen().size() == (mints ? 5U : 3U));
    }
}

BOOST_AUTO_TEST_CASE(attempts_are_the_exchanges_that_were_begun)
{
    client_fixture f;
    f.carrier->expect(failure(errc::connect_failed, outcome::not_sent));
    started<videosdk::resource> backing_off(f.io, f.client->try_get("r1"));
    f.settle();
    backing_off.signal.emit(boost::asio::cancellation_type::total);
    f.settle();
    BOOST_REQUIRE(backing_off.outcome.has_value());
    BOOST_TEST(backing_off.outcome->error().attempts() == 1U);

    int asked = 0;
    auto options = quiet_options();
    options.credentials = videosdk::credentials::token_function([&] {
        if (++asked == 2) {
            throw std::runtime_error("no token today");
        }
        return std::string("eyJ.a.token");
    });
    client_fixture tokens(options);
    tokens.carrier->expect(answer(503, "{}"));
    const auto got = tokens.finish(tokens.client->try_release("r1"));
    BOOST_TEST((got.error().code() == errc::invalid_credentials));
    BOOST_TEST(got.error().attempts() == 1U);
    BOOST_TEST((got.error().effect() == effect::unknown)); // of the 503
}

BOOST_AUTO_TEST_CASE(a_resource_that_is_released_already_is_released_whatever_the_status_says)
{
    const std::vector<std::string> one{"r1"};
    const std::vector<std::string> two{"r1", "r2"};
    for (const unsigned status : {400U, 404U, 409U, 422U}) {
        client_fixture f;
        f.carrier->decide = [&](const seen_request&) { return answer(status, released_already); };
        const auto single = f.finish(f.client->try_release("r1"));
        BOOST_REQUIRE_MESSAGE(single.has_value(), status);
        BOOST_TEST(single->success);
        BOOST_TEST(single->id == "r1");
        BOOST_TEST(single->message == "resource is already released");
        const auto many = f.finish(f.client->try_release(one));
        BOOST_REQUIRE(many.has_value());
        BOOST_REQUIRE(many->size() == 1U);
        BOOST_TEST((*many)[0].success);
        BOOST_TEST(f.finish(f.client->try_release(two)).has_error()); // which of them?
        BOOST_TEST(f.finish(f.client->try_get("r1")).has_error());
    }
    client_fixture f;
    f.carrier->expect(failure(errc::connection_lost, outcome::ambiguous));
    f.carrier->expect(answer(200, R"({"success":false,"message":"Resource already released"})"));
    BOOST_TEST(f.finish(f.client->release("r1")).success);
    f.carrier->decide = [](const seen_request&) { return answer(409, R"({"message":"not idle"})"); };
    BOOST_TEST((f.finish(f.client->try_release("r1")).error().code() == errc::conflict));
    f.carrier->decide = [](const seen_request&) { return answer(503, released_already); };
    BOOST_TEST(f.finish(f.client->try_release("r1")).has_error()); // nobody has looked
}

BOOST_AUTO_TEST_SUITE_END()
