// Webhooks where the hub has a relay: what is passed on, and what enters this hub.
#include "receiver_world.hpp"

#include <videosdk/event_relay.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using videosdk::relayed;

class scripted_relay final : public videosdk::event_relay {
public:
    asio::awaitable<relayed> pass_on(const videosdk::event& what) override
    {
        passed.push_back(what.resource_id + " " + (what.token.empty() ? "without" : "with") + " token");
        if (throws) {
            throw std::runtime_error("as the script says");
        }
        co_return says;
    }
    void look_up(const std::string& resource_id) noexcept override { asked.push_back(resource_id); }

    relayed says = relayed::here;
    bool throws = false;
    std::vector<std::string> passed;
    std::vector<std::string> asked;
};

struct relay_world : receiver_world {
    relay_world() : receiver_world(pinned()) { hub->inlet().set_relay(relay); }

    std::shared_ptr<scripted_relay> relay = std::make_shared<scripted_relay>();
};

} // namespace

BOOST_AUTO_TEST_SUITE(relays)

BOOST_AUTO_TEST_CASE(an_event_that_is_for_this_hub_is_passed_on_first_and_then_enters_it)
{
    relay_world it;
    const auto told = it.send(acquired);
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->status == 200U);
    BOOST_TEST(it.relay->passed == std::vector<std::string>{"r with token"});
    BOOST_TEST(it.counts().published == 1U);
}

BOOST_AUTO_TEST_CASE(an_event_that_is_for_another_process_enters_no_hub_here)
{
    relay_world it;
    it.relay->says = relayed::elsewhere;
    const auto told = it.send(acquired);
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->status == 200U);
    BOOST_TEST(it.counts().published == 0U);
    BOOST_TEST(it.receiver->counts().accepted == 1U);
}

BOOST_AUTO_TEST_CASE(an_event_that_could_not_be_passed_on_is_kept_by_its_sender)
{
    relay_world it;
    it.relay->says = relayed::unavailable;
    const auto told = it.send(acquired);
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->status == 503U);
    BOOST_TEST(told->retry_after.has_value());
    BOOST_TEST(it.counts().published == 0U);
    BOOST_TEST(it.receiver->counts().unavailable == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_forged_is_not_passed_on)
{
    relay_world it;
    const auto told = it.send(acquired, rsa_signer::rotated());
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->status == 401U);
    BOOST_TEST(it.relay->passed.empty());
}

BOOST_AUTO_TEST_CASE(a_relay_that_is_gone_is_not_asked)
{
    relay_world it;
    it.relay.reset();
    const auto told = it.send(acquired);
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->status == 200U);
    BOOST_TEST(it.counts().published == 1U);
}

BOOST_AUTO_TEST_CASE(a_wait_for_what_is_unknown_is_told_to_the_relay_once_and_others_are_not)
{
    relay_world it;
    const auto known = it.send(acquired);
    BOOST_REQUIRE(known.has_value());
    wait_outcome first;
    wait_outcome second;
    wait_outcome third;
    it.wait(first, "r", videosdk::resource_status::released);
    it.wait(second, "unknown", videosdk::resource_status::idle);
    it.wait(third, "unknown", videosdk::resource_status::idle);
    BOOST_TEST(it.relay->asked == std::vector<std::string>{"unknown"});
}

BOOST_AUTO_TEST_CASE(who_has_missed_events_can_have_the_api_asked_at_once)
{
    relay_world it;
    wait_outcome one;
    wait_outcome two;
    it.wait(one, "a", videosdk::resource_status::idle);
    it.wait(two, "b", videosdk::resource_status::idle);
    BOOST_TEST(it.api->asked().empty());
    // When it is asked about one, one that nobody waits for, and all
    it.hub->inlet().ask_now("a");
    it.hub->inlet().ask_now("nobody's");
    it.run();
    BOOST_TEST(it.api->asked() == std::vector<std::string>{"/v2/resource/a"});
    it.hub->inlet().ask_now();
    it.run();
    // Then there is one GET for each
    BOOST_TEST(it.api->exchanges == 2U);
    BOOST_TEST(it.answer("b", "idle"));
    BOOST_TEST(two.ok());
    BOOST_TEST(one.open());
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_under_way_when_the_api_was_to_be_asked_is_not_the_last)
{
    relay_world it;
    wait_outcome waited;
    it.wait(waited, "a", videosdk::resource_status::idle);
    it.hub->inlet().ask_now("a");
    it.run();
    BOOST_TEST(it.api->exchanges == 1U);
    // Given a GET under way, when it is asked about again
    it.hub->inlet().ask_now("a");
    it.run();
    BOOST_TEST(it.api->exchanges == 1U);
    // Then what comes may have been true before, and another GET follows at once
    BOOST_TEST(it.answer("a", "acquired"));
    it.run();
    BOOST_TEST(it.api->exchanges == 2U);
    BOOST_TEST(it.answer("a", "idle"));
    BOOST_TEST(waited.ok());
}

BOOST_AUTO_TEST_CASE(an_inlet_knows_the_boots_of_this_process_and_outlives_the_hub)
{
    relay_world it;
    const videosdk::hub_inlet inlet = it.hub->inlet();
    const std::vector<std::string> boots = inlet.boots();
    BOOST_REQUIRE_EQUAL(boots.size(), 1U);
    BOOST_TEST(it.url.find("/v1-" + boots.front() + "-") != std::string::npos);
    BOOST_TEST(!inlet.closed());
    it.receiver.reset();
    it.hub.reset();
    it.run();
    BOOST_TEST(inlet.closed());
    inlet.ask_now();
    it.run();
    BOOST_TEST(videosdk::hub_inlet().closed());
    BOOST_TEST(!videosdk::hub_inlet().executor());
}

BOOST_AUTO_TEST_SUITE_END()
