// What a receiver leaves to chance, its boot id and the random part of its tokens, comes from its client's
// source.
#include "../../support/counting_chance.hpp"
#include "api/client_core.hpp"
#include "auth/encoding.hpp"
#include "receiver_world.hpp"

namespace {

/// The first URLs of a receiver whose client has this chance.
std::vector<std::string> urls_with(std::shared_ptr<videosdk::auth::random_source> chance)
{
    receiver_world world;
    world.hub.reset();
    world.source = videosdk::client_access::make(std::make_shared<videosdk::client_core>(
        world.context.get_executor(), with_secret(), world.api, world.time, std::move(chance)));
    world.hub.emplace(*world.source);
    const videosdk::webhook_receiver receiver(*world.source, *world.hub, fetching());
    return {receiver.webhook_url(), receiver.webhook_url()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(receiver_chance)

BOOST_AUTO_TEST_CASE(the_same_chance_makes_the_same_urls)
{
    const auto urls = urls_with(std::make_shared<test::counting_chance>());
    BOOST_TEST(urls.front() != urls.back());
    BOOST_TEST((urls == urls_with(std::make_shared<test::counting_chance>())));
}

BOOST_AUTO_TEST_CASE(boot_and_token_hold_nothing_else)
{
    // The client takes four bytes for its back-off, the boot ten, the token sixteen.
    const auto urls = urls_with(std::make_shared<test::counting_chance>());
    const std::string boot = videosdk::auth::base32_encode("\4\5\6\7\10\11\12\13\14\15");
    const std::string random =
        videosdk::auth::base32_encode("\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35");
    BOOST_TEST(urls.front().find("/studio/v1-" + boot + "-") != std::string::npos);
    BOOST_TEST(urls.front().find("-" + random + "-") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
