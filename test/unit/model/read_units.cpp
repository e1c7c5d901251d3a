// Answers that tell of units, as the vendor sends them and as it has been seen to.
#include "expect.hpp"

namespace model = videosdk::model;
using namespace videosdk;

namespace {

std::string unit_with(std::string_view fields)
{
    return R"({"id":"64f1")" + std::string(fields.empty() ? "" : ",") + std::string(fields) + "}";
}

std::string page_with(std::string_view info, std::string_view data)
{
    return R"({"pageInfo":)" + std::string(info) + R"(,"data":)" + std::string(data) + "}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_units)

BOOST_AUTO_TEST_CASE(the_vendors_sample_answer_is_read_field_by_field)
{
    const model::acquire_answer answer = value_of(model::read_acquire(sample_acquire, {}));
    BOOST_TEST(answer.summary.success);
    BOOST_TEST(answer.summary.code.empty());
    BOOST_TEST(answer.summary.message.empty());
    BOOST_TEST_REQUIRE(answer.units.size() == 1U);
    const resource& unit = answer.units.front();
    BOOST_TEST(unit.id == "64f1a2b3c4d5e6f7a8b9c0d1");
    BOOST_TEST((unit.status == resource_status::pending));
    BOOST_TEST((unit.type == resource_type::recording));
    BOOST_TEST((unit.mode == resource_mode::video_and_audio));
    BOOST_TEST((unit.quality == resource_quality::low));
    BOOST_TEST(unit.composer_ids.empty());
    BOOST_TEST(unit.webhook_url == "https://example.com/");
    BOOST_TEST(unit.unknown_fields.empty());
}

BOOST_AUTO_TEST_CASE(acquire_accepts_every_shape_of_its_data)
{
    const resource expected = value_of(model::read_resource(sample_unit, {}));
    const std::string unit(sample_unit);
    for (const std::string& body : {sample_acquire, R"({"data":[)" + unit + "]}", R"({"data":)" + unit + "}",
                                    R"({"success":"true","data":)" + unit + "}", "[" + unit + "]", unit}) {
        BOOST_TEST_CONTEXT(body)
        {
            const auto answer = value_of(model::read_acquire(body, {}));
            BOOST_TEST_REQUIRE(answer.units.size() == 1U);
            BOOST_TEST(answer.units.front() == expected);
        }
    }
    const auto several = value_of(model::read_acquire(R"({"data":[{"id":"a"},{"id":"b"},{"id":"c"}]})", {}));
    BOOST_TEST_REQUIRE(several.units.size() == 3U);
    BOOST_TEST(several.units[2].id == "c");
    BOOST_TEST(value_of(model::read_acquire(R"({"success":true,"data":[]})", {})).units.empty());
}

BOOST_AUTO_TEST_CASE(a_plain_answer_is_read_as_any_other_is)
{
    const std::string unit = R"({"id":"64f1a2b3c4d5e6f7a8b9c0d1","status":"pending","type":"recording",)"
                             R"("composerIds":[],"webhookUrl":"https://example.com/a"})";
    const auto another = [&](std::string_view from, std::string_view to) {
        std::string out = unit;
        return out.replace(out.find(from), from.size(), to);
    };
    const std::vector<std::string> variants{unit,
                                            another("64f1", "65f2"),
                                            another("pending", "idle"),
                                            another("pending", ""),
                                            another("pending", "asleep"),
                                            another("\"pending\"", "null"),
                                            another("\"pending\"", "7"),
                                            another("recording", "filecomposer"),
                                            another("[]", R"(["a","b"])"),
                                            another("[]", "[7]"),
                                            another("[]", R"(["a",])"),
                                            another("[]", R"([],"mode":"audio")"),
                                            another("/a", R"(/\u0061)"),
                                            another("/a", "/\xC3\xA4"),
                                            another("/a", "/\xFF"),
                                            another("/a", "/\x01"),
                                            another("status", "region"),
                                            another("status", "id"),
                                            another("64f1a2b3c4d5e6f7a8b9c0d1", ""),
                                            another(",", " ,"),
                                            another("}", ""),
                                            another("}", "},"),
                                            "{}"};
    std::vector<std::string> answers{""};
    for (const std::string& each : variants) {
        answers.push_back(each);
        answers.push_back(unit + "," + each);
        answers.push_back(each + "," + unit);
        answers.push_back(unit + "," + unit + "," + each + "," + unit);
    }
    for (const std::string& units : answers) {
        for (const std::string_view tail : {"]}", "]} ", R"(],"code":1})", "]", ""}) {
            const std::string body = R"({"success":true,"data":[)" + units + std::string(tail);
            BOOST_TEST_CONTEXT(body)
            {
                const auto quick = model::read_acquire(body, {});
                const auto thorough = model::read_any_acquire(body, {});
                BOOST_TEST_REQUIRE(quick.has_value() == thorough.has_value());
                if (quick) {
                    BOOST_TEST((quick->units == thorough->units));
                    BOOST_TEST(quick->summary.code == thorough->summary.code);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(success_false_is_a_value_without_units)
{
    const auto answer = value_of(
        model::read_acquire(R"({"success":false,"message":"quota","code":77,"data":[{"id":"a"}]})", {}));
    BOOST_TEST(!answer.summary.success);
    BOOST_TEST(answer.summary.message == "quota");
    BOOST_TEST(answer.summary.code == "77");
    BOOST_TEST(answer.units.empty());
}

BOOST_AUTO_TEST_CASE(units_are_looked_for_in_the_data_of_an_envelope_and_not_in_the_envelope)
{
    for (const char* body :
         {R"({"success":true,"id":"req-1","data":[{"id":"a"}]})", R"({"id":"req-1","data":[{"id":"a"}]})",
          R"({"success":true,"id":"req-1","data":{"id":"a"}})"}) {
        const auto answer = value_of(model::read_acquire(body, {}));
        BOOST_TEST_REQUIRE(answer.units.size() == 1U);
        BOOST_TEST(answer.units[0].id == "a");
        BOOST_TEST(model::salvage_units(body, {}).front().id == "a");
    }
    // A unit may have a field of that name.
    const auto unit = value_of(model::read_acquire(R"({"id":"a","data":{"x":1}})", {}));
    BOOST_TEST_REQUIRE(unit.units.size() == 1U);
    BOOST_TEST(unit.units[0].id == "a");
    BOOST_TEST(unit.units[0].unknown_fields == R"({"data":{"x":1}})");
}

BOOST_AUTO_TEST_CASE(units_that_a_refusal_names_are_salvaged_and_its_own_id_is_none)
{
    BOOST_TEST(model::salvage_units(R"({"success":false,"id":"req-1","data":[{"id":"a"}]})", {}).size() ==
               1U);
    BOOST_TEST(model::salvage_units(R"({"success":false,"data":{"id":"a"}})", {}).size() == 1U);
    BOOST_TEST(model::salvage_units(R"({"success":false,"id":"req-1"})", {}).empty());
    BOOST_TEST(model::salvage_units(R"({"success":false,"data":[]})", {}).empty());
}

BOOST_AUTO_TEST_CASE(acquire_without_units_is_a_failure)
{
    BOOST_TEST(failure_of(model::read_acquire("{}", {})) == "data is missing, expected an array of units");
    BOOST_TEST(failure_of(model::read_acquire(R"({"success":true,"data":null})", {})) ==
               "data is missing, expected an array of units");
    BOOST_TEST(failure_of(model::read_acquire(R"({"data":"ok"})", {})) ==
               "data must be a unit (an object), found a string");
    BOOST_TEST(failure_of(model::read_acquire(R"("ok")", {})) ==
               "the answer must be a unit (an object), found a string");
    BOOST_TEST(failure_of(model::read_acquire(R"({"data":[{"id":"a"},7]})", {})) ==
               "data[1] must be a unit (an object), found a number");
    BOOST_TEST(failure_of(model::read_acquire(R"({"data":[{"id":"a"},{}]})", {})) == "data[1].id is missing");
    BOOST_TEST(failure_of(model::read_acquire(R"({"data":[{"id":""}]})", {})) == "data[0].id is empty");
}

BOOST_AUTO_TEST_CASE(get_accepts_the_bare_unit_and_the_wrapped_one)
{
    const resource bare = value_of(model::read_resource(sample_unit, {}));
    const resource wrapped =
        value_of(model::read_resource(R"({"data":)" + std::string(sample_unit) + "}", {}));
    BOOST_TEST(bare == wrapped);
    BOOST_TEST(bare.id == "64f1a2b3c4d5e6f7a8b9c0d1");
    BOOST_TEST(failure_of(model::read_resource("{}", {})) == "id is missing");
    BOOST_TEST(failure_of(model::read_resource(R"({"data":{}})", {})) == "data.id is missing");
    BOOST_TEST(failure_of(model::read_resource("[]", {})) ==
               "the answer must be a unit (an object), found an array");
}

BOOST_AUTO_TEST_CASE(the_servers_own_name_for_recording_is_read_and_kept)
{
    const resource unit = value_of(model::read_resource(unit_with(R"("type":"filecomposer")"), {}));
    BOOST_TEST((unit.type == resource_type::recording));
    BOOST_TEST(unit.type.text() == "filecomposer");
}

BOOST_AUTO_TEST_CASE(values_and_fields_that_the_vendor_invents_later_are_kept)
{
    const resource unit = value_of(model::read_resource(
        unit_with(
            R"("status":"warming","type":"av1","mode":"3d","quality":"ultra","region":"eu","tags":[1,{"a":null}])"),
        {}));
    BOOST_TEST((unit.status == resource_status::unknown));
    BOOST_TEST(unit.status.text() == "warming");
    BOOST_TEST(unit.type.text() == "av1");
    BOOST_TEST(unit.mode.text() == "3d");
    BOOST_TEST(unit.quality.text() == "ultra");
    BOOST_TEST(unit.unknown_fields == R"({"region":"eu","tags":[1,{"a":null}]})");
}

BOOST_AUTO_TEST_CASE(absent_and_null_fields_are_empty)
{
    for (const char* fields :
         {"", R"("status":null,"type":null,"mode":null,"quality":null,"composerIds":null,"webhookUrl":null)",
          R"("status":"","type":"","mode":"","quality":"","composerIds":[],"webhookUrl":"")"}) {
        const resource unit = value_of(model::read_resource(unit_with(fields), {}));
        BOOST_TEST(unit.status.text().empty());
        BOOST_TEST(unit.type.text().empty());
        BOOST_TEST(unit.composer_ids.empty());
        BOOST_TEST(unit.webhook_url.empty());
        BOOST_TEST(unit.unknown_fields.empty());
    }
}

BOOST_AUTO_TEST_CASE(wrong_kinds_say_what_was_expected_and_found)
{
    const auto failure = [](std::string_view fields) {
        return failure_of(model::read_resource(unit_with(fields), {}));
    };
    BOOST_TEST(failure(R"("status":{})") == "status must be a string, found an object");
    BOOST_TEST(failure(R"("type":[])") == "type must be a string, found an array");
    BOOST_TEST(failure(R"("mode":true)") == "mode must be a string, found a boolean");
    BOOST_TEST(failure(R"("composerIds":"a")")
                   .starts_with("composerIds must be an array of strings, found a string"));
    BOOST_TEST(failure(R"("composerIds":["a",[]])") ==
               "composerIds must be an array of strings, found an array");
    BOOST_TEST(failure(R"("webhookUrl":false)") == "webhookUrl must be a string, found a boolean");
    BOOST_TEST(failure_of(model::read_resource(R"({"id":{}})", {})) ==
               "id must be a string, found an object");
}

BOOST_AUTO_TEST_CASE(duplicate_keys_are_harmless)
{
    const resource unit = value_of(model::read_resource(R"({"id":"a","id":"b","x":1,"x":2})", {}));
    BOOST_TEST(unit.id == "b");
    BOOST_TEST(unit.unknown_fields == R"({"x":2})");
}

BOOST_AUTO_TEST_CASE(a_page_is_read_with_numbers_of_either_kind)
{
    const std::string data = "[" + std::string(sample_unit) + "]";
    for (const char* info : {R"({"currentPage":2,"perPage":20,"lastPage":3,"total":41})",
                             R"({"currentPage":"2","perPage":"20","lastPage":"3","total":"41"})",
                             R"({"currentPage":2.0,"perPage":2e1,"lastPage":3,"total":"41"})"}) {
        BOOST_TEST_CONTEXT(info)
        {
            const resource_page page = value_of(model::read_page(page_with(info, data), {}));
            BOOST_TEST(page.current_page == 2U);
            BOOST_TEST(page.per_page == 20U);
            BOOST_TEST(page.last_page == 3U);
            BOOST_TEST(page.total == 41U);
            BOOST_TEST_REQUIRE(page.resources.size() == 1U);
            BOOST_TEST(page.resources[0].id == "64f1a2b3c4d5e6f7a8b9c0d1");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_page_without_its_size_is_a_failure)
{
    const auto failure = [](std::string_view body) { return failure_of(model::read_page(body, {})); };
    BOOST_TEST(failure("[]") == "the answer must be an object with pageInfo and data, found an array");
    BOOST_TEST(failure(R"({"data":[]})") == "pageInfo is missing");
    BOOST_TEST(failure(R"({"pageInfo":{"lastPage":1,"total":0}})") ==
               "data is missing, expected an array of units");
    BOOST_TEST(failure(page_with("[]", "[]")) == "pageInfo must be an object, found an array");
    BOOST_TEST(failure(page_with(R"({"lastPage":1,"total":0})", "{}")) ==
               "data must be an array of units, found an object");
    BOOST_TEST(failure(page_with(R"({"lastPage":1})", "[]")) == "pageInfo.total is missing");
    BOOST_TEST(failure(page_with(R"({"total":1})", "[]")) == "pageInfo.lastPage is missing");
    BOOST_TEST(failure(page_with(R"({"lastPage":1,"total":-1})", "[]")) ==
               "pageInfo.total must be a whole number from 0, found a number \"-1\"");
    BOOST_TEST(failure(page_with(R"({"lastPage":1,"total":"1x"})", "[]")) ==
               "pageInfo.total must be a whole number from 0, found a string \"1x\"");
    for (const char* bad :
         {"1.5", "1e300", "\"\"", "\"-1\"", "\" 1\"", "\"99999999999999999999\"", "true", "[1]"}) {
        const std::string info = R"({"lastPage":1,"total":)" + std::string(bad) + "}";
        BOOST_TEST(
            failure(page_with(info, "[]")).starts_with("pageInfo.total must be a whole number from 0"));
    }
    BOOST_TEST(failure(page_with(R"({"lastPage":1,"total":1})", R"([{"id":"a"},{}])")) ==
               "data[1].id is missing");
}

BOOST_AUTO_TEST_CASE(a_release_answers_for_each_unit)
{
    const auto results = value_of(
        model::read_release(R"({"success":true,"data":[{"id":"a","success":true,"msg":"resource released"},)"
                            R"({"id":"b","success":false,"message":"resource is composing"}]})",
                            {}));
    BOOST_TEST_REQUIRE(results.size() == 2U);
    BOOST_TEST(results[0].id == "a");
    BOOST_TEST(results[0].success);
    BOOST_TEST(results[0].message == "resource released");
    BOOST_TEST(results[1].id == "b");
    BOOST_TEST(!results[1].success);
    BOOST_TEST(results[1].message == "resource is composing");

    BOOST_TEST(value_of(model::read_release(R"({"data":{"id":"a","success":true}})", {})).size() == 1U);
    BOOST_TEST(value_of(model::read_release(R"([{"id":"a","success":true}])", {})).size() == 1U);
    BOOST_TEST(value_of(model::read_release(R"({"success":true,"data":[]})", {})).empty());
}

BOOST_AUTO_TEST_CASE(a_release_that_does_not_say_whether_it_succeeded_is_a_failure)
{
    const auto failure = [](std::string_view body) { return failure_of(model::read_release(body, {})); };
    BOOST_TEST(failure(R"({"success":true})") == "data is missing, expected an array of results");
    BOOST_TEST(failure(R"({"data":[{"id":"a"}]})") == "data[0].success is missing");
    BOOST_TEST(failure(R"({"data":[{"id":"a","success":1}]})")
                   .starts_with("data[0].success must be true or false, found a number"));
    BOOST_TEST(failure(R"({"data":[{"success":true}]})") == "data[0].id is missing");
    BOOST_TEST(failure(R"({"data":["a"]})") == "data[0] must be an object, found a string");
}

BOOST_AUTO_TEST_CASE(what_is_written_as_a_unit_is_read_as_the_same)
{
    resource unit;
    unit.id = "64f1";
    unit.status = resource_status::composing;
    unit.type = {resource_type::recording, "filecomposer"};
    unit.mode = resource_mode::audio;
    unit.quality = {resource_quality::unknown, "ultra"};
    unit.composer_ids = {"a", "b\"c"};
    unit.webhook_url = "https://example.com/v1-\x01";
    unit.unknown_fields = R"({"region":"eu","n":[1,2]})";
    BOOST_TEST(value_of(model::read_resource(model::write(unit), {})) == unit);
    const resource sample = value_of(model::read_resource(sample_unit, {}));
    BOOST_TEST(model::write(sample) == sample_unit);
    BOOST_TEST(model::write(resource()) == R"({"id":"","composerIds":[]})");
}

BOOST_AUTO_TEST_CASE(units_differ_in_each_of_their_fields)
{
    const resource base = value_of(model::read_resource(sample_unit, {}));
    std::array<resource, 8> others;
    others.fill(base);
    others[0].id = "x";
    others[1].status = resource_status::idle;
    others[2].type = resource_type::hls;
    others[3].mode = resource_mode::audio;
    others[4].quality = resource_quality::high;
    others[5].composer_ids = {"c"};
    others[6].webhook_url = "x";
    others[7].unknown_fields = "{}";
    for (const resource& other : others) {
        BOOST_TEST(other != base);
    }
}

BOOST_AUTO_TEST_SUITE_END()
