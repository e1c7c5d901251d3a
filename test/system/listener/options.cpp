// What is wrong with a listener's options is said in their own names.
#include "support/certificates.hpp"
#include "world.hpp"

#include <chrono>
#include <functional>

using namespace listener_tests;
using namespace std::chrono_literals;
using videosdk::listener_options;

namespace {

std::string refusal(const std::function<void()>& what)
{
    try {
        what();
    } catch (const videosdk::error& failure) {
        BOOST_CHECK(failure.code() == videosdk::errc::invalid_argument);
        return failure.info().call + ": " + failure.info().detail;
    }
    return "accepted";
}

} // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(each_option_out_of_range_is_told_with_its_range)
{
    struct row {
        std::function<void(listener_options&)> spoil;
        std::string text;
    };
    const std::string range = " must be more than zero and at most 24 hours";
    const std::string where =
        " must be host:port with a numeric host, such as 0.0.0.0:8080 or [::]:8080, or localhost:8080";
    const std::string path = "health_path must be empty or a path such as /healthz: 2 to 255 characters "
                             "without blanks, '?', '#' and "
                             "'*'";
    for (const row& each : std::vector<row>{
             {[](auto& o) { o.more_addresses = {"[::]:0", "example.com:80"}; }, "more_addresses[1]" + where},
             {[](auto& o) { o.certificate_chain_pem = "x"; },
              "certificate_chain_pem is given without private_key_pem"},
             {[](auto& o) { o.private_key_pem = "x"; },
              "private_key_pem is given without certificate_chain_pem"},
             {[](auto& o) { o.max_connections = 0; }, "max_connections must be at least 1"},
             {[](auto& o) { o.trusted_proxies = {"::1", "10.0.0.1/8"}; },
              "trusted_proxies[1]: \"10.0.0.1/8\" has bits beyond its prefix: write 10.0.0.0/8"},
             {[](auto& o) { o.health_path = "/a?b"; }, path},
             {[](auto& o) { o.metrics_path = "metrics"; }, "metrics" + path.substr(6)},
             {[](auto& o) { o.metrics_path = o.health_path = "/a"; },
              "metrics_path is health_path: take another, such as /metrics"},
             {[](auto& o) { o.more_metrics = []() -> boost::asio::awaitable<std::string> { co_return ""; }; },
              "more_metrics is given without metrics_path"},
             {[](auto& o) { o.max_head = 127; }, "max_head must be 128 bytes to 1 MiB"},
             {[](auto& o) { o.max_head = 1024 * 1024 + 1; }, "max_head must be 128 bytes to 1 MiB"},
             {[](auto& o) { o.max_body = 0; }, "max_body must be 1 byte to 1 GiB"},
             {[](auto& o) { o.max_body = static_cast<std::size_t>(-1); }, "max_body must be 1 byte to 1 GiB"},
             {[](auto& o) { o.max_body_memory = o.max_body - 1; },
              "max_body_memory must be at least max_body"},
             {[](auto& o) { o.head_timeout = 0s; }, "head_timeout" + range},
             {[](auto& o) { o.request_timeout = -1s; }, "request_timeout" + range},
             {[](auto& o) { o.handler_timeout = 25h; }, "handler_timeout" + range},
             {[](auto& o) { o.write_timeout = std::chrono::nanoseconds::max(); }, "write_timeout" + range},
             {[](auto& o) { o.idle_timeout = 0ns; }, "idle_timeout" + range},
         }) {
        listener_options wrong;
        each.spoil(wrong);
        BOOST_CHECK_EQUAL(refusal([&] { wrong.validate(); }), "listener_options: " + each.text);
    }
    BOOST_CHECK_EQUAL(refusal([] { listener_options().validate(); }), "accepted");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_cannot_be_used_is_told_by_the_listener)
{
    const auto leaf = test_support::make_leaf();
    const auto other = test_support::make_leaf();
    struct row {
        std::string certificate;
        std::string key;
        std::string text;
    };
    for (
        const row& each : std::vector<row>{
            {"none", leaf.private_key_pem, "certificate_chain_pem is not a chain of PEM certificates"},
            {leaf.certificate_pem, "none",
             "private_key_pem is not an unencrypted PEM private key that belongs to the first certificate of "
             "certificate_chain_pem"},
            {leaf.certificate_pem, other.private_key_pem,
             "private_key_pem is not an unencrypted PEM private key that belongs to the first certificate of "
             "certificate_chain_pem"},
        }) {
        world here;
        here.options.certificate_chain_pem = each.certificate;
        here.options.private_key_pem = each.key;
        BOOST_CHECK_EQUAL(refusal([&] { here.start(); }), "webhook_listener: " + each.text);
        world good;
        good.options.certificate_chain_pem = leaf.certificate_pem;
        good.options.private_key_pem = leaf.private_key_pem;
        good.start();
        BOOST_CHECK_EQUAL(refusal([&] { good.listener->reload_certificate(each.certificate, each.key); }),
                          "webhook_listener: " + each.text);
    }
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_told_with_the_call_and_the_address)
{
    world here;
    here.start();
    const std::string address = "127.0.0.1:" + std::to_string(here.listener->port());
    videosdk::webhook_listener second(here.io.get_executor(), *here.receiver, address);
    try {
        second.start();
        BOOST_ERROR("listens on a port that is taken");
    } catch (const videosdk::error& failure) {
        BOOST_CHECK(failure.code() == videosdk::errc::address_in_use);
        const std::string text = failure.what();
        BOOST_CHECK_MESSAGE(text.find("webhook_listener") != std::string::npos, text);
        BOOST_CHECK_MESSAGE(
            text.find("cannot listen on " + address + ": the port is taken") != std::string::npos, text);
    }
    BOOST_CHECK_EQUAL(second.port(), 0U);
}

BOOST_AUTO_TEST_SUITE_END()
