// Acquire, get and readiness.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace emulator_test;

namespace {

emulator::reply acquire_with(player& test, const std::string& body)
{
    return test.post("/v2/resource/acquire", body);
}

constexpr const char* plain = R"({"type":"recording","webhookUrl":"https://h.example.com/x"})";

} // namespace

BOOST_AUTO_TEST_SUITE(units_are_acquired)

BOOST_AUTO_TEST_CASE(one_unit_is_granted_with_the_services_defaults)
{
    player test;
    const auto answer = acquire_with(test, plain);
    BOOST_TEST(answer.status == 200u);
    const json::value body = parse(answer);
    BOOST_TEST(body.at("success").as_bool());
    BOOST_TEST_REQUIRE(body.at("data").as_array().size() == 1u);
    const json::value unit = body.at("data").at(0);
    const std::string id(unit.at("id").as_string());
    BOOST_TEST(id.size() == 24u);
    BOOST_TEST((id.find_first_not_of("0123456789abcdef") == std::string::npos));
    BOOST_TEST(unit.at("status").as_string() == "pending");
    BOOST_TEST(unit.at("type").as_string() == "recording");
    BOOST_TEST(unit.at("mode").as_string() == "video-and-audio");
    BOOST_TEST(unit.at("quality").as_string() == "med");
    BOOST_TEST(unit.at("composerIds").as_array().empty());
    BOOST_TEST(unit.at("webhookUrl").as_string() == "https://h.example.com/x");
}

