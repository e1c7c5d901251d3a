// Every event of the API, signed by the second server, from its socket to a subscription; and lease managers
// that stand on them.
#include "stage.hpp"

#include <memory>
#include <string>

using namespace second_server;
using namespace videosdk;

namespace {

constexpr std::string_view public_url = "https://www.hooks.example.com/edge/videosdk";

/// A process that receives webhooks: what stands in its URLs is a name in front of it, as behind a proxy.
class receiving : public stage {
public:
    receiving()
        : hub(client, impatient()),
          receiver(client, hub, hooks()),
          listener(io.get_executor(), receiver, "127.0.0.1:0")
    {
        listener.start();
        control("hooks", {{"to", "http://127.0.0.1:" + std::to_string(listener.port())}});
    }

    event_hub hub;
    webhook_receiver receiver;
    webhook_listener listener;

    /// The status that the listener answers to an event.
    std::int64_t told(const std::string& to, std::string_view type, const json::object& data,
                      bool tampered = false)
    {
        return control("tell", {{"to", to}, {"type", type}, {"data", data}, {"tamper", tampered}})
            .at("status")
            .as_int64();
    }

private:
    static event_hub_options impatient()
    {
        event_hub_options options;
        options.poll_after = 60s; // webhooks bring the news here
        options.poll_interval_cap = 60s;
        return options;
    }
    static webhook_options hooks()
    {
        webhook_options options;
        options.public_url = public_url;
        options.owner = "second";
        return options;
    }
};

/// The events of one URL, told one by one.
class told_events {
public:
    explicit told_events(receiving& on)
        : on_(on),
          url_(on.receiver.webhook_url()),
          token_(url_.substr(url_.rfind('/') + 1)),
          events_(on.hub.subscribe({.token = token_}))
    {
    }

