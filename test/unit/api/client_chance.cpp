// What a client leaves to chance comes from one source: with the same one it does the same again.
#include "../../support/counting_chance.hpp"
#include "api/client_core.hpp"
#include "fixture.hpp"

#include <vector>

using namespace test;
using videosdk::client_access;
using videosdk::client_core;

namespace {

/// How long a client waited before each of its attempts at a get that fails.
std::vector<std::chrono::nanoseconds> pauses_with(std::shared_ptr<videosdk::auth::random_source> chance)
{
    client_fixture world;
    videosdk::client_options settings = quiet_options();
    settings.retry.max_attempts = 5;
    world.client = client_access::make(std::make_shared<client_core>(
        world.io.get_executor(), settings, world.carrier, world.time, std::move(chance)));
    std::vector<std::chrono::nanoseconds> sent_at;
    world.carrier->decide = [&](const seen_request&) {
        sent_at.push_back(world.time->now().time_since_epoch());
        return answer(503, "{}");
    };
    BOOST_TEST(world.finish(world.client->try_get("64f1a2b3c4d5e6f7a8b9c0d1")).has_error());
    std::vector<std::chrono::nanoseconds> pauses;
    for (std::size_t i = 1; i < sent_at.size(); ++i) {
        pauses.push_back(sent_at[i] - sent_at[i - 1]);
    }
    return pauses;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_chance)

BOOST_AUTO_TEST_CASE(the_same_chance_backs_off_alike)
{
    const auto first = pauses_with(std::make_shared<counting_chance>());
    BOOST_TEST(first.size() == 4u);
    BOOST_TEST((first == pauses_with(std::make_shared<counting_chance>())));
}

BOOST_AUTO_TEST_CASE(other_chance_backs_off_otherwise)
{
    const auto other = std::make_shared<counting_chance>();
    videosdk::auth::random_bytes(*other, 1);
    BOOST_TEST((pauses_with(std::make_shared<counting_chance>()) != pauses_with(other)));
}

BOOST_AUTO_TEST_SUITE_END()