BOOST_AUTO_TEST_CASE(units_may_be_a_number_or_its_text)
{
    player test;
    for (const char* const units : {"3", "\"3\""}) {
        const auto answer =
            acquire_with(test, R"({"type":"hls","webhookUrl":"https://h.example.com/","units":)" +
                                   std::string(units) + "}");
        BOOST_TEST(parse(answer).at("data").as_array().size() == 3u);
    }
    // As the vendor's sample writes it.
    const auto sample =
        acquire_with(test, R"({"type":"recording","webhookUrl":"https://www.example.com/","units":"1"})");
    BOOST_TEST(parse(sample).at("data").as_array().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_is_what_is_granted)
{
    player test;
    const auto answer = acquire_with(
        test, R"({"type":"rtmp","webhookUrl":"http://h.example.com","mode":"audio","quality":"high"})");
    const json::value unit = parse(answer).at("data").at(0);
    BOOST_TEST(unit.at("type").as_string() == "rtmp");
    BOOST_TEST(unit.at("mode").as_string() == "audio");
    BOOST_TEST(unit.at("quality").as_string() == "high");
}

BOOST_AUTO_TEST_CASE(a_wrong_field_is_400_and_named)
{
    player test;
    const auto refused = [&test](const std::string& body) {
        const auto answer = acquire_with(test, body);
        BOOST_TEST(answer.status == 400u);
        return message_of(answer);
    };
    const std::string head = R"({"type":"recording","webhookUrl":"https://h.example.com/")";
    BOOST_TEST(refused(R"({"webhookUrl":"https://h.example.com/"})") ==
               "type is required: recording, hls or rtmp");
    BOOST_TEST(refused(R"({"type":"film","webhookUrl":"https://h.example.com/"})") ==
               "type must be one of recording, hls, rtmp");
    BOOST_TEST(refused(R"({"type":1,"webhookUrl":"https://h.example.com/"})") == "type must be a string");
    BOOST_TEST(refused(R"({"type":"recording"})") == "webhookUrl is required");
    BOOST_TEST(refused(R"({"type":"recording","webhookUrl":"h"})").starts_with("webhookUrl must be an http"));
    BOOST_TEST(refused(R"({"type":"recording","webhookUrl":"ftp://h/"})").starts_with("webhookUrl must be"));
    BOOST_TEST(refused(head + R"(,"mode":"video"})") == "mode must be one of video-and-audio, audio");
    BOOST_TEST(refused(head + R"(,"quality":"best"})") == "quality must be one of low, med, high");
    for (const char* const units : {"0", "-1", "1.5", "\"\"", "\"x\"", "\"1 \"", "true", "10001", "[1]"}) {
        BOOST_TEST(refused(head + R"(,"units":)" + units + "}") ==
                   "units must be a whole number from 1 to 10000");
    }
    BOOST_TEST(refused("").starts_with("body: "));
    BOOST_TEST(refused("{").starts_with("body: "));
    BOOST_TEST(refused("[]") == "body must be a JSON object");
    BOOST_TEST(test.service.resources().empty());
}

BOOST_AUTO_TEST_CASE(fields_that_are_null_or_unknown_are_left_out)
{
    player test;
    const auto answer = acquire_with(
        test, R"({"type":"recording","webhookUrl":"https://h.example.com/","units":null,"later":{"x":1}})");
    BOOST_TEST(parse(answer).at("data").as_array().size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_ids_and_another_one_others)
{
    auto other = options();
    other.seed = 2;
    player first;
    player second;
    player third(other);
    const auto ids = first.acquire(50);
    BOOST_TEST(ids == second.acquire(50), boost::test_tools::per_element());
    BOOST_TEST(ids.front() != third.acquire(1).front());
    auto sorted = ids;
    std::sort(sorted.begin(), sorted.end());
    BOOST_TEST((std::unique(sorted.begin(), sorted.end()) == sorted.end()));
}

BOOST_AUTO_TEST_CASE(a_unit_becomes_idle_after_its_time_and_not_before)
{
    player test;
    const auto id = test.acquire().front();
    BOOST_TEST((test.service.next_wakeup() == test.now + 100ms));
    test.pass(99ms);
    BOOST_TEST(test.status_of(id) == "pending");
    test.pass(1ms);
    BOOST_TEST(test.status_of(id) == "idle");
}

BOOST_AUTO_TEST_CASE(grants_can_be_short)
{
    auto wanted = options();
    wanted.grant_at_most = 2;
    player test(wanted);
    BOOST_TEST(test.acquire(5).size() == 2u);
    BOOST_TEST(test.acquire(1).size() == 1u);
    wanted.grant_at_most = 0;
    test.service.set_options(wanted);
    BOOST_TEST(test.acquire(5).empty());
    BOOST_TEST(test.service.counts().resources_acquired == 3u);
}

BOOST_AUTO_TEST_CASE(the_echo_of_the_webhook_url_can_be_exact_normalised_or_absent)
{
    auto wanted = options();
    const auto echo_of = [&wanted](const std::string& url) {
        player test(wanted);
        const auto answer = acquire_with(test, R"({"type":"recording","webhookUrl":")" + url + "\"}");
        const json::value unit = parse(answer).at("data").at(0);
        const auto got = parse(test.get("/v2/resource/" + std::string(unit.at("id").as_string())));
        BOOST_TEST(got == unit);
        const json::value* const echo = unit.as_object().if_contains("webhookUrl");
        return echo == nullptr ? std::string("(absent)") : std::string(echo->as_string());
    };
    BOOST_TEST(echo_of("https://WWW.Example.com:443/A/b") == "https://WWW.Example.com:443/A/b");
    wanted.echo = emulator::echo_mode::normalised;
    BOOST_TEST(echo_of("https://www.example.com/") == "https://example.com/");
    BOOST_TEST(echo_of("https://WWW.Example.com:443/A/b?C=d") == "https://example.com/A/b?C=d");
    BOOST_TEST(echo_of("http://h:80") == "http://h");
    BOOST_TEST(echo_of("HTTP://h:8080/") == "http://h:8080/");
    BOOST_TEST(echo_of("http://[::1]:8080/x/") == "http://[::1]:8080/x/");
    wanted.echo = emulator::echo_mode::absent;
    BOOST_TEST(echo_of("https://example.com/") == "(absent)");
}

BOOST_AUTO_TEST_CASE(recordings_can_be_reported_by_the_servers_own_name)
{
    auto wanted = options();
    wanted.recording = emulator::recording_name::filecomposer;
    player test(wanted);
    const auto id = test.acquire().front();
    BOOST_TEST(parse(test.get("/v2/resource/" + id)).at("type").as_string() == "filecomposer");
    BOOST_TEST(parse(test.get("/v2/resource/" + test.acquire(1, "hls").front())).at("type").as_string() ==
               "hls");
    const auto sent = test.pass(100ms);
    BOOST_TEST(json::parse(sent.front().body).at("data").at("type").as_string() == "recording");
}

BOOST_AUTO_TEST_CASE(get_answers_bare_or_wrapped)
{
    auto wanted = options();
    player test(wanted);
    const auto id = test.acquire().front();
    BOOST_TEST(parse(test.get("/v2/resource/" + id)).at("id").as_string() == id);
    wanted.get = emulator::get_shape::wrapped;
    test.service.set_options(wanted);
    BOOST_TEST(parse(test.get("/v2/resource/" + id)).at("data").at("id").as_string() == id);
}

BOOST_AUTO_TEST_CASE(get_of_an_unknown_id_is_404_or_402)
{
    auto wanted = options();
    player test(wanted);
    BOOST_TEST(test.get("/v2/resource/0123456789abcdef01234567").status == 404u);
    BOOST_TEST(message_of(test.get("/v2/resource/a%2Fb%")) == "Resource not found: a/b%");
    wanted.not_found_status = 402;
    test.service.set_options(wanted);
    BOOST_TEST(test.get("/v2/resource/0123456789abcdef01234567").status == 402u);
}

BOOST_AUTO_TEST_CASE(get_takes_the_id_percent_encoded)
{
    player test;
    const auto id = test.acquire().front();
    // Every digit d is %3d; a letter has another first half.
    std::string target = "/v2/resource/";
    for (const char c : id) {
        target +=
            c <= '9' ? "%3" + std::string(1, c) : "%6" + std::string(1, static_cast<char>(c - 'a' + '1'));
    }
    BOOST_TEST(test.get(target).status == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
