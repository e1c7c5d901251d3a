// Reading the emulator's requests and answers.
#include "call_log.hpp"

#include <algorithm>
#include <cstddef>

namespace ownership_tests {
namespace {

constexpr std::string_view one_unit = "/v2/resource/";

/// Each string of a JSON text.
std::vector<std::string_view> strings_of(std::string_view text)
{
    std::vector<std::string_view> out;
    for (std::size_t from = text.find('"'); from != text.npos; from = text.find('"', from)) {
        const std::size_t to = text.find('"', from + 1);
        if (to == text.npos) {
            break;
        }
        out.push_back(text.substr(from + 1, to - from - 1));
        from = to + 1;
    }
    return out;
}

} // namespace

std::string_view to_string(deed value) noexcept
{
    switch (value) {
    case deed::bought:
        return "bought";
    case deed::looked_at:
        return "looked at";
    case deed::used:
        return "used";
    case deed::released:
        return "released";
    case deed::failed_to_release:
        return "failed to release";
    }
    return "";
}

bool logged::acts() const
{
    return method != "GET" || !target.starts_with(one_unit);
}

void call_log::add(const videosdk::emulator::request& asked, const videosdk::emulator::reply& answered,
                   time_point now, time_point right_until)
{
    const std::string node(asked.user_agent);
    calls_.push_back({node, std::string(asked.method), std::string(asked.target), now, right_until});
    if (asked.target == "/v2/resource/acquire") {
        const std::vector<std::string_view> strings = strings_of(answered.body);
        for (std::size_t i = 0; i + 1 < strings.size(); ++i) {
            if (strings[i] == "id") {
                units_[std::string(strings[i + 1])].push_back({node, deed::bought});
            }
        }
    } else if (asked.target == "/v2/resource/release") {
        for (const std::string_view each : strings_of(asked.body)) {
            const std::string done = "{\"id\":\"" + std::string(each) + "\",\"success\":true";
            const bool well = answered.body.find(done) != std::string::npos;
            note(node, each, well ? deed::released : deed::failed_to_release);
        }
    } else if (asked.method == "GET") {
        if (asked.target.starts_with(one_unit)) {
            note(node, asked.target.substr(one_unit.size()), deed::looked_at);
        }
    } else {
        for (const std::string_view each : strings_of(asked.body)) {
            note(node, each, deed::used);
        }
    }
}

void call_log::note(const std::string& node, std::string_view unit, deed what)
{
    const auto found = units_.find(std::string(unit));
    if (found == units_.end()) {
        return; // a word of the body
    }
    found->second.push_back({node, what});
    if (what == deed::released) {
        released_.insert(found->first);
    }
}

std::size_t call_log::asked(const std::string& node, std::size_t behind) const
{
    return static_cast<std::size_t>(std::count_if(calls_.begin() + static_cast<std::ptrdiff_t>(behind),
                                                  calls_.end(),
                                                  [&node](const auto& each) { return each.node == node; }));
}

std::size_t call_log::acted(const std::string& node, std::size_t behind) const
{
    return static_cast<std::size_t>(
        std::count_if(calls_.begin() + static_cast<std::ptrdiff_t>(behind), calls_.end(),
                      [&node](const auto& each) { return each.node == node && each.acts(); }));
}

std::set<std::string> call_log::bought_by(const std::string& node) const
{
    std::set<std::string> out;
    for (const auto& [unit, story] : units_) {
        if (story.front().node == node) {
            out.insert(unit);
        }
    }
    return out;
}

} // namespace ownership_tests
