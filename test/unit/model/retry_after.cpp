// Retry-After in all its forms.
#include "expect.hpp"

namespace model = videosdk::model;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::chrono::system_clock::time_point now{784111777s};

std::optional<std::chrono::seconds> read(std::string_view value,
                                         std::chrono::system_clock::time_point when = now)
{
    return model::read_retry_after(value, when);
}

} // namespace

BOOST_AUTO_TEST_SUITE(retry_after)

BOOST_AUTO_TEST_CASE(seconds_are_taken_as_they_are)
{
    BOOST_TEST((read("0") == 0s));
    BOOST_TEST((read("120") == 120s));
    BOOST_TEST((read(" 7\t") == 7s));
    BOOST_TEST((read("007") == 7s));
}

BOOST_AUTO_TEST_CASE(more_seconds_than_fit_are_the_most_that_do)
{
    BOOST_TEST((read("2147483647") == 2147483647s));
    BOOST_TEST((read("2147483648") == 2147483647s));
    BOOST_TEST((read(std::string(1000, '9')) == 2147483647s));
    BOOST_TEST((read("Fri, 31 Dec 9999 23:59:59 GMT") == 2147483647s));
}

BOOST_AUTO_TEST_CASE(all_three_dates_mean_the_same_moment)
{
    for (const char* date :
         {"Sun, 06 Nov 1994 08:50:37 GMT", "Sunday, 06-Nov-94 08:50:37 GMT", "Sun Nov  6 08:50:37 1994"}) {
        BOOST_TEST_CONTEXT(date)
        {
            BOOST_TEST((read(date) == 60s));
            BOOST_TEST((read(date, now + 59s) == 1s));
            BOOST_TEST((read(date, now + 60s) == 0s));
            BOOST_TEST((read(date, now + 61s) == 0s));
            BOOST_TEST((read(date, now + 59s + 500ms) == 1s)); // rounded up, never to a retry too early
        }
    }
    BOOST_TEST((read("Sun Nov 16 08:49:37 1994") == 10 * 24h));
}

BOOST_AUTO_TEST_CASE(two_digits_of_a_year_are_at_most_50_years_ahead)
{
    // Given the year 2026
    constexpr std::chrono::system_clock::time_point later{1767225600s}; // 2026-01-01
    BOOST_TEST((read("Thursday, 01-Jan-26 00:01:00 GMT", later) == 60s));
    BOOST_TEST((read("Tuesday, 01-Jan-76 00:00:00 GMT", later)->count() > 0));
    BOOST_TEST((read("Saturday, 01-Jan-77 00:00:00 GMT", later) == 0s)); // 1977
    BOOST_TEST((read("Sunday, 06-Nov-94 08:49:37 GMT", later) == 0s));
}

BOOST_AUTO_TEST_CASE(what_is_neither_is_nothing)
{
    for (const char* bad : {"",
                            " ",
                            "-1",
                            "+1",
                            "1.5",
                            "1 2",
                            "soon",
                            "Sun, 06 Nov 1994 08:49:37",
                            "Sun, 06 Nov 1994 08:49:37 CET",
                            "Sun, 6 Nov 1994 08:49:37 GMT",
                            "Xxx, 06 Nov 1994 08:49:37 GMT",
                            "Sun, 06 Xxx 1994 08:49:37 GMT",
                            "Sun, 31 Feb 1994 08:49:37 GMT",
                            "Sun, 00 Nov 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 24:00:00 GMT",
                            "Sun, 06 Nov 1994 08:60:00 GMT",
                            "Sun, 06 Nov 1994 08:49:61 GMT",
                            "Sun, 06 Nov 1994 08:49:37 GMT x",
                            "Sun, 06-Nov-94 08:49:37 GMT",
                            "Sun Nov 6 08:49:37 1994",
                            "sun, 06 nov 1994 08:49:37 gmt",
                            "Su",
                            "S",
                            "Sun, ",
                            "Sun, 06",
                            "Sunday, 06-"}) {
        BOOST_TEST_CONTEXT(bad)
        {
            BOOST_TEST(!read(bad).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_leap_second_and_a_leap_day_are_read)
{
    BOOST_TEST(read("Sat, 31 Dec 2016 23:59:60 GMT").has_value());
    BOOST_TEST(read("Thu, 29 Feb 2024 00:00:00 GMT").has_value());
    BOOST_TEST(!read("Wed, 29 Feb 2023 00:00:00 GMT").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
