// Writes HTTP dates.
#include "http/server_date.hpp"

namespace videosdk::inline v0::http {

std::string_view server_date::at(std::chrono::system_clock::time_point now)
{
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != second_) {
        second_ = second;
        write();
    }
    return {text_.data(), text_.size()};
}

void server_date::write()
{
    using namespace std::chrono;
    constexpr std::string_view days = "SunMonTueWedThuFriSat";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = floor<std::chrono::days>(second_);
    const year_month_day date(day);
    const hh_mm_ss clock(second_ - day);
    char* out = text_.data();
    const auto text = [&out](std::string_view part) { out += part.copy(out, part.size()); };
    const auto two = [&out](unsigned value) {
        *out++ = static_cast<char>('0' + value / 10 % 10);
        *out++ = static_cast<char>('0' + value % 10);
    };
    text(days.substr(3 * weekday(day).c_encoding(), 3));
    text(", ");
    two(static_cast<unsigned>(date.day()));
    text(" ");
    text(months.substr(3 * (static_cast<unsigned>(date.month()) - 1), 3));
    text(" ");
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    two(year / 100);
    two(year % 100);
    text(" ");
    two(static_cast<unsigned>(clock.hours().count()));
    text(":");
    two(static_cast<unsigned>(clock.minutes().count()));
    text(":");
    two(static_cast<unsigned>(clock.seconds().count()));
    text(" GMT");
}

} // namespace videosdk::inline v0::http
