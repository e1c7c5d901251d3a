// Options: the bad field is named, secrets are not printed.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <sstream>

using namespace emulator_test;

namespace {

std::string why(const std::function<void()>& what)
{
    try {
        what();
    } catch (const videosdk::error& failure) {
        BOOST_TEST((failure.code() == videosdk::errc::invalid_argument));
        return failure.info().detail;
    }
    return "accepted";
}

std::string why_not(const std::function<void(emulator::service_options&)>& change)
{
    auto changed = options();
    change(changed);
    return why([&changed] { changed.validate(); });
}

std::string why_not_server(const std::function<void(emulator::server_options&)>& change)
{
    emulator::server_options changed;
    changed.service = options();
    change(changed);
    return why([&changed] { changed.validate(); });
}

template <class T>
std::string printed(const T& value)
{
    std::ostringstream line;
    line << value;
    return line.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(options_are_checked)

BOOST_AUTO_TEST_CASE(a_bad_field_of_the_service_is_named)
{
    using wanted = emulator::service_options;
    BOOST_TEST(why_not([](wanted&) {}) == "accepted");
    BOOST_TEST(why_not([](wanted& o) { o.api_key.clear(); }).starts_with("api_key must be set"));
    BOOST_TEST(why_not([](wanted& o) { o.secret.clear(); }).starts_with("secret must be set"));
    BOOST_TEST(why_not([](wanted& o) { o.idle_after = -1ns; }) == "idle_after must be from 0 to a year");
    BOOST_TEST(why_not([](wanted& o) { o.started_after = -1ns; }).starts_with("started_after"));
    BOOST_TEST(why_not([](wanted& o) { o.stopped_after = 24h * 400; }).starts_with("stopped_after"));
    BOOST_TEST(why_not([](wanted& o) { o.echo = {}; }).starts_with("echo"));
    BOOST_TEST(why_not([](wanted& o) { o.get = {}; }).starts_with("get"));
    BOOST_TEST(why_not([](wanted& o) { o.numbers = {}; }).starts_with("numbers"));
    BOOST_TEST(why_not([](wanted& o) { o.recording = {}; }).starts_with("recording"));
    BOOST_TEST(why_not([](wanted& o) { o.not_found_status = 410; }) == "not_found_status must be 404 or 402");
    BOOST_TEST(why_not([](wanted& o) { o.max_per_page = 0; }).starts_with("max_per_page"));
    BOOST_TEST(why_not([](wanted& o) { o.max_units = 0; }).starts_with("max_units"));
    BOOST_TEST(why_not([](wanted& o) { o.redelivery.attempts = 0; }).starts_with("redelivery.attempts"));
    BOOST_TEST(why_not([](wanted& o) { o.redelivery.growth = 0.5; }).starts_with("redelivery.growth"));
    BOOST_TEST(why_not([](wanted& o) { o.redelivery.first_delay = -1ns; }).starts_with("redelivery.first"));
    BOOST_TEST(why_not([](wanted& o) { o.room_webhook_url = "x"; }).starts_with("room_webhook_url"));
    BOOST_TEST(why_not([](wanted& o) { o.media_url = "x"; }).starts_with("media_url"));
    BOOST_TEST(why_not([](wanted& o) { o.sign_webhooks = false; }) ==
               "private_key_pem must be empty where sign_webhooks is off");
}

BOOST_AUTO_TEST_CASE(a_bad_signing_key_is_refused_when_the_service_is_made)
{
    auto wanted = options();
    wanted.private_key_pem = "no key";
    BOOST_TEST(why([&] { emulator::service made(wanted); }).starts_with("private_key_pem must be"));
    wanted.private_key_pem = videosdk::http::make_authority("x").private_key_pem; // an EC key
    BOOST_TEST(why([&] { emulator::service made(wanted); }) ==
               "private_key_pem must be an RSA key of at least 2048 bits");
}

BOOST_AUTO_TEST_CASE(options_that_are_refused_later_change_nothing)
{
    player test;
    auto wanted = options();
    wanted.secret = "another";
    wanted.max_units = 0;
    BOOST_CHECK_THROW(test.service.set_options(wanted), videosdk::error);
    BOOST_TEST(test.get("/v2/resource").status == 200u);
    wanted.max_units = 1;
    test.service.set_options(wanted);
    BOOST_TEST(test.get("/v2/resource").status == 401u);
}

BOOST_AUTO_TEST_CASE(a_bad_field_of_the_server_is_named)
{
    using wanted = emulator::server_options;
    BOOST_TEST(why_not_server([](wanted&) {}) == "accepted");
    BOOST_TEST(why_not_server([](wanted& o) { o.service.secret.clear(); }).starts_with("secret"));
    BOOST_TEST(why_not_server([](wanted& o) {
                   o.service.private_key_pem.clear();
                   o.service.sign_webhooks = false;
               }).starts_with("service.sign_webhooks must be on where webhooks are sent"));
    BOOST_TEST(why_not_server([](wanted& o) {
                   o.service.private_key_pem.clear();
                   o.service.sign_webhooks = false;
                   o.service.send_webhooks = false;
               }) == "accepted");
    BOOST_TEST(why_not_server([](wanted& o) { o.address.clear(); }).starts_with("address"));
    BOOST_TEST(why_not_server([](wanted& o) { o.security = {}; }).starts_with("security"));
    BOOST_TEST(why_not_server([](wanted& o) {
                   o.certificate_chain_pem = "x";
               }).starts_with("certificate_chain_pem must be set with"));
    BOOST_TEST(why_not_server([](wanted& o) { o.private_key_pem = "x"; }).starts_with("private_key_pem"));
    BOOST_TEST(why_not_server([](wanted& o) { o.ca_pem = "x"; }).starts_with("ca_pem"));
    BOOST_TEST(why_not_server([](wanted& o) {
                   o.security = emulator::server_security::certificate;
                   o.certificate_chain_pem = "x";
               }).starts_with("private_key_pem"));
    BOOST_TEST(why_not_server([](wanted& o) { o.webhook_timeout = 0ns; }).starts_with("webhook_timeout"));
    BOOST_TEST(why_not_server([](wanted& o) { o.max_webhook_origins = 0; }).starts_with("max_webhook"));
    BOOST_TEST(why_not_server([](wanted& o) { o.max_connections = 0; }).starts_with("max_connections"));
    BOOST_TEST(why_not_server([](wanted& o) { o.idle_timeout = 0ns; }).starts_with("idle_timeout"));
}

BOOST_AUTO_TEST_CASE(secrets_are_not_printed)
{
    emulator::server_options wanted;
    wanted.service = options();
    wanted.service.secret = "TOPSECRET";
    wanted.private_key_pem = "TOPSECRET";
    BOOST_TEST(printed(wanted).find("TOPSECRET") == std::string::npos);
    BOOST_TEST(printed(wanted).find("PRIVATE KEY") == std::string::npos);
    BOOST_TEST(printed(wanted).find("api_key=key") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(values_print_on_one_line)
{
    BOOST_TEST(printed(emulator::fault()) == "none");
    BOOST_TEST(printed(emulator::fault::answer(503, "x")) == "answer status=503");
    BOOST_TEST(printed(emulator::fault::delay(2s)) == "delay time=2000ms");
    BOOST_TEST(printed(emulator::echo_mode::normalised) == "normalised");
    emulator::reply answer;
    answer.body = "a\nb";
    BOOST_TEST(printed(answer) == "200 a\\x0ab");
    answer.drop = true;
    BOOST_TEST(printed(answer) == "dropped");
    emulator::webhook sent;
    sent.id = 3;
    sent.url = "https://h.example.com/p?secret=1";
    BOOST_TEST(printed(sent) == "3 attempt=1 url=https://h.example.com/p?...");
}

BOOST_AUTO_TEST_SUITE_END()
