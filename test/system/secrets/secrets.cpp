// One run in which much goes right and much goes wrong: whatever the library says of it, in logs, records,
// errors, printed values and metrics, holds none of the secrets that went in.
#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace videosdk;
namespace asio = boost::asio;

const std::string secret = "account-secret-5e1f0c";
const std::string token_key = "token-signing-key-91d2aa";
const std::string stream_key = "stream-key-77be03";
const std::string url_password = "url-password-c0ffee";
const std::string query_secret = "query-secret-d15ea5e";
const std::string given_token = "eyJhbGciOiJIUzI1NiJ9.e30.given-token-0b5e55ed";
const std::string pem_material = "cHJpdmF0ZS1rZXktbWF0ZXJpYWw";

/// A port of loopback that was free a moment ago.
std::string free_port()
{
    asio::io_context alone;
    const asio::ip::tcp::acceptor acceptor(alone, {asio::ip::address_v4::loopback(), 0});
    return std::to_string(acceptor.local_endpoint().port());
}

/// All that was emitted; and what went over the wire, to be looked for in it.
class run {
public:
    run()
    {
        emulator::server_options settings;
        settings.service.api_key = "account-key";
        settings.service.secret = secret;
        settings.service.idle_after = 1ms;
        settings.service.started_after = settings.service.stopped_after = 1ms;
        settings.service.on_request = [this](const emulator::request& what) {
            note(what);
            if (!what.authorization.empty()) {
                secrets.insert(std::string(what.authorization));
            }
            return std::exchange(next_fault, emulator::fault());
        };
        provider = std::make_unique<emulator::server>(io.get_executor(), settings);
        provider->start();
        note(settings.service);

        client_options options;
        options.credentials = credentials::key_and_secret("account-key", secret);
        options.endpoint = provider->url();
        options.tls.ca_pem = provider->ca_pem();
        const auto log = std::make_shared<log_observer>([this](severity how, std::string_view line) {
            note(how);
            note(line);
            lines += line;
            lines += '\n';
        });
        options.observer =
            std::make_shared<observer_group>(std::vector<std::shared_ptr<observer>>{log, metrics});
        options.retry.backoff_base = 1ms;
        note(options);
        note(options.credentials);
        client = std::make_unique<videosdk::client>(io.get_executor(), options);
        event_hub_options hub_settings;
        hub_settings.poll_after = 20ms;
        hub_settings.on_notice = [this](std::string_view line) { note(line); };
        note(hub_settings);
        hub = std::make_unique<event_hub>(*client, hub_settings);

        // The public URL needs the port before it is bound: another one where somebody was faster.
        while (!listening_at(free_port())) {}
    }

    bool listening_at(const std::string& port)
    {
        webhook_options hooks;
        hooks.public_url = "http://127.0.0.1:" + port + "/in";
        hooks.token_keys = {token_key};
        note(hooks);
        receiver = std::make_unique<webhook_receiver>(*client, *hub, hooks);
        listener_options door;
        door.metrics_path = "/metrics";
        door.on_access = [this](const access_record& record) {
            note(record);
            std::ostringstream line;
            line << record;
            lines += line.str() + '\n';
        };
        note(door);
        listener =
            std::make_unique<webhook_listener>(io.get_executor(), *receiver, "127.0.0.1:" + port, door);
        try {
            listener->start();
            return true;
        } catch (const error& failure) {
            if (failure.code() != errc::address_in_use) {
                throw;
            }
            return false;
        }
    }

    /// Its value or its error, printed.
    template <class T>
    std::optional<T> take(asio::awaitable<result<T>> what)
    {
        std::optional<result<T>> got;
        asio::co_spawn(io, std::move(what),
                       [&](std::exception_ptr, result<T> value) { got.emplace(std::move(value)); });
        run_until([&] { return got.has_value(); });
        if (got->has_error()) {
            note(got->error().what());
            note(got->error().info());
            errors += std::string(got->error().what()) + '\n';
            return std::nullopt;
        }
        return std::move(**got);
    }

    /// What was thrown where an object was to be made.
    void refused(const std::function<void()>& attempt)
    {
        try {
            attempt();
            BOOST_ERROR("was to be refused");
        } catch (const error& failure) {
            note(failure.what());
            note(failure.info());
            errors += std::string(failure.what()) + '\n';
        }
    }

