// Bodies, queries and paths of acquire, list, get and release, to the letter.
#include "expect.hpp"
#include "model/writing.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <limits>

namespace model = videosdk::model;
using videosdk::acquire_request;
using videosdk::resource_mode;
using videosdk::resource_quality;
using videosdk::resource_status;
using videosdk::resource_type;

namespace {

acquire_request good()
{
    return {.type = resource_type::recording, .webhook_url = "https://www.example.com/"};
}

} // namespace

BOOST_AUTO_TEST_SUITE(write_acquire)

BOOST_AUTO_TEST_CASE(all_five_fields_are_sent_in_the_vendors_order)
{
    const acquire_request request = {.type = resource_type::recording,
                                     .webhook_url = "https://www.example.com/",
                                     .mode = resource_mode::video_and_audio,
                                     .quality = resource_quality::low,
                                     .units = 1};
    BOOST_TEST(value_of(model::write(request)) ==
               R"({"type":"recording","webhookUrl":"https://www.example.com/","mode":"video-and-audio",)"
               R"("quality":"low","units":1})");
}

BOOST_AUTO_TEST_CASE(fields_left_out_are_not_sent)
{
    BOOST_TEST(value_of(model::write(good())) ==
               R"({"type":"recording","webhookUrl":"https://www.example.com/"})");
}

BOOST_AUTO_TEST_CASE(each_enumerator_is_written_as_the_vendor_names_it)
{
    const acquire_request hls = {.type = resource_type::hls,
                                 .webhook_url = "http://h/",
                                 .mode = resource_mode::audio,
                                 .quality = resource_quality::med};
    BOOST_TEST(value_of(model::write(hls)) ==
               R"({"type":"hls","webhookUrl":"http://h/","mode":"audio","quality":"med"})");
    const acquire_request rtmp = {
        .type = resource_type::rtmp, .webhook_url = "http://h/", .quality = resource_quality::high};
    BOOST_TEST(value_of(model::write(rtmp)) ==
               R"({"type":"rtmp","webhookUrl":"http://h/","quality":"high"})");
}

BOOST_AUTO_TEST_CASE(many_units_are_a_number)
{
    acquire_request request = good();
    request.units = std::numeric_limits<std::uint32_t>::max();
    BOOST_TEST(value_of(model::write(request)).ends_with(R"(,"units":4294967295})"));
}

BOOST_AUTO_TEST_CASE(a_missing_or_unknown_enumerator_is_refused)
{
    acquire_request request = good();
    request.type = resource_type::unknown;
    BOOST_TEST(failure_of(model::write(request)) == "type is missing");
    request.type = static_cast<resource_type>(77);
    BOOST_TEST(failure_of(model::write(request)) == "type is no enumerator");
    request = good();
    request.mode = resource_mode::unknown;
    BOOST_TEST(failure_of(model::write(request)).starts_with("mode cannot be unknown"));
    request = good();
    request.quality = static_cast<resource_quality>(200);
    BOOST_TEST(failure_of(model::write(request)).starts_with("quality cannot be unknown"));
}

BOOST_AUTO_TEST_CASE(units_start_at_one)
{
    acquire_request request = good();
    request.units = 0;
    BOOST_TEST(failure_of(model::write(request)) == "units must be at least 1");
}

BOOST_AUTO_TEST_CASE(a_webhook_url_must_be_http_with_a_host)
{
    for (const char* bad : {"example.com", "/hook", "ftp://example.com/", "https://", "https:///path",
                            "https://:80/", "https:example.com", "//example.com/", "http://a b/",
                            "javascript:alert(1)", "https://exa\xc3\xbcmple.com/"}) {
        acquire_request request = good();
        request.webhook_url = bad;
        BOOST_TEST(failure_of(model::write(request)) ==
                   "webhook_url must be an http or https URL with a host");
    }
    for (const char* accepted : {"http://h", "HTTPS://Example.com:8443/a/b", "https://[::1]/x",
                                 "http://10.0.0.1/", "https://h/?a=b"}) {
        acquire_request request = good();
        request.webhook_url = accepted;
        BOOST_TEST(model::write(request).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_webhook_url_has_its_limits)
{
    acquire_request request = good();
    request.webhook_url = "";
    BOOST_TEST(failure_of(model::write(request)) == "webhook_url is missing");
    const std::string longest = "https://h/" + std::string(2038, 'a');
    request.webhook_url = longest;
    BOOST_TEST(model::write(request).has_value());
    const std::string longer = longest + "a";
    request.webhook_url = longer;
    BOOST_TEST(failure_of(model::write(request)) == "webhook_url must be at most 2048 bytes long");
    request.webhook_url = "https://h/\n";
    BOOST_TEST(failure_of(model::write(request)) == "webhook_url holds a control byte");
    request.webhook_url = "https://h/\xff";
    BOOST_TEST(failure_of(model::write(request)) == "webhook_url is not UTF-8");
}

BOOST_AUTO_TEST_CASE(a_url_that_needs_no_parser_is_one_that_the_parser_takes)
{
    using boost::urls::parse_uri;
    std::size_t plain = 0;
    std::size_t others = 0;
    for (const std::string_view sound : {"https://www.example.com/hook/1f0-_.~", "http://h",
                                         "https://h:65535/", "http://10.0.0.1:80/a//b", "https://h:1"}) {
        BOOST_TEST(model::is_plain_http_url(sound));
        for (std::size_t at = 0; at <= sound.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                for (const bool instead : {true, false}) {
                    std::string url(sound);
                    url.replace(at, instead && at < url.size() ? 1 : 0, 1, static_cast<char>(byte));
                    const bool quick = model::is_plain_http_url(url);
                    (quick ? plain : others) += 1;
                    if (quick) {
                        const auto parsed = parse_uri(url);
                        BOOST_TEST_REQUIRE((parsed.has_value() && !parsed->encoded_host().empty()), url);
                    }
                }
            }
        }
    }
    BOOST_TEST(plain > 1000U);
    BOOST_TEST(others > 10000U);
    for (const std::string_view odd :
         {"https://", "https:///a", "https://:1/", "https://h:/", "https://h:123456/", "HTTPS://h/",
          "ftp://h/", "https://h?a", "https://a@h/", "https://[::1]/"}) {
        BOOST_TEST(!model::is_plain_http_url(odd));
    }
}

BOOST_AUTO_TEST_CASE(a_release_names_its_ids)
{
    const std::array<std::string_view, 2> ids = {"64f1a2b3c4d5e6f7a8b9c0d1", "64f1a2b3c4d5e6f7a8b9c0d2"};
    BOOST_TEST(value_of(model::write_release(ids)) ==
               R"({"ids":["64f1a2b3c4d5e6f7a8b9c0d1","64f1a2b3c4d5e6f7a8b9c0d2"]})");
    BOOST_TEST(failure_of(model::write_release({})) == "ids is empty, at least one id is needed");
    const std::array<std::string_view, 2> hole = {"a", ""};
    BOOST_TEST(failure_of(model::write_release(hole)) == "ids[1] is empty");
    const std::array<std::string_view, 1> control = {"a\rb"};
    BOOST_TEST(failure_of(model::write_release(control)) == "ids[0] holds a control byte");
    const std::array<std::string_view, 1> quote = {"a\"],\"x\":[\""};
    BOOST_TEST(value_of(model::write_release(quote)) == R"({"ids":["a\"],\"x\":[\""]})");
}

BOOST_AUTO_TEST_CASE(a_listing_is_a_query)
{
    BOOST_TEST(value_of(model::write_query({})) == "page=1&perPage=20");
    BOOST_TEST(value_of(model::write_query({.page = 3, .per_page = 100, .status = resource_status::idle})) ==
               "page=3&perPage=100&status=idle");
    BOOST_TEST(failure_of(model::write_query({.page = 0})) == "page must be at least 1");
    BOOST_TEST(failure_of(model::write_query({.per_page = 0})) == "per_page must be at least 1");
    BOOST_TEST(failure_of(model::write_query({.status = resource_status::unknown}))
                   .starts_with("status cannot be unknown"));
}

BOOST_AUTO_TEST_CASE(an_id_cannot_leave_its_path_segment)
{
    BOOST_TEST(value_of(model::write_path_segment("64f1A-_.~", "id")) == "64f1A-_.~");
    BOOST_TEST(value_of(model::write_path_segment("a/b?c#d%e f", "id")) == "a%2Fb%3Fc%23d%25e%20f");
    BOOST_TEST(value_of(model::write_path_segment("\xc3\xbc", "id")) == "%C3%BC");
    BOOST_TEST(value_of(model::write_path_segment("...", "id")) == "...");
    BOOST_TEST(failure_of(model::write_path_segment("", "resource_id")) == "resource_id is missing");
    BOOST_TEST(failure_of(model::write_path_segment(".", "id")).starts_with("id cannot be a dot segment"));
    BOOST_TEST(failure_of(model::write_path_segment("..", "id")).starts_with("id cannot be a dot segment"));
    BOOST_TEST(failure_of(model::write_path_segment("a\nb", "id")) == "id holds a control byte");
}

BOOST_AUTO_TEST_SUITE_END()
