// Bodies of answers.
#include "emulator/service_state.hpp"
#include "error/text.hpp"

#include <array>
#include <cstdio>

namespace videosdk::inline v0::emulator {

std::string quoted(std::string_view text)
{
    std::string out;
    if (text::is_utf8(text)) {
        text::append_json_string(out, text);
    } else {
        std::string printable;
        text::append_printable(printable, text);
        text::append_json_string(out, printable);
    }
    return out;
}

reply make_reply(unsigned status, std::string body)
{
    reply made;
    made.status = status;
    made.body = std::move(body);
    return made;
}

reply make_refusal(unsigned status, std::string_view message)
{
    return make_reply(status,
                      "{\"message\":" + quoted(message) + ",\"code\":" + std::to_string(status) + "}");
}

std::string iso_time(std::chrono::system_clock::time_point when)
{
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(when - day));
    std::array<char, 40> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return std::string(text.data(), static_cast<std::size_t>(size));
}

} // namespace videosdk::inline v0::emulator
