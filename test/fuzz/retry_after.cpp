// Retry-After: seconds or a date in three forms, never negative, never above the cap. The first line of the
// input is the value, the second the time it arrives, in seconds since 1970.
#include "fuzz.hpp"
#include "model/json.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>

namespace {

using std::chrono::seconds;
using std::chrono::system_clock;
using videosdk::model::read_retry_after;

constexpr std::int64_t cap = 2'147'483'647;
constexpr std::int64_t latest = 9'000'000'000; // within what a clock of nanoseconds counts

system_clock::time_point time_of(std::string_view digits)
{
    std::int64_t value = 1'700'000'000;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return system_clock::time_point(seconds(std::clamp(value, -latest, latest)));
}

bool all_digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// The fixed form of RFC 9110 5.6.7.
std::string fixed_date(std::chrono::sys_seconds when)
{
    constexpr std::string_view days = "SunMonTueWedThuFriSat";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(when - day);
    const auto padded = [](std::int64_t value, std::size_t width) {
        std::string text = std::to_string(value);
        return text.insert(0, width - std::min(width, text.size()), '0');
    };
    std::string out(days.substr(3 * std::chrono::weekday(day).c_encoding(), 3));
    out += ", " + padded(static_cast<unsigned>(date.day()), 2) + ' ';
    out += months.substr(3 * (static_cast<unsigned>(date.month()) - 1), 3);
    out += ' ' + padded(static_cast<int>(date.year()), 4) + ' ' + padded(clock.hours().count(), 2) + ':' +
           padded(clock.minutes().count(), 2) + ':' + padded(clock.seconds().count(), 2) + " GMT";
    return out;
}

void is_bounded(std::string_view value, system_clock::time_point now)
{
    const auto delay = read_retry_after(value, now);
    fuzz::require(!delay || (delay->count() >= 0 && delay->count() <= cap), "a delay is from 0 to the cap");
    fuzz::require(read_retry_after(" \t" + std::string(value) + "\t ", now) == delay,
                  "blanks around a value mean nothing");
    if (all_digits(value)) {
        std::int64_t number = 0;
        const auto end = std::from_chars(value.data(), value.data() + value.size(), number);
        number = end.ec == std::errc() ? std::min(number, cap) : cap;
        fuzz::require(delay == seconds(number), "digits are seconds, up to the cap");
    } else if (delay) {
        // The same moment in the fixed form.
        const auto when = std::chrono::floor<seconds>(now) + *delay;
        const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(when));
        if (date.year() >= std::chrono::year(1000) && date.year() <= std::chrono::year(9999)) {
            fuzz::require(read_retry_after(fixed_date(when), now) == delay,
                          "a delay of a date ends at that date");
        }
    }
}

// A date with a four-digit year is one moment: the later it is read, the less is left.
void runs_out(std::string_view value, system_clock::time_point now)
{
    const auto first = read_retry_after(value, now);
    const auto later = read_retry_after(value, now + seconds(10));
    if (!first || !later || all_digits(value) || value.find('-') != std::string_view::npos) {
        return;
    }
    fuzz::require(first->count() == cap || *later == std::max(*first - seconds(10), seconds(0)),
                  "a delay of a date runs out with the time");
}

} // namespace

void fuzz::retry_after(std::string_view input)
{
    const std::string_view value = trimmed(pop_line(input));
    const system_clock::time_point now = time_of(pop_line(input));
    is_bounded(value, now);
    runs_out(value, now);
}
