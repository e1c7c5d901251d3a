// What runs in a leased unit, followed by the webhooks that the service signs, with ids in them and without.
#include "support/scripted_transport.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace emulator = videosdk::emulator;
using namespace std::chrono_literals;
using status = videosdk::composition_status;
using videosdk::errc;
using videosdk::resource_type;
using videosdk::result;

constexpr const char* room = "abcd-efgh-ijkl";
constexpr std::array<videosdk::rtmp_output, 1> outputs = {
    videosdk::rtmp_output{.url = "rtmp://live.example.com/a", .stream_key = "key"}};

template <class T>
asio::awaitable<void> collect(asio::awaitable<result<T>> pending, std::optional<result<T>>& into)
{
    result<T> ended = co_await std::move(pending);
    into.emplace(std::move(ended));
}

asio::awaitable<void> judge(videosdk::webhook_receiver& receiver, videosdk::webhook_request request,
                            unsigned& into)
{
    const videosdk::webhook_verdict told = co_await receiver.accept(request);
    into = told.status;
}

class world {
public:
    explicit world(bool composition_ids)
        : time(std::make_shared<videosdk::manual_scheduler>()),
          carrier(std::make_shared<test::scripted_transport>(io.get_executor(), time)),
          service(service_settings(composition_ids)),
          client(io.get_executor(), client_settings(), carrier, time),
          hub(client),
          receiver(client, hub, webhook_settings()),
          leases(client, hub, receiver)
    {
        carrier->decide = [this](const test::seen_request& asked) {
            const auto answer = service.handle({.method = to_string(asked.method),
                                                .target = asked.target,
                                                .authorization = asked.header("Authorization"),
                                                .body = asked.body},
                                               time->now(), time->wall_now());
            return test::answer(answer.status, answer.body);
        };
    }

    template <class T>
    result<T> finish(asio::awaitable<result<T>> pending)
    {
        std::optional<result<T>> out;
        asio::co_spawn(io, collect(std::move(pending), out), asio::detached);
        for (int i = 0; i != 100'000 && !out; ++i) {
            pass();
        }
        BOOST_REQUIRE(out.has_value());
        return std::move(*out);
    }

    videosdk::lease unit(resource_type type)
    {
        auto out = finish(leases.try_acquire_ready({.type = type}, {.timeout = 60s}));
        BOOST_REQUIRE_MESSAGE(out, out.error().what());
        return std::move(*out);
    }
    videosdk::composition begin(videosdk::lease& where, resource_type type)
    {
        auto out = finish(type == resource_type::recording ? where.try_start_recording({.room_id = room})
                          : type == resource_type::hls
                              ? where.try_start_hls({.room_id = room})
                              : where.try_start_rtmp({.room_id = room, .outputs = outputs}));
        BOOST_REQUIRE_MESSAGE(out, out.error().what());
        return std::move(*out);
    }
    result<void> wait(const videosdk::composition& what, status wanted)
    {
        return finish(what.try_wait_for(wanted, {.timeout = 30s}));
    }
    void fail(const videosdk::composition& what)
    {
        BOOST_REQUIRE(service.fail_composition(what.id(), time->now()));
    }

private:
    static emulator::service_options service_settings(bool composition_ids)
    {
        emulator::service_options out;
        out.api_key = "key";
        out.secret = "a secret of nobody";
        out.composition_ids = composition_ids;
        return out;
    }
    static videosdk::client_options client_settings()
    {
        videosdk::client_options out;
        out.credentials = videosdk::credentials::key_and_secret("key", "a secret of nobody");
        out.serial_executor = true;
        return out;
    }
    videosdk::webhook_options webhook_settings() const
    {
        videosdk::webhook_options out;
        out.public_url = "https://hooks.example.com";
        out.public_key_pem = service.public_key_pem();
        return out;
    }

    void run()
    {
        io.restart();
        io.poll();
    }
    /// Lets a little time pass, and delivers what the service sends.
    void pass()
    {
        asio::post(io, [this] { time->advance(10ms); });
        run();
        for (const emulator::webhook& each : service.advance(time->now())) {
            const std::array headers = {videosdk::header_view{"Content-Type", "application/json"},
                                        videosdk::header_view{"videosdk-signature", each.signature}};
            const std::string target = each.url.substr(std::string("https://hooks.example.com").size());
            unsigned told = 0;
            asio::co_spawn(io,
                           judge(receiver,
                                 {.method = "POST", .target = target, .headers = headers, .body = each.body},
                                 told),
                           asio::detached);
            run();
            BOOST_TEST_REQUIRE(told == 200U);
            service.delivered(each.id, true, time->now());
        }
    }

    asio::io_context io{1};
    std::shared_ptr<videosdk::manual_scheduler> time;
    std::shared_ptr<test::scripted_transport> carrier;
    emulator::service service;
    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
    videosdk::lease_manager leases;
};

void follow_each_kind(world& w)
{
    for (const auto type : {resource_type::recording, resource_type::hls, resource_type::rtmp}) {
        videosdk::lease unit = w.unit(type);
        videosdk::composition what = w.begin(unit, type);
        BOOST_TEST(what.status() == status::starting);
        BOOST_TEST(w.wait(what, status::started).has_value());
        if (type == resource_type::hls) {
            BOOST_TEST(w.wait(what, status::playable).has_value());
            BOOST_TEST(what.playback_url().ends_with("/playback.m3u8"));
            BOOST_TEST(what.livestream_url().ends_with("/live.m3u8"));
        }
        BOOST_TEST(!what.file_url());
        BOOST_TEST(w.finish(what.try_stop()).has_value());
        BOOST_TEST(w.wait(what, status::stopping).has_value());
        BOOST_TEST(w.wait(what, status::stopped).has_value());
        BOOST_TEST(what.status() == status::stopped);
        if (type == resource_type::recording) {
            BOOST_TEST(what.file_url().value() == "https://media.videosdk.test/" + what.file_path());
        } else {
            BOOST_TEST(!what.file_url());
        }
        BOOST_TEST(w.finish(unit.try_release()).has_value());
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(compositions)

BOOST_AUTO_TEST_CASE(each_kind_is_followed_to_its_end_by_webhooks_that_name_it)
{
    world w(true);
    follow_each_kind(w);
}

BOOST_AUTO_TEST_CASE(each_kind_is_followed_to_its_end_by_webhooks_that_name_its_room_only)
{
    world w(false);
    follow_each_kind(w);
}

BOOST_AUTO_TEST_CASE(one_that_fails_says_so_and_its_unit_is_free)
{
    world w(false);
    videosdk::lease unit = w.unit(resource_type::recording);
    videosdk::composition what = w.begin(unit, resource_type::recording);
    w.fail(what);
    BOOST_TEST(w.wait(what, status::failed).has_value());
    const auto started = w.wait(what, status::started);
    BOOST_TEST(started.has_error());
    BOOST_TEST(started.error().code() == errc::status_unreachable);
    BOOST_TEST(w.finish(what.try_stop()).has_value()); // nothing runs there any more
    BOOST_TEST(w.finish(unit.try_release()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
