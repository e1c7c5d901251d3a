// Headers of the options go with every request of the client, once, and their values are never printed.
#include "support/raw_server.hpp"
#include "world.hpp"

#include <mutex>
#include <sstream>
#include <vector>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;

std::size_t occurrences(const std::string& text, std::string_view part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sent_headers)

BOOST_AUTO_TEST_CASE(every_request_has_them_once_and_as_they_are)
{
    std::mutex mutex;
    std::vector<std::string> requests;
    const raw_server server([&](raw_peer& peer, unsigned) {
        for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            const std::lock_guard lock(mutex);
            requests.push_back(request);
            peer.write(test_support::ok(request.starts_with("GET") ? unit_json : one_unit()));
        }
    });
    auto options = options_for("http://127.0.0.1:" + std::to_string(server.port()));
    options.headers = {{"X-Tenant", "blue, green"}, {"x-empty", ""}, {"X-Tenant", "again"}};
    options.user_agent = "my-app/1.0 (+https://example.com)";
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options);
    BOOST_TEST(run(io, client.try_acquire(one_recording)).has_value());
    BOOST_TEST(run(io, client.try_get("r1")).has_value());
    const std::lock_guard lock(mutex);
    BOOST_REQUIRE(requests.size() == 2U);
    for (const std::string& each : requests) {
        const std::string head = each.substr(0, each.find("\r\n\r\n") + 2);
        BOOST_TEST(occurrences(head, "\r\nX-Tenant: blue, green\r\nx-empty: \r\nX-Tenant: again\r\n") == 1U,
                   head);
        BOOST_TEST(occurrences(head, "\r\nUser-Agent: my-app/1.0 (+https://example.com)\r\n") == 1U, head);
        for (const char* name : {"\r\nHost: ", "\r\nAuthorization: ", "\r\nAccept: "}) {
            BOOST_TEST(occurrences(head, name) == 1U, head);
        }
    }
}

BOOST_AUTO_TEST_CASE(names_are_printed_and_values_are_not)
{
    auto options = options_for("https://api.videosdk.live");
    options.headers = {{"X-Tenant", "a-value-not-to-be-seen"}, {"X-Other", "not-to-be-seen"}};
    std::ostringstream text;
    text << options;
    BOOST_TEST(contains(text.str(), "headers X-Tenant, X-Other"), text.str());
    BOOST_TEST(!contains(text.str(), "not-to-be-seen"), text.str());
}

BOOST_AUTO_TEST_SUITE_END()
