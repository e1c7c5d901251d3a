// Foreign text in lines, in JSON and in headers.
#include "error/text.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace text = videosdk::text;

namespace {

std::string printable(std::string_view input, std::size_t limit = std::string_view::npos)
{
    std::string out;
    text::append_printable(out, input, limit);
    return out;
}

std::string json_string(std::string_view input)
{
    std::string out;
    text::append_json_string(out, input);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(foreign_text)

BOOST_AUTO_TEST_CASE(printable_text_stays_on_its_line_and_in_its_quotes)
{
    BOOST_TEST(printable("plain") == "plain");
    BOOST_TEST(printable("a\"b\\c\n\x7f") == "a\\\"b\\\\c\\x0a\\x7f");
    BOOST_TEST(printable("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
    BOOST_TEST(printable("bad \xc3 byte") == "bad \\xc3 byte");
}

BOOST_AUTO_TEST_CASE(a_cut_is_shown_and_spares_characters)
{
    BOOST_TEST(printable("abcdef", 6) == "abcdef");
    BOOST_TEST(printable("abcdef", 3) == "abc...");
    BOOST_TEST(printable("ab\xc3\xbc", 3) == "ab...");
    BOOST_TEST(printable("ab\xf0\x9f\x8e\xa5", 5) == "ab...");
    BOOST_TEST(printable("abc", 0) == "...");
}

BOOST_AUTO_TEST_CASE(json_strings_escape_what_json_forbids_and_nothing_else)
{
    BOOST_TEST(json_string("") == "\"\"");
    BOOST_TEST(json_string("a\"\\/\b\n\x1f") == "\"a\\\"\\\\/\\u0008\\u000a\\u001f\"");
    BOOST_TEST(json_string("\xc3\xbc") == "\"\xc3\xbc\"");
}

BOOST_AUTO_TEST_CASE(utf8_is_told_from_what_only_looks_like_it)
{
    for (const char* good : {"", "abc", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                             "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        BOOST_TEST(text::is_utf8(good));
    }
    for (const char* bad :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2 ", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82"}) {
        BOOST_TEST(!text::is_utf8(bad));
    }
}

BOOST_AUTO_TEST_CASE(urls_are_printed_without_what_may_be_secret)
{
    BOOST_TEST(text::printable_url("https://a.example/b") == "https://a.example/b");
    BOOST_TEST(text::printable_url("https://user:pass@a.example/b?sig=secret") == "https://a.example/b?...");
    BOOST_TEST(text::printable_url("https://a.example/@b#part") == "https://a.example/@b?...");
    BOOST_TEST(text::printable_url("user:p@ss@host") == "host");
    BOOST_TEST(text::printable_url("https://a.example/\n") == "https://a.example/\\x0a");
}

BOOST_AUTO_TEST_CASE(durations_are_printed_in_milliseconds_to_the_microsecond)
{
    using namespace std::chrono_literals;
    BOOST_TEST(text::milliseconds(0ns) == "0.000 ms");
    BOOST_TEST(text::milliseconds(1234567ns) == "1.235 ms");
    BOOST_TEST(text::milliseconds(-1500us) == "-1.500 ms");
    BOOST_TEST(text::milliseconds(std::chrono::nanoseconds::max()) == "9223372036854.775 ms");
}

BOOST_AUTO_TEST_CASE(the_first_unfit_byte_is_named)
{
    BOOST_TEST(text::unfit_byte("abc.DEF-_~").empty());
    BOOST_TEST(text::unfit_byte("a b") == "holds a blank");
    BOOST_TEST(text::unfit_byte("a\tb") == "holds a blank");
    BOOST_TEST(text::unfit_byte("a\r\nb") == "holds a line end");
    BOOST_TEST(text::unfit_byte(std::string_view("a\0b", 3)) == "holds a control byte");
    BOOST_TEST(text::unfit_byte("a\x7f") == "holds a control byte");
    BOOST_TEST(text::unfit_byte("\xc3\xbc") == "holds a byte that is not ASCII");
}

BOOST_AUTO_TEST_SUITE_END()
