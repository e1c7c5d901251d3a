// Summaries, started compositions, the public key, and the check of users' JSON.
#include "expect.hpp"

namespace model = videosdk::model;
using namespace videosdk;

namespace {

model::answer_summary summary_of(std::string_view body)
{
    return value_of(model::read_summary(body, {}));
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_answers)

BOOST_AUTO_TEST_CASE(the_message_is_found_under_each_of_its_names_in_their_order)
{
    BOOST_TEST(summary_of(R"({"message":"a","error":"b"})").message == "a");
    BOOST_TEST(summary_of(R"({"statusMessage":"d","msg":"c","error":"b"})").message == "b");
    BOOST_TEST(summary_of(R"({"statusMessage":"d","msg":"c"})").message == "c");
    BOOST_TEST(summary_of(R"({"statusMessage":"d"})").message == "d");
    BOOST_TEST(summary_of(R"({"message":null,"error":"b"})").message == "b");
    BOOST_TEST(summary_of(R"({"message":"","error":"b"})").message == "b");
    BOOST_TEST(summary_of("{}").message == "");
    BOOST_TEST(summary_of(R"("Unauthorized")").message == "Unauthorized");
}

BOOST_AUTO_TEST_CASE(messages_that_are_no_strings_are_kept_as_json)
{
    BOOST_TEST(summary_of(R"({"message":["a","b"],"error":"Bad Request"})").message == R"(["a","b"])");
    BOOST_TEST(summary_of(R"({"error":{"reason":"x"}})").message == R"({"reason":"x"})");
    BOOST_TEST(summary_of(R"({"message":5})").message == "5");
    BOOST_TEST(summary_of(R"({"message":true,"msg":"c"})").message == "c");
}

BOOST_AUTO_TEST_CASE(the_code_is_text_whatever_it_was)
{
    BOOST_TEST(summary_of(R"({"code":1001})").code == "1001");
    BOOST_TEST(summary_of(R"({"code":"E1"})").code == "E1");
    BOOST_TEST(summary_of(R"({"errorCode":-3})").code == "-3");
    BOOST_TEST(summary_of(R"({"code":1,"errorCode":2})").code == "1");
    BOOST_TEST(summary_of(R"({"code":{},"errorCode":2})").code == "2");
    BOOST_TEST(summary_of(R"({"code":null})").code == "");
}

BOOST_AUTO_TEST_CASE(success_is_assumed_until_denied)
{
    BOOST_TEST(summary_of("{}").success);
    BOOST_TEST(summary_of("[]").success);
    BOOST_TEST(summary_of(R"({"success":true})").success);
    BOOST_TEST(summary_of(R"({"success":null})").success);
    BOOST_TEST(!summary_of(R"({"success":false})").success);
    BOOST_TEST(!summary_of(R"({"success":"false"})").success);
    BOOST_TEST(failure_of(model::read_summary(R"({"success":[]})", {})) ==
               "success must be true or false, found an array");
}

BOOST_AUTO_TEST_CASE(a_started_recording_gives_its_id)
{
    const auto started = value_of(model::read_started(R"({"success":true,"data":{"id":"c1"}})", {}));
    BOOST_TEST(started.id == "c1");
    BOOST_TEST((started.type == resource_type::unknown));
    BOOST_TEST(started.unknown_fields.empty());
    BOOST_TEST(value_of(model::read_started(R"({"id":"c1"})", {})).id == "c1");
    BOOST_TEST(value_of(model::read_started(R"({"success":true,"id":"req-1","data":{"id":"c1"}})", {})).id ==
               "c1");
}

BOOST_AUTO_TEST_CASE(a_started_hls_stream_gives_its_urls)
{
    const auto started = value_of(model::read_started(
        R"({"success":true,"data":{"id":"c1","sessionId":"s1","roomId":"r1","resourceId":"u1","start":"2024-01-01",)"
        R"("links":{"get_session":"x"},"playbackHlsUrl":"https://p/","livestreamUrl":"https://l/",)"
        R"("downstreamUrl":"https://d/"}})",
        {}));
    BOOST_TEST(started.id == "c1");
    BOOST_TEST(started.session_id == "s1");
    BOOST_TEST(started.room_id == "r1");
    BOOST_TEST(started.resource_id == "u1");
    BOOST_TEST(started.playback_hls_url == "https://p/");
    BOOST_TEST(started.livestream_url == "https://l/");
    BOOST_TEST(started.unknown_fields ==
               R"({"start":"2024-01-01","links":{"get_session":"x"},"downstreamUrl":"https://d/"})");
}

BOOST_AUTO_TEST_CASE(the_deprecated_url_stands_in_for_a_missing_one)
{
    const auto started = value_of(
        model::read_started(R"({"data":{"id":"c1","type":"hls","downstreamUrl":"https://d/"}})", {}));
    BOOST_TEST(started.playback_hls_url == "https://d/");
    BOOST_TEST((started.type == resource_type::hls));
    const auto odd = value_of(model::read_started(R"({"id":"c1","type":"new"})", {}));
    BOOST_TEST((odd.type == resource_type::unknown));
    BOOST_TEST(odd.unknown_fields == R"({"type":"new"})");
}

BOOST_AUTO_TEST_CASE(the_sentences_of_the_ordinary_routes_are_a_failure)
{
    for (const char* sentence : {"Recording started successfully", "Recording ended successfully",
                                 "Livestream started successfully", "Recording failed"}) {
        BOOST_TEST(failure_of(model::read_started('"' + std::string(sentence) + '"', {})) ==
                   "the answer is a sentence without the composition's id: \"" + std::string(sentence) + '"');
    }
}

BOOST_AUTO_TEST_CASE(a_started_composition_without_an_id_is_a_failure)
{
    BOOST_TEST(failure_of(model::read_started("{}", {})) == "id is missing");
    BOOST_TEST(failure_of(model::read_started(R"({"success":true,"data":{}})", {})) == "data.id is missing");
    BOOST_TEST(failure_of(model::read_started(R"({"data":"c1"})", {})) ==
               "data must be an object with id, found a string");
    BOOST_TEST(failure_of(model::read_started("[]", {})) ==
               "the answer must be an object with data, found an array");
}

BOOST_AUTO_TEST_CASE(the_public_key_is_taken_as_it_is)
{
    BOOST_TEST(value_of(model::read_public_key(R"({"publicKey":"-----BEGIN PUBLIC KEY-----\nA\n"})", {})) ==
               "-----BEGIN PUBLIC KEY-----\nA\n");
    BOOST_TEST(failure_of(model::read_public_key("{}", {})) == "publicKey is missing");
    BOOST_TEST(failure_of(model::read_public_key(R"({"publicKey":""})", {})) == "publicKey is empty");
    BOOST_TEST(failure_of(model::read_public_key(R"({"publicKey":7})", {})) ==
               "publicKey must be a string, found a number");
    BOOST_TEST(failure_of(model::read_public_key(R"("pem")", {})) ==
               "the answer must be an object with publicKey, found a string");
}

BOOST_AUTO_TEST_CASE(users_json_is_passed_through_as_it_is_or_refused_with_its_place)
{
    for (const char* good : {"{}", " [1, 2] ", "null", "\"a\"", "1e5", "{\"a\": {\"b\": [true]}}"}) {
        BOOST_TEST(value_of(model::check_json(good)) == good);
    }
    BOOST_TEST(failure_of(model::check_json("")) == "the body is empty, expected JSON");
    BOOST_TEST(
        failure_of(model::check_json(R"({"a":1,})")).starts_with("the body is not JSON from byte 7 on"));
    BOOST_TEST(failure_of(model::check_json("{} {}")).starts_with("the body is not JSON from byte 3 on"));
    BOOST_TEST(failure_of(model::check_json("{'a':1}")).starts_with("the body is not JSON from byte 1 on"));
}

BOOST_AUTO_TEST_SUITE_END()
