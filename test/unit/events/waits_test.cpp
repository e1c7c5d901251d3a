// A wait ends exactly once: by a fact, an event, a poll, a failure or its deadline, and never falsely.
#include "hub_world.hpp"

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

BOOST_AUTO_TEST_SUITE(waits)

BOOST_FIXTURE_TEST_CASE(an_event_that_came_before_the_wait_ends_it_at_once, hub_world)
{
    publish(event_of(event_type::resource_acquired, "r"));
    wait_outcome ready;
    wait(ready, "r", idle);
    BOOST_TEST(ready.ok());
    BOOST_TEST((*ready.value)->id == "r");
    BOOST_TEST((*ready.value)->status == idle);
    BOOST_TEST(api->exchanges == 0U);
    BOOST_TEST(counts().resolved_by_fact == 1U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_event_during_the_wait_ends_it_without_a_get, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    BOOST_TEST(ready.open());
    BOOST_TEST(counts().waiting == 1U);
    event told = event_of(event_type::resource_acquired, "r");
    told.resource_kind = resource_type::recording;
    BOOST_TEST(publish(told) == verdict::accepted);
    BOOST_TEST(ready.ok());
    BOOST_TEST((*ready.value)->type == resource_type::recording);
    const hub_counts after = counts();
    BOOST_TEST(after.resolved_by_event == 1U);
    BOOST_TEST(after.waiting == 0U);
    BOOST_TEST(api->exchanges == 0U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(without_events_polls_bring_the_news_at_growing_intervals, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    advance(3999ms);
    BOOST_TEST(api->exchanges == 0U);
    advance(1ms);
    BOOST_TEST(api->exchanges == 1U);
    BOOST_TEST(answer("r", "pending"));
    advance(5999ms);
    BOOST_TEST(api->exchanges == 1U);
    advance(1ms);
    BOOST_TEST(answer("r", "pending"));
    advance(9s);
    BOOST_TEST(answer("r", "pending"));
    advance(9s); // the cap
    BOOST_TEST(api->exchanges == 4U);
    BOOST_TEST(ready.open());
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.ok());
    BOOST_TEST((*ready.value)->webhook_url == "https://hooks.example.com/");
    const hub_counts after = counts();
    BOOST_TEST(after.resolved_by_poll == 1U);
    BOOST_TEST(after.polls == 4U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_poll_that_fails_is_outlasted, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    advance(4s);
    BOOST_TEST(refuse("r", 500));
    advance(6s);
    at_home([&] { api->fail("/r", errc::connect_failed); });
    BOOST_TEST(ready.open());
    advance(9s);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.ok());
}

BOOST_FIXTURE_TEST_CASE(a_poll_that_is_told_to_come_later_comes_later, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    advance(4s);
    BOOST_TEST(refuse("r", 429, "{}", {{"Retry-After", "60"}}));
    advance(59s);
    BOOST_TEST(api->exchanges == 1U);
    advance(1s);
    BOOST_TEST(api->exchanges == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_release_while_waiting_for_idle_fails_the_wait_at_once, hub_world)
{
    wait_outcome ready;
    wait_outcome gone;
    wait(ready, "r", idle);
    wait(gone, "r", released);
    publish(event_of(event_type::resource_released, "r"));
    BOOST_TEST(ready.code() == errc::status_unreachable);
    BOOST_TEST(ready.what().find("resource r cannot become idle: it is released") != std::string::npos);
    BOOST_TEST(gone.ok());
    wait_outcome late;
    wait(late, "r", composing);
    BOOST_TEST(late.code() == errc::status_unreachable);
}

BOOST_FIXTURE_TEST_CASE(pending_is_unreachable_once_provisioned, hub_world)
{
    wait_outcome first;
    wait(first, "r", pending);
    publish(event_of(event_type::resource_acquired, "r"));
    BOOST_TEST(first.code() == errc::status_unreachable);
    wait_outcome known;
    wait(known, "s", pending);
    advance(4s);
    BOOST_TEST(answer("s", "pending"));
    BOOST_TEST(known.ok());
}

BOOST_FIXTURE_TEST_CASE(a_status_that_has_passed_does_not_count, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    advance(4s);
    BOOST_TEST(answer("r", "composing"));
    BOOST_TEST(ready.open());
    BOOST_TEST(publish(event_of(event_type::resource_acquired, "r")) == verdict::accepted); // late
    BOOST_TEST(ready.open());
    wait_outcome busy;
    wait(busy, "r", composing);
    BOOST_TEST(busy.ok());
    BOOST_TEST(ready.open());
}

BOOST_FIXTURE_TEST_CASE(a_deadline_names_what_was_seen_last, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle, 5s);
    advance(4s);
    BOOST_TEST(answer("r", "pending"));
    advance(999ms);
    BOOST_TEST(ready.open());
    advance(1ms);
    BOOST_TEST(ready.code() == errc::wait_timeout);
    BOOST_TEST((ready.code() == condition::timeout));
    BOOST_TEST(
        ready.what() ==
        "wait_for: wait timeout: resource r was not idle within 5 s; last seen: pending; no webhook has "
        "reached this hub yet: can the webhook URL be reached from outside?");
    BOOST_TEST(counts().timed_out == 1U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_names_the_last_failure_of_polling, hub_world)
{
    publish(event_of(event_type::session_started));
    wait_outcome ready;
    wait(ready, "r", idle, 5s);
    advance(4s);
    BOOST_TEST(refuse("r", 503, R"({"message":"down for maintenance"})"));
    advance(1s);
    BOOST_TEST(ready.code() == errc::wait_timeout);
    BOOST_TEST(ready.what().find("no status of it was ever seen; polling failed last with \"get: GET "
                                 "/v2/resource/r: 503 server error: \"down for maintenance\"") !=
               std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_during_a_poll_leaves_the_poll_to_finish, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle, 5s);
    advance(5s);
    BOOST_TEST(ready.code() == errc::wait_timeout);
    BOOST_TEST(api->asked().size() == 1U);
    wait_outcome next;
    wait(next, "r", idle);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(next.ok());
    BOOST_TEST(api->exchanges == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_longest_timeout_is_no_overflow, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle, std::chrono::nanoseconds::max());
    advance(1h);
    BOOST_TEST(ready.open());
}

BOOST_FIXTURE_TEST_CASE(an_unknown_resource_fails_the_wait, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    advance(4s);
    BOOST_TEST(refuse("r", 404, R"({"message":"no such resource"})"));
    BOOST_TEST(ready.code() == errc::status_unreachable);
    BOOST_TEST(ready.what().find("no such resource") != std::string::npos);
    wait_outcome other;
    wait(other, "s", idle);
    advance(4s);
    BOOST_TEST(refuse("s", 402));
    BOOST_TEST(other.code() == errc::status_unreachable);
}

BOOST_FIXTURE_TEST_CASE(no_permission_fails_the_wait, hub_world)
{
    for (const auto& [status, code] :
         {std::pair(401U, errc::unauthorized), std::pair(403U, errc::forbidden)}) {
        wait_outcome ready;
        wait(ready, "r", idle);
        advance(4s);
        BOOST_TEST(refuse("r", status));
        BOOST_TEST(ready.code() == code);
        BOOST_TEST((*ready.value).error().http_status() == status);
        BOOST_TEST(ready.what().find("wait_for: GET /v2/resource/r") != std::string::npos);
    }
}

BOOST_FIXTURE_TEST_CASE(each_of_those_who_wait_gets_the_whole_resource_and_so_does_who_comes_later, hub_world)
{
    wait_outcome first;
    wait_outcome second;
    wait(first, "r", idle);
    wait(second, "r", idle);
    advance(5s);
    BOOST_TEST(answer("r", "idle", R"("c1","c2")"));
    wait_outcome later;
    wait(later, "r", idle);
    for (const wait_outcome* each : {&first, &second, &later}) {
        BOOST_TEST_REQUIRE(each->ok());
        const resource& found = **each->value;
        BOOST_TEST(found.id == "r");
        BOOST_TEST((found.status == idle));
        BOOST_TEST(found.composer_ids == std::vector<std::string>({"c1", "c2"}),
                   boost::test_tools::per_element());
    }
    BOOST_TEST(api->exchanges == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_an_event_gives_to_several_is_whole_for_each, hub_world)
{
    wait_outcome first;
    wait_outcome second;
    wait(first, "0123456789abcdef01234567", idle);
    wait(second, "0123456789abcdef01234567", idle);
    publish(event_of(event_type::resource_acquired, "0123456789abcdef01234567"));
    for (const wait_outcome* each : {&first, &second}) {
        BOOST_TEST_REQUIRE(each->ok());
        BOOST_TEST((*each->value)->id == "0123456789abcdef01234567");
        BOOST_TEST(((*each->value)->status == idle));
    }
}

BOOST_FIXTURE_TEST_CASE(two_waits_for_one_resource_share_one_get, hub_world)
{
    wait_outcome first;
    wait_outcome second;
    wait_outcome busy;
    wait(first, "r", idle);
    advance(1s);
    wait(second, "r", idle);
    wait(busy, "r", composing);
    advance(3s);
    BOOST_TEST(api->exchanges == 1U);
    advance(3s);
    BOOST_TEST(api->exchanges == 1U);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(first.ok());
    BOOST_TEST(second.ok());
    BOOST_TEST(busy.open());
}

BOOST_AUTO_TEST_CASE(only_so_many_gets_are_in_flight)
{
    event_hub_options options = hub_world::default_options();
    options.max_polls = 3;
    hub_world world(options);
    std::vector<wait_outcome> ready(10);
    for (std::size_t i = 0; i != ready.size(); ++i) {
        world.wait(ready[i], "r" + std::to_string(i), idle);
    }
    world.advance(4s);
    BOOST_TEST(world.api->asked().size() == 3U);
    for (std::size_t i = 0; i != ready.size(); ++i) {
        BOOST_TEST(world.answer("r" + std::to_string(i), "idle"));
        BOOST_TEST(ready[i].ok());
    }
    BOOST_TEST(world.api->most_waiting == 3U);
    BOOST_TEST(world.counts().polls == 10U);
}

BOOST_FIXTURE_TEST_CASE(wrong_arguments_fail_before_anything_waits, hub_world)
{
    const auto fails = [&](std::string id, resource_status wanted, std::chrono::nanoseconds timeout) {
        wait_outcome out;
        wait(out, std::move(id), wanted, timeout);
        return out.code() == errc::invalid_argument;
    };
    BOOST_TEST(fails("", idle, 1s));
    BOOST_TEST(fails("..", idle, 1s));
    BOOST_TEST(fails("a/b", idle, 1s));
    BOOST_TEST(fails("a?b=c", idle, 1s));
    BOOST_TEST(fails("r", unknown, 1s));
    BOOST_TEST(fails("r", idle, 0s));
    BOOST_TEST(fails("r", idle, -1s));
    BOOST_TEST(counts().facts == 0U);
}

BOOST_FIXTURE_TEST_CASE(the_throwing_door_throws, hub_world)
{
    std::optional<errc> caught;
    asio::co_spawn(
        context,
        [](event_hub& which, std::optional<errc>& into) -> asio::awaitable<void> {
            try {
                const resource found = co_await which.wait_for("", idle, {.timeout = 1s});
            } catch (const error& failure) {
                into = static_cast<errc>(failure.code().value());
            }
        }(*hub, caught),
        asio::detached);
    run();
    BOOST_TEST((caught == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_named)
{
    const auto refused = [](auto change, std::string name) {
        event_hub_options options;
        change(options);
        try {
            options.validate();
        } catch (const error& failure) {
            return failure.code() == errc::invalid_argument &&
                   failure.info().detail.find(name) != std::string::npos;
        }
        return false;
    };
    BOOST_TEST(refused([](auto& o) { o.poll_after = 0s; }, "poll_after"));
    BOOST_TEST(refused([](auto& o) { o.poll_after = 25h; }, "poll_after"));
    BOOST_TEST(refused([](auto& o) { o.poll_interval_cap = 1s; }, "poll_interval_cap"));
    BOOST_TEST(refused([](auto& o) { o.max_polls = 0; }, "max_polls"));
    BOOST_TEST(refused([](auto& o) { o.subscription_queue = 0; }, "subscription_queue"));
    BOOST_TEST(refused([](auto& o) { o.max_facts = 0; }, "max_facts"));
    event_hub_options().validate();
}

BOOST_AUTO_TEST_SUITE_END()
