// A resumed session saves a handshake, never a check: it belongs to one client, its host and its roots.
#include "trial.hpp"

#include <openssl/ssl.h>

namespace {

using namespace test;
using test_support::certificate;
using test_support::certificate_plan;
using videosdk::errc;

/// One request a connection, so that the next call connects anew.
void serve_one(tls_session& session)
{
    if (!session.read_request().empty()) {
        session.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                      std::to_string(unit_json.size()) + "\r\n\r\n" + std::string(unit_json));
        session.close_politely();
    }
}

tls_plan plan_for(const certificate& leaf, int version)
{
    return {.chain_pem = leaf.certificate_pem,
            .key_pem = leaf.private_key_pem,
            .min_version = version,
            .max_version = version};
}

certificate leaf_for(const std::string& host, const certificate& root)
{
    certificate_plan plan;
    plan.dns_names = {host};
    return issue(plan, &root);
}

/// Calls of clients that all live to the end, so that each keeps what it may keep.
class callers {
public:
    void add(const videosdk::client_options& options) { clients_.emplace_back(io_.get_executor(), options); }

    videosdk::result<videosdk::resource> get(std::size_t which)
    {
        return run(io_, clients_[which].try_get("r1", {.max_attempts = 1}));
    }

private:
    boost::asio::io_context io_;
    std::vector<videosdk::client> clients_;
};

void check_refused_by_name(const videosdk::result<videosdk::resource>& got, std::string_view words)
{
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::tls_failed), got.error().what());
    BOOST_TEST((got.error().outcome() == videosdk::outcome::not_sent));
    BOOST_TEST(contains(got.error().what(), words), got.error().what());
}

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

} // namespace

BOOST_AUTO_TEST_SUITE(resumption)

BOOST_AUTO_TEST_CASE(a_session_is_resumed_only_by_the_client_that_checked_its_server)
{
    const certificate root = issue(test_support::authority_plan("test root"));
    const certificate other = issue(test_support::authority_plan("another root"));
    for (const int version : versions) {
        // Given a server that can resume, whose certificate is for a.example.com,
        peer server(tls_peer(plan_for(leaf_for("a.example.com", root), version), serve_one));
        std::size_t bytes = 0;
        {
            callers clients;
            clients.add(options_for(server.url("a.example.com"), root.certificate_pem));
            clients.add(options_for(server.url("b.example.com"), root.certificate_pem));
            clients.add(options_for(server.url("a.example.com"), other.certificate_pem));
            // when one client has sessions with it,
            BOOST_TEST(clients.get(0).has_value());
            BOOST_TEST(clients.get(0).has_value());
            // then a client of another host and one of other roots still check its certificate.
            check_refused_by_name(clients.get(1), "mismatch");
            check_refused_by_name(clients.get(2), "issuer certificate");
            BOOST_TEST(clients.get(0).has_value());
        }
        const sightings& seen = server.finish();
        bytes = seen.application_bytes;
        BOOST_TEST(seen.connections == 5U);
        BOOST_TEST(seen.handshakes == 3U);
        BOOST_TEST(seen.resumed == 2U);
        BOOST_TEST(bytes > 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_anothers_place_cannot_live_on_its_sessions)
{
    const certificate root = issue(test_support::authority_plan("test root"));
    const certificate stranger = issue(test_support::authority_plan("another root"));
    const certificate good = leaf_for("api.example.com", root);
    const certificate bad = leaf_for("api.example.com", stranger);
    for (const int version : versions) {
        // Given a client with a session, when somebody else answers at the same address,
        peer server(
            tls_peer([&](unsigned nth) { return plan_for(nth == 1 ? bad : good, version); }, serve_one));
        {
            callers clients;
            clients.add(options_for(server.url("api.example.com"), root.certificate_pem));
            BOOST_TEST(clients.get(0).has_value());
            // then the session is of no use to him,
            check_refused_by_name(clients.get(0), "issuer certificate");
            // and when the rightful server is back, it is checked in full and accepted.
            BOOST_TEST(clients.get(0).has_value());
        }
        const sightings& seen = server.finish();
        BOOST_TEST(seen.handshakes == 2U);
        BOOST_TEST(seen.resumed == 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
