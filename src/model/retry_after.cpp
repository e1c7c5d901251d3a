// The header Retry-After (RFC 9110, 10.2.3): seconds, or a date in one of the three forms of section 5.6.7.
#include "model/json.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace videosdk::inline v0::model {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::system_clock;

// More seconds than this say no more than "not soon", and never overflow a sum.
constexpr std::int64_t most_seconds = std::numeric_limits<std::int32_t>::max();

constexpr std::array<std::string_view, 7> weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes a text apart from its front; after the first thing that does not fit, nothing fits any more.
class scanner {
public:
    explicit scanner(std::string_view text) noexcept : rest_(text) {}

    bool done() const noexcept { return ok_ && rest_.empty(); }

    void literal(std::string_view text) noexcept
    {
        ok_ = ok_ && rest_.starts_with(text);
        skip(text.size());
    }

    int number(std::size_t digits, bool blank_for_zero = false) noexcept
    {
        int value = 0;
        ok_ = ok_ && rest_.size() >= digits;
        for (std::size_t i = 0; ok_ && i != digits; ++i) {
            const char c = blank_for_zero && i == 0 && rest_[0] == ' ' ? '0' : rest_[i];
            ok_ = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        skip(digits);
        return value;
    }

    unsigned month() noexcept
    {
        const auto* found = std::find(months.begin(), months.end(), rest_.substr(0, 3));
        ok_ = ok_ && found != months.end();
        skip(3);
        return static_cast<unsigned>(found - months.begin()) + 1;
    }

    void weekday(bool whole) noexcept
    {
        const auto name_of = [whole](std::string_view day) { return whole ? day : day.substr(0, 3); };
        const auto* found = std::find_if(weekdays.begin(), weekdays.end(), [&](std::string_view day) {
            return rest_.starts_with(name_of(day));
        });
        ok_ = ok_ && found != weekdays.end();
        skip(ok_ ? name_of(*found).size() : 0);
    }

    // hh:mm:ss; 60 is a leap second.
    seconds time_of_day() noexcept
    {
        const int hour = number(2);
        literal(":");
        const int minute = number(2);
        literal(":");
        const int second = number(2);
        ok_ = ok_ && hour < 24 && minute < 60 && second <= 60;
        return seconds((hour * 60 + minute) * 60 + second);
    }

private:
    void skip(std::size_t count) noexcept { rest_.remove_prefix(std::min(count, rest_.size())); }

    std::string_view rest_;
    bool ok_ = true;
};

std::optional<sys_seconds> date_of(const scanner& text, int year, unsigned month, int day, seconds time)
{
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!text.done() || !date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + time;
}

// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<sys_seconds> read_fixed_date(std::string_view text)
{
    scanner in(text);
    in.weekday(false);
    in.literal(", ");
    const int day = in.number(2);
    in.literal(" ");
    const unsigned month = in.month();
    in.literal(" ");
    const int year = in.number(4);
    in.literal(" ");
    const seconds time = in.time_of_day();
    in.literal(" GMT");
    return date_of(in, year, month, day, time);
}

// Sunday, 06-Nov-94 08:49:37 GMT
std::optional<sys_seconds> read_rfc850_date(std::string_view text, system_clock::time_point now)
{
    scanner in(text);
    in.weekday(true);
    in.literal(", ");
    const int day = in.number(2);
    in.literal("-");
    const unsigned month = in.month();
    in.literal("-");
    int year = in.number(2);
    in.literal(" ");
    const seconds time = in.time_of_day();
    in.literal(" GMT");
    // Two digits that seem more than 50 years ahead mean the past century.
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const int this_year = static_cast<int>(today.year());
    year += this_year - this_year % 100;
    if (year > this_year + 50) {
        year -= 100;
    }
    return date_of(in, year, month, day, time);
}

// Sun Nov  6 08:49:37 1994
std::optional<sys_seconds> read_asctime_date(std::string_view text)
{
    scanner in(text);
    in.weekday(false);
    in.literal(" ");
    const unsigned month = in.month();
    in.literal(" ");
    const int day = in.number(2, true);
    in.literal(" ");
    const seconds time = in.time_of_day();
    in.literal(" ");
    const int year = in.number(4);
    return date_of(in, year, month, day, time);
}

std::optional<seconds> read_seconds(std::string_view text)
{
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = std::min(value * 10 + (c - '0'), most_seconds);
    }
    return text.empty() ? std::nullopt : std::optional(seconds(value));
}

} // namespace

std::optional<seconds> read_retry_after(std::string_view value, system_clock::time_point now)
{
    constexpr std::string_view blanks = " \t";
    value.remove_prefix(std::min(value.find_first_not_of(blanks), value.size()));
    value = value.substr(0, value.find_last_not_of(blanks) + 1);
    if (const auto delay = read_seconds(value)) {
        return delay;
    }
    std::optional<sys_seconds> date = read_fixed_date(value);
    if (!date) {
        date = read_rfc850_date(value, now);
    }
    if (!date) {
        date = read_asctime_date(value);
    }
    if (!date) {
        return std::nullopt;
    }
    // Whole seconds first: the clock's own unit would overflow for a date in a far year.
    const std::int64_t delay = (*date - std::chrono::floor<seconds>(now)).count();
    return seconds(std::clamp<std::int64_t>(delay, 0, most_seconds));
}

} // namespace videosdk::inline v0::model
