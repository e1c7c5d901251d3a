// Bodies from a broken or hostile peer: a failure or a value, never an exception, never a large quotation.
#include "expect.hpp"

#include <functional>
#include <vector>

namespace model = videosdk::model;

namespace {

std::string repeated(std::string_view text, std::size_t count)
{
    std::string out;
    for (std::size_t i = 0; i != count; ++i) {
        out += text;
    }
    return out;
}

// Every reader takes the body; true when all of them refused it. Details must stay short.
bool all_refuse(std::string_view body)
{
    std::array<unsigned char, 512> scratch;
    bool refused = true;
    const auto note = [&refused](const auto& result) {
        refused = refused && result.has_error();
        if (result.has_error()) {
            BOOST_TEST(!result.error().detail.empty());
            BOOST_TEST(result.error().detail.size() < 450); // 80 bytes, each escaped as four, and the words
        }
    };
    note(model::read_summary(body, scratch));
    note(model::read_acquire(body, scratch));
    note(model::read_resource(body, scratch));
    note(model::read_page(body, scratch));
    note(model::read_release(body, scratch));
    note(model::read_started(body, scratch));
    note(model::read_public_key(body, scratch));
    note(model::read_event(body));
    note(model::check_json(body));
    return refused;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hostile)

BOOST_AUTO_TEST_CASE(what_is_no_json_is_refused_by_every_reader)
{
    const std::vector<std::string> bodies = {"",
                                             " \r\n\t ",
                                             "<html><body>502 Bad Gateway</body></html>",
                                             "{",
                                             "[",
                                             "{\"id\":",
                                             "{\"id\":\"abc",
                                             "nul",
                                             "NaN",
                                             "{\"id\":NaN}",
                                             "{\"id\":Infinity}",
                                             "{\"id\":-}",
                                             "{\"id\":01}",
                                             "{\"id\":1.}",
                                             "{\"id\":\"\xff\xfe\"}",
                                             "{\"id\":\"\xed\xa0\x80\"}",
                                             "{\"id\":\"\\ud800\"}",
                                             "{\"id\":\"a\nb\"}",
                                             "{\"id\":\"\\q\"}",
                                             "{id:1}",
                                             "{\"id\":1}}",
                                             "{\"id\":1} x",
                                             std::string("{\"id\":\"a\0b\"}", 12),
                                             std::string("\0", 1),
                                             "\xef\xbb\xbf{}",
                                             "/* comment */{}",
                                             repeated("[", 100'000),
                                             repeated("[", 33) + repeated("]", 33),
                                             repeated("{\"a\":", 100'000)};
    for (const std::string& body : bodies) {
        BOOST_TEST_CONTEXT(body.substr(0, 60))
        {
            BOOST_TEST(all_refuse(body));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_prefix_of_an_answer_is_refused)
{
    for (std::size_t length = 0; length != sample_acquire.size(); ++length) {
        BOOST_TEST(all_refuse(std::string_view(sample_acquire).substr(0, length)));
    }
}

BOOST_AUTO_TEST_CASE(every_flipped_byte_gives_a_value_or_a_failure)
{
    std::string body = sample_acquire;
    for (char& byte : body) {
        const char original = byte;
        for (const int mask : {0x01, 0x20, 0x80}) {
            byte = static_cast<char>(original ^ mask);
            all_refuse(body);
        }
        byte = original;
    }
}

BOOST_AUTO_TEST_CASE(every_kind_in_place_of_every_field_gives_a_value_or_a_failure)
{
    const std::vector<std::string> kinds = {"null",
                                            "true",
                                            "false",
                                            "0",
                                            "-1",
                                            "1e400",
                                            "-1e400",
                                            "1e-400",
                                            "123456789012345678901234567890",
                                            "\"\"",
                                            "\"text\"",
                                            "[]",
                                            "[[]]",
                                            "{}",
                                            "{\"id\":{}}",
                                            "[null]",
                                            repeated("9", 5000),
                                            "0." + repeated("1", 5000)};
    const std::vector<std::string_view> shapes = {R"(@)",
                                                  R"({"success":@,"data":[{"id":"a"}]})",
                                                  R"({"success":true,"data":@})",
                                                  R"({"data":[@]})",
                                                  R"({"id":@})",
                                                  R"({"id":"a","status":@})",
                                                  R"({"id":"a","type":@})",
                                                  R"({"id":"a","composerIds":@})",
                                                  R"({"id":"a","composerIds":[@]})",
                                                  R"({"id":"a","webhookUrl":@})",
                                                  R"({"id":"a","other":@})",
                                                  R"({"pageInfo":@,"data":[]})",
                                                  R"({"pageInfo":{"total":@,"lastPage":1},"data":[]})",
                                                  R"({"pageInfo":{"total":1,"lastPage":1},"data":@})",
                                                  R"({"data":[{"id":"a","success":@}]})",
                                                  R"({"message":@,"code":@})",
                                                  R"({"publicKey":@})",
                                                  R"({"webhookType":@,"data":{}})",
                                                  R"({"webhookType":"hls-started","data":@})",
                                                  R"({"webhookType":"hls-started","data":{"id":@}})",
                                                  R"({"webhookType":"new","data":{"meetingId":@}})"};
    for (const std::string_view shape : shapes) {
        for (const std::string& kind : kinds) {
            std::string body;
            for (const char c : shape) {
                if (c == '@') {
                    body += kind;
                } else {
                    body += c;
                }
            }
            BOOST_CHECK_NO_THROW(all_refuse(body));
        }
    }
}

BOOST_AUTO_TEST_CASE(depth_is_limited_at_32)
{
    const auto nested = [](std::size_t depth) {
        return R"({"id":"a","x":)" + repeated("[", depth - 1) + repeated("]", depth - 1) + "}";
    };
    BOOST_TEST(model::read_resource(nested(32), {}).has_value());
    BOOST_TEST(model::read_resource(nested(33), {}).has_error());
}

BOOST_AUTO_TEST_CASE(huge_numbers_keep_to_json)
{
    const auto unit =
        value_of(model::read_resource(R"({"id":"a","big":1e400,"exact":18446744073709551615})", {}));
    BOOST_TEST(model::check_json(unit.unknown_fields).has_value());
    BOOST_TEST(unit.unknown_fields.find("18446744073709551615") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(failures_say_what_the_body_is_and_quote_little_of_it)
{
    BOOST_TEST(failure_of(model::read_acquire("  <html>502</html>", {})) ==
               "the body is HTML or XML, expected JSON: \"<html>502</html>\"");
    BOOST_TEST(failure_of(model::read_acquire("", {})) == "the body is empty, expected JSON");
    const std::string detail = failure_of(model::read_acquire("x" + std::string(100'000, 'y'), {}));
    BOOST_TEST(detail.starts_with("the body is not JSON from byte 0 on ("));
    BOOST_TEST(detail.ends_with(": \"x" + std::string(79, 'y') + "...\""));
    BOOST_TEST(failure_of(model::read_acquire("x\n\x1b[1m", {})).ends_with("\"x\\x0a\\x1b[1m\""));
}

BOOST_AUTO_TEST_CASE(answers_larger_than_the_scratch_memory_are_read_whole)
{
    std::array<unsigned char, 64> scratch;
    std::string body = R"({"success":true,"data":[)";
    for (int i = 0; i != 500; ++i) {
        body += i == 0 ? "" : ",";
        body += sample_unit;
    }
    body += "]}";
    BOOST_TEST(value_of(model::read_acquire(body, scratch)).units.size() == 500U);
    BOOST_TEST(value_of(model::read_acquire(body, {})).units.size() == 500U);
    BOOST_TEST(value_of(model::read_acquire(body, std::span(scratch).first(1))).units.size() == 500U);
}

BOOST_AUTO_TEST_SUITE_END()