    std::string ask(const std::string& bytes)
    {
        asio::ip::tcp::socket socket(io);
        socket.connect({asio::ip::address_v4::loopback(), listener->port()});
        std::string answer;
        bool done = false;
        asio::async_write(socket, asio::buffer(bytes), [&](const boost::system::error_code&, std::size_t) {
            asio::async_read(socket, asio::dynamic_buffer(answer),
                             [&](const boost::system::error_code&, std::size_t) { done = true; });
        });
        run_until([&] { return done; });
        note(answer);
        return answer;
    }

    template <class T>
    void note(const T& what)
    {
        std::ostringstream line;
        line << what << '\n';
        emitted += line.str();
    }

    void run_until(const std::function<bool()>& done)
    {
        while (!done()) {
            if (io.stopped()) {
                io.restart();
            }
            BOOST_REQUIRE_MESSAGE(io.run_one_for(60s) > 0, "nothing happens any more");
        }
    }

    asio::io_context io{1};
    std::string emitted;
    std::string lines;  ///< Of these, lines of logs …
    std::string errors; ///< … and texts of errors.
    std::set<std::string> secrets = {secret,       token_key,   stream_key,  url_password,
                                     query_secret, given_token, pem_material};
    emulator::fault next_fault;
    std::shared_ptr<metrics_observer> metrics = std::make_shared<metrics_observer>();
    std::unique_ptr<emulator::server> provider;
    std::unique_ptr<videosdk::client> client;
    std::unique_ptr<event_hub> hub;
    std::unique_ptr<webhook_receiver> receiver;
    std::unique_ptr<webhook_listener> listener;
};

void what_goes_right(run& on)
{
    const std::string hook = on.receiver->webhook_url();
    const acquire_request wanted{.type = resource_type::rtmp, .webhook_url = hook};
    on.note(wanted);
    const auto units = on.take(on.client->try_acquire(wanted));
    BOOST_TEST_REQUIRE(units.has_value());
    on.note(units->front());
    const std::string id = units->front().id;
    on.take(on.hub->try_wait_for(id, resource_status::idle, {.timeout = 60s}));
    const std::string address = "rtmp://user:" + url_password + "@live.example.com/" + stream_key;
    const std::array<rtmp_output, 1> outputs{{{.url = address, .stream_key = stream_key}}};
    const start_rtmp_request start{.room_id = "room", .resource_id = id, .outputs = outputs};
    on.note(start);
    on.note(outputs.front());
    const auto started = on.take(on.client->try_start_rtmp(start));
    BOOST_TEST_REQUIRE(started.has_value());
    on.note(*started);
    on.take(on.client->try_release(id)); // it composes: refused
    const std::string traced = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    on.take(on.client->try_list({}, {.traceparent = traced}));
}

void what_goes_wrong(run& on)
{
    const auto page = [&](unsigned status, const std::string& body) {
        on.next_fault = emulator::fault::answer(status, body);
        on.take(on.client->try_acquire(
            {.type = resource_type::recording,
             .webhook_url = "https://u:" + url_password + "@h.example.com/?k=" + query_secret}));
    };
    page(400, R"({"message":"no"})");
    page(503, "<html>");
    page(200, "<html>");
    on.next_fault = emulator::fault::drop();
    on.take(on.client->try_get("0123456789abcdef01234567"));
    on.take(on.client->try_request(verb::post, "/v2/rooms?key=" + query_secret,
                                   "{\"streamKey\":\"" + stream_key + "\"}"));
    on.take(on.client->try_request(verb::post, "/v2/rooms", "{\"streamKey\":\"" + stream_key + "\""));
    on.take(on.client->try_request(verb::get, "/v2/rooms#" + query_secret));
    on.take(on.client->try_get("r1", {.traceparent = given_token}));

    client_options wrong;
    wrong.endpoint = on.provider->url();
    wrong.tls.ca_pem = on.provider->ca_pem();
    wrong.credentials = credentials::token(given_token);
    on.note(wrong);
    client stranger(on.io.get_executor(), wrong);
    on.take(stranger.try_list());
    wrong.credentials = credentials::token_function([] { return "Bearer " + given_token; });
    client careless(on.io.get_executor(), wrong);
    on.take(careless.try_list());

    on.refused([] { credentials::token("Bearer " + given_token); });
    on.refused([] { credentials::token(given_token + "\n"); });
    on.refused([] { credentials::key_and_secret("", secret); });
    on.refused([&] {
        client_options endpoint = wrong;
        endpoint.endpoint = "https://user:" + url_password + "@api.example.com/?k=" + query_secret;
        endpoint.validate();
    });
    on.refused([&] {
        client_options roots = wrong;
        roots.tls.ca_pem = "-----BEGIN CERTIFICATE-----\n" + pem_material + "\n-----END CERTIFICATE-----\n";
        client(on.io.get_executor(), roots);
    });
    on.refused([&] {
        webhook_options hooks;
        hooks.public_url = "https://user:" + url_password + "@hooks.example.com/?k=" + query_secret;
        webhook_receiver(*on.client, *on.hub, hooks);
    });
    on.refused([&] {
        webhook_options hooks;
        hooks.public_url = "https://hooks.example.com";
        hooks.token_keys = {token_key.substr(0, 10), token_key};
        webhook_receiver(*on.client, *on.hub, hooks);
    });
    on.refused([&] {
        listener_options door;
        door.certificate_chain_pem = door.private_key_pem =
            "-----BEGIN PRIVATE KEY-----\n" + pem_material + "\n-----END PRIVATE KEY-----\n";
        on.note(door);
        webhook_listener(on.io.get_executor(), *on.receiver, "127.0.0.1:0", door).start();
    });
    on.refused([] { verify_token(given_token, secret, std::chrono::system_clock::time_point()).value(); });
}

