// What a composition says of itself, and who waits for it: told by webhooks, once and truly.
#include "world.hpp"

using namespace lease_tests;
using fate = provider::fate;
using videosdk::composition_status;
using videosdk::errc;
using videosdk::event;
using enum videosdk::event_type;

namespace {

constexpr const char* room = "abcd-efgh-ijkl";

event about(videosdk::event_type type, const std::string& id)
{
    event out;
    out.type = type;
    out.composition_id = id;
    out.meeting_id = room;
    out.session_id = "session";
    return out;
}

/// A world with an idle unit, and what runs in it.
struct stage : world {
    stage() : unit(held()) { there.everything_is_idle(); }

    videosdk::composition record(videosdk::lease& where, std::string_view webhook_url = {})
    {
        const auto out = await(where.try_start_recording({.room_id = room, .webhook_url = webhook_url}));
        BOOST_REQUIRE_MESSAGE(out->ok(), out->what());
        return std::move(**out->value);
    }
    videosdk::composition record() { return record(unit); }
    videosdk::composition stream()
    {
        const auto out = await(unit.try_start_hls({.room_id = room}));
        BOOST_REQUIRE_MESSAGE(out->ok(), out->what());
        return std::move(**out->value);
    }
    void tell(event what)
    {
        asio::co_spawn(*io, hub->publish(std::move(what)), asio::detached);
        run();
    }
    void tell(videosdk::event_type type, const std::string& id = "") { tell(about(type, id)); }
    ending_ptr<void> wait(const videosdk::composition& what, composition_status wanted,
                          std::chrono::nanoseconds timeout = 1min)
    {
        return await(what.try_wait_for(wanted, {.timeout = timeout}));
    }
    std::uint64_t waiting()
    {
        const auto out = await(as_result(hub->counts()));
        return (*out->value)->waiting;
    }

    videosdk::lease unit;
};

} // namespace

BOOST_AUTO_TEST_SUITE(composing)

BOOST_AUTO_TEST_CASE(a_recording_is_followed_from_its_start_to_its_file)
{
    stage w;
    const auto recording = w.record();
    BOOST_CHECK_EQUAL(recording.status(), composition_status::starting);
    BOOST_CHECK(w.wait(recording, composition_status::starting)->ok());
    const auto started = w.wait(recording, composition_status::started);
    const auto stopped = w.wait(recording, composition_status::stopped);
    BOOST_CHECK(started->open());
    w.tell(recording_started, recording.id());
    BOOST_CHECK_MESSAGE(started->ok(), started->what());
    BOOST_CHECK(stopped->open());
    BOOST_CHECK(w.wait(recording, composition_status::started)->ok()); // now it is known
    BOOST_CHECK(!recording.file_url());
    event end = about(recording_stopped, recording.id());
    end.file_path = "recordings/one.mp4";
    end.file_url = "https://media.example.com/one.mp4";
    w.tell(end);
    BOOST_CHECK_MESSAGE(stopped->ok(), stopped->what());
    BOOST_CHECK_EQUAL(recording.status(), composition_status::stopped);
    BOOST_CHECK_EQUAL(recording.file_url().value(), "https://media.example.com/one.mp4");
    BOOST_CHECK_EQUAL(recording.file_path(), "recordings/one.mp4");
    w.tell(recording_started, recording.id()); // once more, late
    BOOST_CHECK_EQUAL(recording.status(), composition_status::stopped);
    BOOST_CHECK_EQUAL(w.waiting(), 0U);
    std::ostringstream text;
    text << recording;
    BOOST_CHECK_EQUAL(text.str(), "recording composition " + recording.id() + " stopped");
}

BOOST_AUTO_TEST_CASE(an_hls_stream_becomes_playable_and_tells_its_urls)
{
    stage w;
    const auto stream = w.stream();
    const auto playable = w.wait(stream, composition_status::playable);
    BOOST_CHECK_EQUAL(stream.playback_url(), "");
    event what = about(hls_started, stream.id());
    what.playback_url = "https://media.example.com/play.m3u8";
    what.livestream_url = "https://media.example.com/live.m3u8";
    w.tell(what);
    BOOST_CHECK(playable->open());
    BOOST_CHECK_EQUAL(stream.playback_url(), "https://media.example.com/play.m3u8");
    BOOST_CHECK_EQUAL(stream.livestream_url(), "https://media.example.com/live.m3u8");
    w.tell(hls_playable, stream.id());
    BOOST_CHECK_MESSAGE(playable->ok(), playable->what());
}

