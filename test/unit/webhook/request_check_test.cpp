// A malformed request is refused by the first thing that is wrong with it, before any signature is looked at.
#include "auth/encoding.hpp"
#include "webhook/request_check.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace videosdk;
using webhook::check_request;
using webhook::request_check;
using webhook::request_rules;

namespace {

struct request_world {
    request_world()
    {
        rules.keys = auth::correlation_keys::from_secret("secret");
        rules.owner = "studio";
        rules.max_body = 100;
        token = mint(rules.keys, "studio");
        target = "/hooks/studio/" + token;
    }

    static std::string mint(const auth::correlation_keys& keys, std::string_view owner)
    {
        return auth::mint_correlation_token(
            keys, owner, "bootbootbootboot",
            std::chrono::system_clock::time_point(std::chrono::hours(500'000)), "sixteen bytes...");
    }

    request_check check() const
    {
        return check_request({.method = method, .target = target, .headers = headers, .body = body}, rules);
    }
    unsigned status() const
    {
        const request_check out = check();
        return out.refusal ? out.refusal->status : 200;
    }

    request_rules rules;
    std::string token;
    std::string method = "POST";
    std::string target;
    std::vector<header_view> headers{{"Content-Type", "application/json"}, {"videosdk-signature", "c2ln"}};
    std::string body = "{}";
};

} // namespace

BOOST_AUTO_TEST_SUITE(request_check_suite)

BOOST_FIXTURE_TEST_CASE(a_request_that_may_be_genuine_gives_token_and_signature, request_world)
{
    headers.push_back({"Content-Length", "2"});
    const request_check out = check();
    BOOST_TEST(!out.refusal.has_value());
    BOOST_TEST(out.token == token);
    BOOST_TEST(out.signature == "c2ln");
}

BOOST_FIXTURE_TEST_CASE(only_post_is_a_webhook, request_world)
{
    for (const char* other : {"GET", "PUT", "post", "", "POST "}) {
        method = other;
        BOOST_TEST(status() == 405U);
    }
}

BOOST_FIXTURE_TEST_CASE(the_path_ends_in_owner_and_token_whatever_proxies_leave_before_it, request_world)
{
    for (const std::string& fine : {"/studio/" + token, "/a/b/c/studio/" + token,
                                    "/studio/" + token + "?x=/y", "/x/studio/studio/" + token}) {
        target = fine;
        BOOST_TEST(status() == 200U);
    }
    std::string changed = token;
    changed[token.size() / 2] = changed[token.size() / 2] == 'a' ? 'b' : 'a';
    const std::vector<std::string> wrong{"",
                                         "/",
                                         token,
                                         "studio/" + token,
                                         "/" + token,
                                         "/other/" + token,
                                         "/xstudio/" + token,
                                         "/studio/" + token + "/",
                                         "/studio/" + token + "a",
                                         "/studio/x?y=/studio/" + token,
                                         "/studio/" + changed,
                                         "/studio//" + token,
                                         "/Studio/" + token,
                                         "/studio/" + token.substr(0, token.size() - 1)};
    for (const std::string& each : wrong) {
        target = each;
        BOOST_TEST_CONTEXT(each)
        {
            BOOST_TEST(status() == 404U);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_token_of_another_owner_or_key_is_none_of_ours, request_world)
{
    target = "/studio/" + mint(rules.keys, "other");
    BOOST_TEST(status() == 404U);
    target = "/studio/" + mint(auth::correlation_keys::from_secret("another secret"), "studio");
    BOOST_TEST(status() == 404U);
}

BOOST_FIXTURE_TEST_CASE(the_body_is_json_or_not_named, request_world)
{
    for (const char* fine : {"application/json", "Application/JSON; charset=utf-8", " application/json ;x"}) {
        headers[0].value = fine;
        BOOST_TEST(status() == 200U);
    }
    for (const char* wrong : {"text/plain", "application/jsonp", "application/x-www-form-urlencoded", ""}) {
        headers[0].value = wrong;
        BOOST_TEST(status() == 415U);
    }
    headers[0].value = "application/json";
    headers.push_back({"content-type", "application/json"});
    BOOST_TEST(status() == 415U);
    headers = {{"VideoSDK-Signature", "c2ln"}};
    BOOST_TEST(status() == 200U);
}

BOOST_FIXTURE_TEST_CASE(the_declared_length_is_the_bodys, request_world)
{
    headers.push_back({"Content-Length", "2"});
    BOOST_TEST(status() == 200U);
    for (const char* wrong : {"1", "3", "", "-2", "2x", "0x2", "2, 2"}) {
        headers[2].value = wrong;
        BOOST_TEST(status() == 400U);
    }
    for (const char* large : {"101", "99999999999999999999999"}) {
        headers[2].value = large;
        BOOST_TEST(status() == 413U);
    }
    headers.pop_back();
    body.assign(100, ' ');
    BOOST_TEST(status() == 200U);
    body += ' ';
    BOOST_TEST(status() == 413U);
}

BOOST_FIXTURE_TEST_CASE(there_is_exactly_one_signature, request_world)
{
    headers[1].value = " ";
    BOOST_TEST(status() == 401U);
    headers.pop_back();
    BOOST_TEST(status() == 401U);
    headers.push_back({"videosdk-signature", "c2ln"});
    headers.push_back({"Videosdk-Signature", "c2ln"});
    BOOST_TEST(status() == 401U);
}

BOOST_FIXTURE_TEST_CASE(the_cheapest_check_comes_first, request_world)
{
    headers.clear();
    body.assign(101, ' ');
    BOOST_TEST(status() == 413U);
    headers.push_back({"Content-Type", "text/plain"});
    BOOST_TEST(status() == 415U);
    target = "/nowhere";
    BOOST_TEST(status() == 404U);
    method = "GET";
    BOOST_TEST(status() == 405U);
}

BOOST_AUTO_TEST_SUITE_END()