void what_comes_in(run& on)
{
    const std::string url = on.receiver->webhook_url();
    const std::string path = url.substr(url.find('/', 8));
    const std::string head = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: " + given_token +
                             "\r\nvideosdk-signature: " + pem_material + "\r\n";
    on.ask("POST " + path + "?k=" + query_secret + head + "Content-Length: 2\r\n\r\n{}");
    on.ask("POST " + path + "x" + head + "Content-Length: 2\r\n\r\n{}");
    on.ask("GET /" + given_token + head + "\r\n");
    on.ask("POST " + path + head + "Content-Length: 99999999\r\n\r\n");
    on.ask("GET /metrics?k=" + query_secret + head + "\r\n");
}

} // namespace

BOOST_AUTO_TEST_SUITE(secrets)

BOOST_AUTO_TEST_CASE(nothing_that_is_emitted_holds_a_secret)
{
    run on;
    what_goes_right(on);
    what_goes_wrong(on);
    what_comes_in(on);
    {
        // A lease whose manager is gone before the provider has given anything back, and one that is used.
        lease_manager leases(*on.client, *on.hub, *on.receiver);
        auto unit = on.take(leases.try_acquire_ready({.type = resource_type::rtmp}, {.timeout = 60s}));
        BOOST_TEST_REQUIRE(unit.has_value());
        on.note(*unit);
        const std::array<rtmp_output, 1> outputs{
            {{.url = "rtmp://live.example.com/app", .stream_key = stream_key}}};
        const auto running = on.take(unit->try_start_rtmp({.room_id = "room", .outputs = outputs}));
        BOOST_TEST_REQUIRE(running.has_value());
        on.note(*running);
        bool ended = false;
        asio::co_spawn(on.io, leases.shutdown(), [&](std::exception_ptr) { ended = true; });
        on.run_until([&] { return ended; });
    }
    on.note(to_prometheus(on.metrics->metrics()));
    on.note(on.metrics->metrics());
    on.note(to_prometheus(on.listener->counts()));
    on.note(to_prometheus(on.receiver->counts()));
    on.note(on.provider->statistics());

    // The run was eventful, and its tokens were seen.
    BOOST_TEST(on.secrets.size() >= 8U); // a minted token came over the wire, too
    BOOST_TEST(on.metrics->metrics().calls.size() >= 6U);
    BOOST_TEST(on.errors.size() > 1000U);
    BOOST_TEST(on.lines.find("ended after") != std::string::npos);
    for (const std::string& each : on.secrets) {
        const std::size_t at = on.emitted.find(each);
        BOOST_CHECK_MESSAGE(
            at == std::string::npos,
            each << " stands in: "
                 << on.emitted.substr(on.emitted.rfind('\n', at) + 1,
                                      on.emitted.find('\n', at) - on.emitted.rfind('\n', at)));
    }
    // Of a JSON web token the signature is the secret, also without the rest.
    for (const std::string& each : on.secrets) {
        if (const std::size_t dot = each.rfind('.'); dot != std::string::npos) {
            BOOST_TEST(on.emitted.find(each.substr(dot + 1)) == std::string::npos, each);
        }
    }
    // A resource prints its webhook URL, with the correlation token in it, to whoever prints it; logs and
    // errors never do.
    BOOST_TEST(on.lines.find("v1-") == std::string::npos);
    BOOST_TEST(on.errors.find("v1-") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