    event operator()(std::string_view type, json::object data) // NOLINT(performance-unnecessary-value-param)
    {
        data["meetingId"] = "m-1";
        data["sessionId"] = "s-1";
        BOOST_TEST(on_.told(url_, type, data) == 200, type);
        const subscription_item item = on_.run(events_.next());
        const event& came = item.value();
        BOOST_TEST(came.type.text() == type);
        BOOST_TEST(came.token == token_);
        BOOST_TEST(contains(came.data, R"("seq":"1.0e0 – ü")"), came.data);
        BOOST_TEST(came.meeting_id == "m-1");
        BOOST_TEST(came.session_id == "s-1");
        return came;
    }

private:
    receiving& on_;
    std::string url_;
    std::string token_;
    subscription events_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(webhooks)

// wire: W16, W30, W31, W32
BOOST_AUTO_TEST_CASE(what_this_server_signed_for_our_url_is_taken_and_nothing_else)
{
    receiving on;
    const json::object data{{"meetingId", "m"}, {"sessionId", "s"}};
    const std::string url = on.receiver.webhook_url();
    BOOST_TEST(url.starts_with(std::string(public_url) + "/second/"));
    BOOST_TEST(on.told(url, "session-started", data) == 200);
    BOOST_TEST(on.told(std::string(public_url) + "/second/v1-of-somebody", "session-started", data) == 404);
    const receiver_counts before = on.receiver.counts();
    BOOST_TEST(before.accepted == 1U);
    BOOST_TEST(before.bad_token >= 1U); // units of earlier tests may tell of themselves, by their own URLs
    BOOST_TEST(before.key_fetches == 1U);

    // One byte beside the JSON was changed after it was signed.
    webhook_options fixed;
    fixed.public_url = public_url;
    const json::value key = json::parse(on.run(on.client.request(verb::get, "/public/rsa-public-key")).body);
    fixed.public_key_pem = std::string(key.at("publicKey").as_string());
    webhook_receiver sure(on.client, on.hub, fixed);
    webhook_listener beside(on.io.get_executor(), sure, "127.0.0.1:0");
    beside.start();
    on.control("hooks", {{"to", "http://127.0.0.1:" + std::to_string(beside.port())}});
    BOOST_TEST(on.told(sure.webhook_url(), "session-started", data, true) == 401);
    BOOST_TEST(on.told(sure.webhook_url(), "session-started", data) == 200);
}

// wire: W33, W34
BOOST_AUTO_TEST_CASE(events_of_resources_name_their_resource)
{
    receiving on;
    told_events tell(on);
    const event acquired =
        tell("resource-acquired", {{"id", "64f1a2b3c4d5e6f7a8b9c0d1"}, {"type", "filecomposer"}});
    BOOST_TEST(acquired.resource_id == "64f1a2b3c4d5e6f7a8b9c0d1");
    BOOST_TEST((acquired.resource_kind == resource_type::recording));
    // The payload of this one is documented nowhere.
    BOOST_TEST(tell("resource-released", {{"resourceId", "64f1a2b3c4d5e6f7a8b9c0d1"}}).resource_id ==
               "64f1a2b3c4d5e6f7a8b9c0d1");
    BOOST_TEST(tell("resource-released", {{"at", 7}}).resource_id == "");
}

// wire: W35, W36
BOOST_AUTO_TEST_CASE(events_of_recordings)
{
    receiving on;
    told_events tell(on);
    for (const char* type :
         {"recording-starting", "recording-started", "recording-stopping", "recording-failed"}) {
        BOOST_TEST(tell(type, {}).composition_id == "");
    }
    BOOST_TEST(tell("recording-started", {{"id", "c-1"}}).composition_id == "c-1");
    const event file = tell("recording-stopped", {{"filePath", "a/b.mp4"}, {"fileUrl", nullptr}});
    BOOST_TEST((file.type == event_type::recording_stopped));
    BOOST_TEST(file.file_path == "a/b.mp4");
    BOOST_TEST(file.file_url == "");
    BOOST_TEST(tell("recording-stopped", {{"fileUrl", "https://f/b.mp4"}}).file_url == "https://f/b.mp4");
}

// wire: W37, W38
BOOST_AUTO_TEST_CASE(events_of_hls_streams)
{
    receiving on;
    told_events tell(on);
    for (const char* type : {"hls-starting", "hls-stopping", "hls-stopped", "hls-failed"}) {
        BOOST_TEST((tell(type, {}).type != event_type::unknown));
    }
    for (const char* type : {"hls-started", "hls-playable"}) {
        BOOST_TEST(tell(type, {{"downstreamUrl", "https://d/x"}}).playback_url == "https://d/x");
        const event newer = tell(type, {{"downstreamUrl", "https://d/x"},
                                        {"playbackHlsUrl", "https://p/x"},
                                        {"livestreamUrl", "https://l/x"}});
        BOOST_TEST(newer.playback_url == "https://p/x");
        BOOST_TEST(newer.livestream_url == "https://l/x");
    }
}

// wire: W39
BOOST_AUTO_TEST_CASE(events_of_livestreams)
{
    receiving on;
    told_events tell(on);
    for (const char* type : {"livestream-starting", "livestream-started", "livestream-stopping",
                             "livestream-stopped", "livestream-failed"}) {
        BOOST_TEST((tell(type, {}).type != event_type::unknown));
    }
}

// wire: W40, W41, W42
BOOST_AUTO_TEST_CASE(events_of_meetings_and_events_nobody_knows)
{
    receiving on;
    told_events tell(on);
    BOOST_TEST(tell("session-started", {{"start", "2026-01-01T00:00:00Z"}}).start == "2026-01-01T00:00:00Z");
    const event ended = tell("session-ended", {{"start", "a"}, {"end", "b"}});
    BOOST_TEST(ended.start == "a");
    BOOST_TEST(ended.end == "b");
    for (const char* type : {"participant-joined", "participant-left"}) {
        const event person = tell(type, {{"participantId", "p"}, {"participantName", "Ada ☕"}});
        BOOST_TEST(person.participant_id == "p");
        BOOST_TEST(person.participant_name == "Ada ☕");
    }
    const event invented = tell("quota-exceeded", {{"by", 3}});
    BOOST_TEST((invented.type == event_type::unknown));
    BOOST_TEST(contains(invented.data, R"("by":3)"));
}

// wire: W20, W21, W33
BOOST_AUTO_TEST_CASE(a_lease_manager_buys_once_uses_and_gives_back)
{
    receiving on;
    auto leases = std::make_unique<lease_manager>(on.client, on.hub, on.receiver);
    {
        lease unit = on.run(leases->acquire_ready({.type = resource_type::recording}, {.timeout = 60s}));
        composition recording = on.run(unit.start_recording({.room_id = "room-lease"}));
        BOOST_TEST(!recording.id().empty());
        on.run(recording.stop());
        on.run(unit.release());
        BOOST_TEST((unit.state() == lease_state::released));
    }
    // The answer of one is lost, after it was done: it is found by its token, though the echo lacks `www.`.
    const std::int64_t before = on.count("/v2/resource/acquire");
    on.next("lost");
    {
        lease unit = on.run(leases->acquire_ready({.type = resource_type::recording}, {.timeout = 60s}));
        BOOST_TEST(on.count("/v2/resource/acquire") - before == 1);
        on.run(unit.release());
    }
    const lease_counts counts = on.run(leases->counts());
    BOOST_TEST((counts.echo == echo_state::proven));
    BOOST_TEST(counts.granted == 2U);
    BOOST_TEST(counts.adopted == 1U);
    BOOST_TEST(counts.released == 2U);
    BOOST_TEST(counts.surplus == 0U);
    on.run(leases->shutdown());
}

BOOST_AUTO_TEST_SUITE_END()