BOOST_AUTO_TEST_CASE(what_cannot_come_any_more_fails_at_once)
{
    stage w;
    const auto stream = w.stream();
    const auto playable = w.wait(stream, composition_status::playable);
    const auto failed = w.wait(stream, composition_status::failed);
    w.tell(hls_started, stream.id());
    w.tell(hls_stopped, stream.id());
    BOOST_CHECK_EQUAL(playable->code(), errc::status_unreachable);
    BOOST_CHECK_EQUAL(failed->code(), errc::status_unreachable);
    BOOST_CHECK_EQUAL(w.wait(stream, composition_status::playable)->code(), errc::status_unreachable);
    BOOST_CHECK(w.wait(stream, composition_status::started)->ok()); // it was
    w.there.everything_is_idle();
    stage other;
    const auto recording = other.record();
    const auto started = other.wait(recording, composition_status::started);
    other.tell(recording_failed, recording.id());
    BOOST_CHECK_EQUAL(started->code(), errc::status_unreachable);
    BOOST_CHECK(started->what().find("it has failed") != std::string::npos);
    BOOST_CHECK_EQUAL(other.wait(recording, composition_status::stopped)->code(), errc::status_unreachable);
    BOOST_CHECK(other.wait(recording, composition_status::failed)->ok());
}

BOOST_AUTO_TEST_CASE(a_wait_ends_with_its_deadline_or_its_cancellation)
{
    stage w;
    const auto recording = w.record();
    const auto late = w.wait(recording, composition_status::started, 5s);
    asio::cancellation_signal signal;
    const auto cut = w.await(recording.try_wait_for(composition_status::started, {.timeout = 1min}), signal);
    BOOST_CHECK_EQUAL(w.waiting(), 2U);
    signal.emit(asio::cancellation_type::terminal);
    w.run();
    BOOST_CHECK_EQUAL(cut->code(), asio::error::operation_aborted);
    w.pass(5s);
    BOOST_CHECK_EQUAL(late->code(), errc::wait_timeout);
    BOOST_CHECK(late->what().find("as far as is known it is starting") != std::string::npos);
    BOOST_CHECK_EQUAL(w.waiting(), 0U);
    w.tell(recording_started, recording.id()); // nobody is told twice
    BOOST_CHECK_EQUAL(late->code(), errc::wait_timeout);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_waited_for_is_named)
{
    stage w;
    const auto recording = w.record();
    const auto no_timeout = w.await(recording.try_wait_for(composition_status::started, {}));
    BOOST_CHECK_EQUAL(no_timeout->code(), errc::invalid_argument);
    BOOST_CHECK(no_timeout->what().find("timeout") != std::string::npos);
    BOOST_CHECK_EQUAL(w.wait(recording, composition_status::playable)->code(), errc::invalid_argument);
    BOOST_CHECK_EQUAL(w.wait(recording, composition_status::unknown)->code(), errc::invalid_argument);
    const videosdk::composition none;
    BOOST_CHECK_EQUAL(w.wait(none, composition_status::started)->code(), errc::closed);
    BOOST_CHECK_EQUAL(none.status(), composition_status::unknown);
    BOOST_CHECK(!none.file_url());
}

BOOST_AUTO_TEST_CASE(after_stop_a_webhook_may_still_tell_how_it_ended)
{
    stage w;
    auto recording = w.record();
    w.tell(recording_started);
    const auto stop = w.await(recording.try_stop());
    w.pass(10s);
    BOOST_CHECK_MESSAGE(stop->ok(), stop->what());
    BOOST_CHECK_EQUAL(w.there.units.begin()->second.status, "idle");
    BOOST_CHECK(!recording.file_url());
    BOOST_CHECK_EQUAL(recording.status(), composition_status::started); // no more was told
    const auto stopped = w.wait(recording, composition_status::stopped);
    w.pass(30s);
    BOOST_CHECK(stopped->open());
    event end = about(recording_stopped, "");
    end.file_url = "https://media.example.com/one.mp4";
    w.tell(end);
    BOOST_CHECK_MESSAGE(stopped->ok(), stopped->what());
    BOOST_CHECK_EQUAL(recording.file_url().value(), "https://media.example.com/one.mp4");
}

