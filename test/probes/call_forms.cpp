// Every documented way to write a call gives the right value and destroys each object once, with the
// compilers that miscompile others. Built without optimisation and with it; the sanitizers are the judges.
#define BOOST_TEST_MODULE probes
#include "world.hpp"

#include <boost/asio/this_coro.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <string>

using namespace std::chrono_literals;

namespace {

asio::awaitable<void> acquire_without_locals(world& here)
{
    co_await here.client.acquire(
        {.type = resource_type::recording, .webhook_url = "https://hooks.example.com/", .units = 2});
    here.is(true);
}

asio::awaitable<void> acquire_as_an_argument(world& here)
{
    here.has(co_await here.client.acquire(
                 {.type = resource_type::recording, .webhook_url = "https://hooks.example.com/", .units = 2}),
             2);
}

asio::awaitable<void> acquire_with_every_field(world& here)
{
    auto units = co_await here.client.acquire({.type = resource_type::hls,
                                               .webhook_url = "https://hooks.example.com/",
                                               .mode = videosdk::resource_mode::audio,
                                               .quality = videosdk::resource_quality::high,
                                               .units = 3},
                                              {.timeout = 5s, .max_attempts = 1});
    here.has(units, 3);
}

asio::awaitable<void> acquire_with_temporary_strings(world& here)
{
    const std::string base = "https://hooks.example.com/";
    here.has(co_await here.client.acquire(
                 {.type = resource_type::recording,
                  .webhook_url = base + std::string("a/path/too/long/to/be/kept/inside")}),
             1);
    here.is(here.carrier->last_body().find("kept/inside") != std::string::npos);
}

asio::awaitable<void> acquire_in_loops(world& here)
{
    for (std::uint32_t units = 1; units <= 3; ++units) {
        here.has(
            co_await here.client.acquire(
                {.type = resource_type::rtmp, .webhook_url = "https://hooks.example.com/", .units = units}),
            units);
    }
    std::vector<videosdk::resource> all;
    while (all.size() < 4) {
        auto more = co_await here.client.acquire(
            {.type = resource_type::rtmp, .webhook_url = "https://hooks.example.com/", .units = 2});
        all.insert(all.end(), more.begin(), more.end());
    }
    here.is(all.size() == 4);
}

asio::awaitable<void> a_call_is_read_before_it_is_awaited(world& here)
{
    auto url =
        std::make_unique<std::string>("https://hooks.example.com/a/path/that/is/gone/before/the/await");
    auto call = here.client.acquire({.type = resource_type::recording, .webhook_url = *url, .units = 2});
    url.reset();
    here.has(co_await std::move(call), 2);
    here.is(here.carrier->last_body().find("gone/before/the/await") != std::string::npos);
}

asio::awaitable<std::vector<videosdk::resource>> returned(world& here)
{
    co_return co_await here.client.acquire(
        {.type = resource_type::recording, .webhook_url = "https://hooks.example.com/", .units = 2});
}

asio::awaitable<std::string> returned_part(world& here)
{
    co_return (co_await here.client.get("resource7")).id;
}

asio::awaitable<videosdk::resource> forwarded(world& here)
{
    return here.client.get("resource8");
}

asio::awaitable<void> calls_are_returned(world& here)
{
    here.has(co_await returned(here), 2);
    here.is(co_await returned_part(here) == "resource7");
    here.is_called(co_await forwarded(here), "resource8");
}

asio::awaitable<void> calls_stand_inside_calls(world& here)
{
    here.is_called(
        co_await here.client.get((co_await here.client.acquire({.type = resource_type::recording,
                                                                .webhook_url = "https://hooks.example.com/"}))
                                     .front()
                                     .id),
        "resource1");
    here.is((co_await here.client.release((co_await here.client.get("inner")).id)).success);
}

asio::awaitable<void> default_arguments(world& here)
{
    here.is_called(co_await here.client.get("resource9"), "resource9");
    here.is((co_await here.client.list()).resources.size() == 1);
    here.is((co_await here.client.list({.page = 2, .status = resource_status::idle})).current_page == 2);
    here.is((co_await here.client.release("resource1")).message == "resource released");
}

asio::awaitable<void> spans(world& here)
{
    const std::array<std::string, 2> ids = {"resource1", "resource2"};
    here.is((co_await here.client.release(ids)).size() == 2);
    const std::vector<std::string> more(3, "resource3");
    here.is((co_await here.client.release(more, {.timeout = 1s})).size() == 3);
}

asio::awaitable<void> compositions(world& here)
{
    auto recording = co_await here.client.start_recording(
        {.room_id = "room",
         .resource_id = "resource1",
         .config = videosdk::composition_config{
             .layout = videosdk::composition_layout{.type = videosdk::layout_type::grid, .grid_size = 4},
             .theme = videosdk::composition_theme::dark}});
    here.is(recording.id == "composition");
    co_await here.client.end_recording({.room_id = "room", .id = recording.id});
    here.is((co_await here.client.start_hls({.room_id = "room", .resource_id = "resource2"})).id ==
            "composition");
    co_await here.client.end_hls({.room_id = "room", .id = "composition"});
    const std::array<videosdk::rtmp_output, 1> outputs = {
        videosdk::rtmp_output{.url = "rtmp://live.example.com/app", .stream_key = "key"}};
    here.is(
        (co_await here.client.start_rtmp({.room_id = "room", .resource_id = "resource3", .outputs = outputs}))
            .id == "composition");
    co_await here.client.end_rtmp({.room_id = "room", .id = "composition"});
    here.is(true);
}

asio::awaitable<void> try_doors(world& here)
{
    auto units = co_await here.client.try_acquire(
        {.type = resource_type::recording, .webhook_url = "https://hooks.example.com/", .units = 2});
    here.is(units.has_value() && units->size() == 2);
    here.is((co_await here.client.try_get("resource1")).value().id == "resource1");
    auto missing = co_await here.client.try_get("missing");
    here.is(missing.has_error() && missing.error().code() == videosdk::errc::not_found);
    here.is((co_await here.client.try_get("missing")).error().http_status() == 404);
    auto ended = co_await here.client.try_end_recording({.room_id = "room", .id = "composition"});
    here.is(ended.has_value());
}

asio::awaitable<void> throwing_doors(world& here)
{
    std::string what;
    try {
        co_await here.client.get("missing");
    } catch (const videosdk::error& failure) {
        what = failure.what();
    }
    here.is(what.find("no such resource") != std::string::npos);
    try {
        here.is_called(co_await here.client.get("missing"), "never");
    } catch (const videosdk::error& failure) {
        here.is(failure.code() == videosdk::condition::not_found);
    }
}

asio::awaitable<void> pages(world& here)
{
    auto pager = here.client.list_all({.per_page = 1});
    for (auto page = co_await pager.next(); page; page = co_await pager.next()) {
        here.is(page->resources.size() == 1);
    }
    auto again = here.client.list_all();
    auto first = co_await again.try_next();
    here.is(first.has_value() && first.value()->resources.front().id == "listed1");
}

asio::awaitable<void> raw_requests(world& here)
{
    auto echo = co_await here.client.request(videosdk::verb::post, "/v2/rooms", R"({"a":1})");
    here.is(echo.status == 200 && echo.body == R"({"a":1})");
    here.is(
        (co_await here.client.try_request(videosdk::verb::post, "/rooms", std::string("{}"))).value().body ==
        "{}");
}

asio::awaitable<void> clients_made_in_coroutines(world& here)
{
    const videosdk::client_options options = options_with_token();
    videosdk::client braces{co_await asio::this_coro::executor, options, here.carrier, here.time};
    here.is_called(co_await braces.get("resource1"), "resource1");
    videosdk::client made(co_await asio::this_coro::executor, options_with_token(), here.carrier, here.time);
    here.is_called(co_await made.get("resource2"), "resource2");
    videosdk::client network{co_await asio::this_coro::executor, options};
    videosdk::client nobody(co_await asio::this_coro::executor, videosdk::client_options(), here.carrier,
                            here.time);
    auto refused = co_await nobody.try_get("resource3");
    here.is(refused.has_error() && refused.error().code() == videosdk::errc::invalid_credentials);
}

asio::awaitable<void> lambdas_and_functions(world& here)
{
    const auto named = [](world& inside) -> asio::awaitable<void> {
        inside.has(co_await inside.client.acquire(
                       {.type = resource_type::recording, .webhook_url = "https://hooks.example.com/"}),
                   1);
    };
    co_await named(here);
    const std::function<asio::awaitable<videosdk::resource>(std::string)> kept =
        [&here](std::string id) -> asio::awaitable<videosdk::resource> {
        co_return co_await here.client.get(id);
    };
    here.is_called(co_await kept("resource4"), "resource4");
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_calls)
BOOST_AUTO_TEST_CASE(without_locals)
{
    run(acquire_without_locals, 1);
}
BOOST_AUTO_TEST_CASE(as_an_argument)
{
    run(acquire_as_an_argument, 1);
}
BOOST_AUTO_TEST_CASE(with_every_field)
{
    run(acquire_with_every_field, 1);
}
BOOST_AUTO_TEST_CASE(with_temporary_strings)
{
    run(acquire_with_temporary_strings, 2);
}
BOOST_AUTO_TEST_CASE(in_loops)
{
    run(acquire_in_loops, 4);
}
BOOST_AUTO_TEST_CASE(read_before_awaited)
{
    run(a_call_is_read_before_it_is_awaited, 2);
}
BOOST_AUTO_TEST_CASE(returned_calls)
{
    run(calls_are_returned, 3);
}
BOOST_AUTO_TEST_CASE(inside_calls)
{
    run(calls_stand_inside_calls, 2);
}
BOOST_AUTO_TEST_CASE(with_default_arguments)
{
    run(default_arguments, 4);
}
BOOST_AUTO_TEST_CASE(with_spans)
{
    run(spans, 2);
}
BOOST_AUTO_TEST_CASE(of_compositions)
{
    run(compositions, 4);
}
BOOST_AUTO_TEST_CASE(by_the_try_doors)
{
    run(try_doors, 5);
}
BOOST_AUTO_TEST_CASE(by_the_throwing_doors)
{
    run(throwing_doors, 2);
}
BOOST_AUTO_TEST_CASE(of_pages)
{
    run(pages, 4);
}
BOOST_AUTO_TEST_CASE(of_raw_requests)
{
    run(raw_requests, 2);
}
BOOST_AUTO_TEST_CASE(of_clients_made_in_coroutines)
{
    run(clients_made_in_coroutines, 3);
}
BOOST_AUTO_TEST_CASE(of_lambdas_and_functions)
{
    run(lambdas_and_functions, 2);
}
BOOST_AUTO_TEST_SUITE_END()
