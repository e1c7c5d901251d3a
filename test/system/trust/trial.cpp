// Trials, and what is to be said about each of them.
#include "trial.hpp"

namespace test {

using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;

void serve_units(tls_session& session)
{
    while (!session.read_request().empty()) {
        const std::string body = R"({"success":true,"data":[)" + std::string(unit_json) + "]}";
        session.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                      body);
    }
}

trial acquire_from(peer& server, const videosdk::client_options& options)
{
    videosdk::result<std::vector<videosdk::resource>> got = videosdk::error();
    {
        boost::asio::io_context io;
        videosdk::client client(io.get_executor(), options);
        got = run(io, client.try_acquire({.type = videosdk::resource_type::recording,
                                          .webhook_url = "https://hooks.example.com/t0"}));
    }
    return {std::move(got), server.finish()};
}

trial acquire_from(const peer::serve_function& serve, const std::string& host, const std::string& roots)
{
    peer server(serve);
    return acquire_from(server, options_for(server.url(host), roots));
}

void check_refused(const trial& what, std::string_view words)
{
    BOOST_TEST(what.seen.application_bytes == 0U);
    BOOST_TEST(what.seen.connections == 1U);
    BOOST_TEST(!contains(what.seen.bytes, "POST"));
    BOOST_TEST(what.got.has_error(), "a connection that must be refused was used");
    if (what.got.has_value()) {
        return;
    }
    const videosdk::error& failure = what.got.error();
    const std::string text = failure.what();
    BOOST_TEST((failure.code() == errc::tls_failed), text);
    BOOST_TEST((failure.outcome() == outcome::not_sent), text);
    BOOST_TEST((failure.effect() == effect::none), text);
    BOOST_TEST(failure.attempts() == 1U, text);
    BOOST_TEST(contains(text, "acquire"), text);
    BOOST_TEST(contains(text, words), text);
    BOOST_TEST(!contains(text, secret_of_tests), text);
    BOOST_TEST(!contains(text, "eyJ"), text); // How every JWT begins.
}

void check_accepted(const trial& what)
{
    const std::string failure = what.got.has_error() ? what.got.error().what() : "";
    BOOST_TEST(what.got.has_value(), failure);
    BOOST_TEST(what.seen.handshakes == 1U);
    BOOST_TEST(what.seen.application_bytes > 0U);
}

} // namespace test
