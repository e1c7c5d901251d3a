// Headers of the options that would change what a request means are refused by name, and values stay unsaid.
#include "http/added_headers.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using videosdk::http::fault_of;
using videosdk::http::header_list;

bool contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(headers_that_may_be_added)

BOOST_AUTO_TEST_CASE(tokens_with_plain_values_may)
{
    BOOST_TEST(fault_of({}).empty());
    BOOST_TEST(
        fault_of({{"X-Tenant", "a b; c=\"d\""}, {"!#$%&'*+-.^_`|~09az", ""}, {"Cookie", "a=b"}}).empty());
    BOOST_TEST(fault_of({{"Via", "1.1 a"}, {"Via", "1.1 b"}, {"tracestate", "a=1"}}).empty());
}

BOOST_AUTO_TEST_CASE(those_that_the_library_owns_may_not_however_they_are_written)
{
    for (const char* name : {"Host",
                             "host",
                             "HOST",
                             "Content-Length",
                             "transfer-encoding",
                             "Connection",
                             "Authorization",
                             "Accept",
                             "Accept-Encoding",
                             "Content-Type",
                             "Content-Encoding",
                             "User-Agent",
                             "TE",
                             "traceparent",
                             "Trailer",
                             "Upgrade",
                             "Expect",
                             "Keep-Alive",
                             "Proxy-Connection",
                             "Proxy-Authorization",
                             "Range",
                             "If-None-Match",
                             "If-Range",
                             "HTTP2-Settings"}) {
        const std::string fault = fault_of({{"X-First", "1"}, {name, "secret"}});
        BOOST_TEST(contains(fault, (std::string("headers[1] (") + name + ") must not be set").c_str()),
                   fault);
        BOOST_TEST(!contains(fault, "secret"), fault);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_name_or_no_value_may_not)
{
    for (const char* name :
         {"", " ", "X Y", "X:", "X\r\nY", "X\t", "(X)", "X\x7f", "X\xc3\xa9", "X,Y", "X/Y"}) {
        const std::string fault = fault_of({{name, "v"}});
        BOOST_TEST(contains(fault, "headers[0] must have a name of letters"), fault);
    }
    BOOST_TEST(contains(fault_of({{std::string("X\0Y", 3), "v"}}), "headers[0] must have a name"));
    for (const std::string& value : {std::string("a\r\nX: secret"), std::string("secret\n"),
                                     std::string("secret\r"), std::string("sec\0ret", 7),
                                     std::string(" secret"), std::string("secret "), std::string("a\tsecret"),
                                     std::string("s\xc3\xa9"
                                                 "cret"),
                                     std::string("secret\x7f")}) {
        const std::string fault = fault_of({{"X-Name", value}});
        BOOST_TEST(contains(fault, "headers[0] (X-Name) must have a value of printable ASCII"), fault);
        BOOST_TEST(!contains(fault, "secret"), fault);
    }
}

BOOST_AUTO_TEST_CASE(eight_kibibytes_in_all_may_and_a_byte_more_may_not)
{
    const std::string most(8192 - 2 - 4, 'a');
    BOOST_TEST(fault_of({{"Ab", most}}).empty());
    BOOST_TEST(contains(fault_of({{"Ab", most + "a"}}), "headers[0] (Ab) goes beyond the 8192 bytes"));
    BOOST_TEST(contains(fault_of({{"Ab", most}, {"B", ""}}), "headers[1] (B) goes beyond the 8192 bytes"));
}

BOOST_AUTO_TEST_SUITE_END()
