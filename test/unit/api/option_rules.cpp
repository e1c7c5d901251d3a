// Every option of a client that can be out of range is refused by its name, and the first that is, first.
#include <videosdk/client_options.hpp>
#include <videosdk/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <functional>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

namespace {

using namespace std::chrono_literals;
using videosdk::client_options;
using videosdk::errc;

/// Empty when they are accepted.
std::string refusal_of(const client_options& options, errc code = errc::invalid_argument)
{
    try {
        options.validate();
    } catch (const videosdk::error& failure) {
        BOOST_TEST((failure.code() == code), failure.what());
        return failure.what();
    }
    return {};
}

struct bad_value {
    const char* field; ///< As the error begins, behind "client_options: invalid_argument: ".
    std::function<void(client_options&)> set;
    errc code = errc::invalid_argument;
};

constexpr auto too_long = std::chrono::hours(24 * 365) + 1ns;

/// In the order in which they are looked at.
const bad_value bad_values[] = {
    {"endpoint", [](auto& o) { o.endpoint = "nonsense"; }, errc::invalid_endpoint},
    {"endpoint", [](auto& o) { o.endpoint = "http://api.example.com"; }, errc::invalid_endpoint},
    {"tls.client_certificate_file",
     [](auto& o) { o.tls.client_certificate_file = o.tls.client_certificate_pem = "x"; }},
    {"tls.client_key_file and", [](auto& o) { o.tls.client_key_file = o.tls.client_key_pem = "x"; }},
    {"tls.client_key_file or", [](auto& o) { o.tls.client_certificate_file = "x"; }},
    {"tls.client_key_file or", [](auto& o) { o.tls.client_certificate_pem = "x"; }},
    {"tls.client_certificate_file or", [](auto& o) { o.tls.client_key_file = "x"; }},
    {"tls.client_certificate_file or", [](auto& o) { o.tls.client_key_pem = "x"; }},
    {"proxy.url", [](auto& o) { o.proxy.url = "https://proxy:1"; }},
    {"timeout", [](auto& o) { o.timeout = 0ns; }},
    {"timeout", [](auto& o) { o.timeout = -1ns; }},
    {"timeout", [](auto& o) { o.timeout = too_long; }},
    {"pool.max_connections", [](auto& o) { o.pool.max_connections = 0; }},
    {"pool.max_connections", [](auto& o) { o.pool.max_connections = 65'536; }},
    {"pool.idle_limit", [](auto& o) { o.pool.idle_limit = 0ns; }},
    {"pool.idle_limit", [](auto& o) { o.pool.idle_limit = too_long; }},
    {"pool.age_limit", [](auto& o) { o.pool.age_limit = 0ns; }},
    {"pool.age_limit", [](auto& o) { o.pool.age_limit = too_long; }},
    {"pool.connect_timeout", [](auto& o) { o.pool.connect_timeout = 0ns; }},
    {"pool.connect_timeout", [](auto& o) { o.pool.connect_timeout = too_long; }},
    {"pool.max_response_head", [](auto& o) { o.pool.max_response_head = 1023; }},
    {"pool.max_response_head", [](auto& o) { o.pool.max_response_head = 1024 * 1024 + 1; }},
    {"pool.max_response_body", [](auto& o) { o.pool.max_response_body = 1023; }},
    {"pool.max_response_body", [](auto& o) { o.pool.max_response_body = 1024 * 1024 * 1024 + 1; }},
    {"retry.max_attempts", [](auto& o) { o.retry.max_attempts = 0; }},
    {"retry.backoff_base", [](auto& o) { o.retry.backoff_base = 0ns; }},
    {"retry.backoff_base", [](auto& o) { o.retry.backoff_base = too_long; }},
    {"retry.backoff_cap", [](auto& o) { o.retry.backoff_cap = 0ns; }},
    {"retry.backoff_cap", [](auto& o) { o.retry.backoff_cap = too_long; }},
    {"retry.budget_ratio", [](auto& o) { o.retry.budget_ratio = -0.1; }},
    {"retry.budget_ratio", [](auto& o) { o.retry.budget_ratio = 100.1; }},
    {"retry.budget_ratio", [](auto& o) { o.retry.budget_ratio = std::numeric_limits<double>::quiet_NaN(); }},
    {"retry.budget_reserve", [](auto& o) { o.retry.budget_reserve = -1; }},
    {"retry.budget_reserve", [](auto& o) { o.retry.budget_reserve = 1e7; }},
    {"retry.budget_reserve",
     [](auto& o) { o.retry.budget_reserve = std::numeric_limits<double>::quiet_NaN(); }},
    {"user_agent", [](auto& o) { o.user_agent = "a\r\nX: y"; }},
    {"user_agent", [](auto& o) { o.user_agent = " a"; }},
    {"user_agent", [](auto& o) { o.user_agent = std::string("a\0b", 3); }},
    {"user_agent", [](auto& o) { o.user_agent = std::string(257, 'a'); }},
    {"headers[0]", [](auto& o) { o.headers = {{"X Y", "v"}}; }},
    {"headers[0] (Host)", [](auto& o) { o.headers = {{"Host", "v"}}; }},
    {"headers[0] (X)", [](auto& o) { o.headers = {{"X", "v\r\n"}}; }},
};

/// Values at the end of what is allowed, and every option that no value is wrong for.
const std::function<void(client_options&)> good_values[] = {
    [](auto&) {},
    [](auto& o) { o.endpoint = "http://localhost:8080"; },
    [](auto& o) { o.endpoint = "http://api.example.com", o.insecure_allow_plain_http = true; },
    [](auto& o) { o.tls.ca_file = "roots.pem", o.tls.ca_pem = "x"; }, // read by the client's constructor
    [](auto& o) { o.tls.insecure_accept_any_certificate = true; },
    [](auto& o) { o.tls.client_certificate_file = "a.pem", o.tls.client_key_pem = "x"; },
    [](auto& o) { o.tls.client_certificate_pem = "x", o.tls.client_key_file = "a.key"; },
    [](auto& o) { o.proxy.url = "http://u:w@proxy:3128", o.proxy.no_proxy = "\r\n any \x7f text"; },
    [](auto& o) { o.pool.max_connections = 1, o.pool.max_waiting = 0; },
    [](auto& o) { o.pool.max_connections = 65'535, o.pool.max_waiting = static_cast<std::size_t>(-1) / 2; },
    [](auto& o) { o.timeout = o.pool.idle_limit = o.pool.age_limit = o.pool.connect_timeout = 1ns; },
    [](auto& o) {
        o.timeout = o.pool.idle_limit = o.pool.age_limit = o.pool.connect_timeout = too_long - 1ns;
    },
    [](auto& o) { o.pool.max_response_head = o.pool.max_response_body = 1024; },
    [](auto& o) { o.pool.max_response_head = 1024 * 1024, o.pool.max_response_body = 1024 * 1024 * 1024; },
    [](auto& o) { o.retry.max_attempts = 1, o.retry.backoff_base = o.retry.backoff_cap = 1ns; },
    [](auto& o) { o.retry.budget_ratio = 0, o.retry.budget_reserve = 0; },
    [](auto& o) { o.retry.budget_ratio = 100, o.retry.budget_reserve = 1'000'000; },
    [](auto& o) { o.user_agent.clear(); },
    [](auto& o) { o.user_agent = std::string(256, 'a'); },
    [](auto& o) { o.headers = {{"X-Tenant", "a"}}; },
    [](auto& o) { o.serial_executor = true; },
    [](auto& o) { o.on_unclaimed = [](const videosdk::unclaimed_grant&) {}; },
    [](auto& o) { o.observer = nullptr; },
    [](auto& o) { o.credentials = videosdk::credentials(); }, // calls refuse to go without
};

/// An environment variable while it lives.
class variable {
public:
    variable(const char* name, const char* value) : name_(name)
    {
        if (const char* const old = std::getenv(name)) {
            old_ = old;
        }
        if (value == nullptr) {
            ::unsetenv(name);
        } else {
            ::setenv(name, value, 1);
        }
    }
    ~variable()
    {
        if (old_) {
            ::setenv(name_, old_->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }
    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> old_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(option_rules)

BOOST_AUTO_TEST_CASE(each_value_out_of_range_is_refused_by_its_name)
{
    for (const bad_value& each : bad_values) {
        client_options options;
        each.set(options);
        const std::string text = refusal_of(options, each.code);
        BOOST_TEST(text.find(std::string(": ") + each.field + " ") != std::string::npos,
                   text << " for " << each.field);
    }
}

BOOST_AUTO_TEST_CASE(of_several_the_first_is_named)
{
    client_options options; // ever more of it is wrong
    for (std::size_t i = std::size(bad_values); i-- > 0;) {
        if (std::string(bad_values[i].field).starts_with("tls.")) {
            options.tls = videosdk::tls_options();
        }
        bad_values[i].set(options);
        const std::string text = refusal_of(options, bad_values[i].code);
        BOOST_TEST(text.find(std::string(": ") + bad_values[i].field + " ") != std::string::npos,
                   text << " for " << bad_values[i].field);
    }
}

BOOST_AUTO_TEST_CASE(every_value_in_range_is_accepted)
{
    for (std::size_t i = 0; i < std::size(good_values); ++i) {
        client_options options;
        good_values[i](options);
        BOOST_TEST(refusal_of(options).empty(), "value " << i);
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_is_read_from_the_environment_when_asked_for)
{
    const variable none[] = {
        {"https_proxy", nullptr}, {"HTTPS_PROXY", nullptr}, {"no_proxy", nullptr}, {"NO_PROXY", nullptr}};
    BOOST_TEST(videosdk::proxy_from_environment().url.empty());
    BOOST_TEST(videosdk::proxy_from_environment().no_proxy.empty());
    const variable upper[] = {{"HTTPS_PROXY", "http://upper:1"}, {"NO_PROXY", "a.org"}};
    BOOST_TEST(client_options().proxy.url.empty()); // never behind one's back
    BOOST_TEST(videosdk::proxy_from_environment().url == "http://upper:1");
    BOOST_TEST(videosdk::proxy_from_environment().no_proxy == "a.org");
    const variable lower[] = {{"https_proxy", "u:w@lower:2"}, {"no_proxy", "b.org"}};
    BOOST_TEST(videosdk::proxy_from_environment().url == "http://u:w@lower:2");
    BOOST_TEST(videosdk::proxy_from_environment().no_proxy == "b.org");
    const variable empty("https_proxy", "");
    BOOST_TEST(videosdk::proxy_from_environment().url == "http://upper:1");
    const variable odd("https_proxy", "socks5://user:word@lower:2");
    client_options options;
    options.proxy = videosdk::proxy_from_environment();
    const std::string text = refusal_of(options);
    BOOST_TEST(text.find("proxy.url cannot be used: it does not begin with http://") != std::string::npos,
               text);
    BOOST_TEST(text.find("word") == std::string::npos, text);
    std::ostringstream printed;
    printed << options << options.proxy;
    BOOST_TEST(printed.str().find("word") == std::string::npos, printed.str());
}

BOOST_AUTO_TEST_SUITE_END()