BOOST_AUTO_TEST_CASE(without_an_id_webhooks_are_nobodys_where_two_record_a_room_unless_a_token_tells)
{
    stage w;
    auto second_unit = w.held();
    w.there.everything_is_idle();
    const auto first = w.record();
    w.tell(recording_started);
    BOOST_CHECK_EQUAL(first.status(), composition_status::started);
    const auto second = w.record(second_unit);
    w.tell(recording_failed);
    BOOST_CHECK_EQUAL(first.status(), composition_status::started);
    BOOST_CHECK_EQUAL(second.status(), composition_status::starting);
    event named = about(recording_started, "");
    const std::string& url = w.there.units.at(second_unit.id()).url;
    named.token = url.substr(url.rfind('/') + 1);
    w.tell(named); // each acquire has its own token
    BOOST_CHECK_EQUAL(second.status(), composition_status::started);
}

BOOST_AUTO_TEST_CASE(a_recordings_own_webhook_url_tells_it_apart)
{
    stage w;
    auto second_unit = w.held();
    w.there.everything_is_idle();
    const auto first = w.record();
    const std::string own = w.receiver->webhook_url();
    const auto second = w.record(second_unit, own);
    event what = about(recording_started, "");
    what.token = own.substr(own.rfind('/') + 1);
    w.tell(what);
    BOOST_CHECK_EQUAL(second.status(), composition_status::started);
    BOOST_CHECK_EQUAL(first.status(), composition_status::starting);
}

BOOST_AUTO_TEST_CASE(what_was_told_while_the_start_was_in_doubt_is_known_when_it_is_found)
{
    stage w;
    w.there.start_fates = {fate::lost_answer};
    w.there.delay_gets = true;
    const auto pending = w.await(w.unit.try_start_recording({.room_id = room}, {.timeout = 1min}));
    w.tell(recording_started, "composition-1");
    w.there.delay_gets = false;
    w.pass(40s);
    BOOST_REQUIRE_MESSAGE(pending->ok(), pending->what());
    BOOST_CHECK_EQUAL((*pending->value)->id(), "composition-1");
    BOOST_CHECK_EQUAL((*pending->value)->status(), composition_status::started);
}

BOOST_AUTO_TEST_CASE(a_start_that_did_nothing_stands_in_nobodys_way)
{
    stage w;
    w.there.start_fates = {fate::lost_request};
    const auto nothing = w.await(w.unit.try_start_recording({.room_id = room}, {.timeout = 1min}));
    w.pass(40s);
    BOOST_CHECK(nothing->value && nothing->value->has_error());
    const auto recording = w.record();
    w.tell(recording_started);
    BOOST_CHECK_EQUAL(recording.status(), composition_status::started);
}

BOOST_AUTO_TEST_CASE(what_a_released_unit_ran_stands_in_nobodys_way_after_a_while)
{
    stage w;
    const auto bought = w.await(w.client->try_acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "https://hooks.example.com/own"}));
    BOOST_REQUIRE_MESSAGE(bought->ok(), bought->what());
    const std::string id = (*bought->value)->front().id;
    w.there.everything_is_idle();
    const auto by_the_client = w.await(w.client->try_start_recording({.room_id = room, .resource_id = id}));
    BOOST_REQUIRE_MESSAGE(by_the_client->ok(), by_the_client->what());
    const auto recording = w.record();
    w.tell(recording_started);
    BOOST_CHECK_EQUAL(recording.status(), composition_status::starting); // one of two
    w.hear(resource_released, id);
    w.pass(10min);
    w.tell(recording_started);
    BOOST_CHECK_EQUAL(recording.status(), composition_status::started);
}

BOOST_AUTO_TEST_CASE(waits_end_with_the_hub_and_what_is_known_stays_known)
{
    stage w;
    const auto recording = w.record();
    w.tell(recording_started, recording.id());
    const auto stopped = w.wait(recording, composition_status::stopped);
    w.hub.reset();
    w.run();
    BOOST_CHECK_EQUAL(stopped->code(), asio::error::operation_aborted);
    BOOST_CHECK_EQUAL(recording.status(), composition_status::started);
    BOOST_CHECK(w.wait(recording, composition_status::started)->ok());
    BOOST_CHECK_EQUAL(w.wait(recording, composition_status::stopped)->code(), errc::closed);
}

BOOST_AUTO_TEST_CASE(a_wait_is_dropped_with_its_io_context)
{
    stage w;
    const auto recording = w.record();
    const auto stopped = w.wait(recording, composition_status::stopped);
    w.io.reset();
    BOOST_CHECK(stopped->open());
    BOOST_CHECK_EQUAL(w.time->armed(), 0U);
    BOOST_CHECK_EQUAL(recording.status(), composition_status::starting);
}

BOOST_AUTO_TEST_SUITE_END()
