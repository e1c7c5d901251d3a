// Plain units. Those of one answer differ in their ids alone, mostly: all else is compared, not read.
#include "model/plain_units.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace videosdk::inline v0::model {
namespace {

constexpr std::string_view envelope = R"({"success":true,"data":[)";
constexpr std::string_view end_of_envelope = "]}";
constexpr std::string_view before_id = R"({"id":")";

/// Of eight bytes, the top bit of the first that is a quotation mark, a backslash, a control byte or beyond
/// ASCII; and perhaps bits above it.
std::uint64_t specials(std::uint64_t bytes) noexcept
{
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x8080808080808080U;
    const auto zeros = [](std::uint64_t word) { return (word - ones) & ~word; };
    const std::uint64_t controls = (bytes - ones * 0x20) & ~bytes;
    return (zeros(bytes ^ (ones * '"')) | zeros(bytes ^ (ones * '\\')) | controls | bytes) & tops;
}

bool is_special(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

std::size_t find_special(std::string_view text) noexcept
{
    std::size_t at = 0;
    if constexpr (std::endian::native == std::endian::little) {
        for (std::uint64_t bytes = 0; at + sizeof bytes <= text.size(); at += sizeof bytes) {
            std::memcpy(&bytes, text.data() + at, sizeof bytes);
            if (const std::uint64_t found = specials(bytes)) {
                return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
            }
        }
    }
    while (at != text.size() && !is_special(text[at])) {
        ++at;
    }
    return at;
}

/// What is left of a body, taken away from its front.
class plain_text {
public:
    explicit plain_text(std::string_view text) noexcept : rest_(text) {}

    bool take(std::string_view expected) noexcept
    {
        const bool found = rest_.starts_with(expected);
        rest_.remove_prefix(found ? expected.size() : 0);
        return found;
    }

    /// Up to the quotation mark that ends it, which goes too.
    std::optional<std::string_view> take_text() noexcept
    {
        const std::size_t end = find_special(rest_);
        if (end == rest_.size() || rest_[end] != '"') {
            return std::nullopt;
        }
        const std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return text;
    }

    std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

bool take_texts(plain_text& from, std::vector<std::string>& place)
{
    if (!from.take("[")) {
        return false;
    }
    while (!from.take("]")) {
        const bool first = place.empty();
        const auto item = (first || from.take(",")) && from.take("\"") ? from.take_text() : std::nullopt;
        if (!item) {
            return false;
        }
        place.emplace_back(*item);
    }
    return true;
}

template <class Enum>
wire_value<Enum> named(std::string_view text, wire_value<Enum> (*read)(std::string_view))
{
    return text.empty() ? wire_value<Enum>() : read(text);
}

bool take_field(plain_text& from, std::string_view key, resource& unit)
{
    if (key == "composerIds") {
        return take_texts(from, unit.composer_ids);
    }
    const auto value = from.take("\"") ? from.take_text() : std::nullopt;
    if (!value) {
        return false;
    }
    if (key == "id") {
        unit.id = *value;
    } else if (key == "status") {
        unit.status = named(*value, read_resource_status);
    } else if (key == "type") {
        unit.type = named(*value, read_resource_type);
    } else if (key == "mode") {
        unit.mode = named(*value, read_resource_mode);
    } else if (key == "quality") {
        unit.quality = named(*value, read_resource_quality);
    } else {
        unit.webhook_url = *value;
    }
    return true;
}

/// From its brace to its brace.
bool take_unit(plain_text& from, resource& unit)
{
    static constexpr std::array<std::string_view, 7> keys{"id",      "status",      "type",      "mode",
                                                          "quality", "composerIds", "webhookUrl"};
    std::array<bool, keys.size()> seen{};
    if (!from.take("{")) {
        return false;
    }
    for (bool first = true; !from.take("}"); first = false) {
        const auto key = (first || from.take(",")) && from.take("\"") ? from.take_text() : std::nullopt;
        const auto found = std::find(keys.begin(), keys.end(), key.value_or(""));
        if (found == keys.end() ||
            std::exchange(seen[static_cast<std::size_t>(found - keys.begin())], true) || !from.take(":") ||
            !take_field(from, *found, unit)) {
            return false;
        }
    }
    return !unit.id.empty();
}

/// How the first unit looks behind its id; empty where its id does not come first.
std::string_view tail_of(std::string_view unit)
{
    plain_text text(unit);
    return text.take(before_id) && text.take_text() ? text.rest() : std::string_view();
}

} // namespace

std::optional<std::vector<resource>> read_plain_units(std::string_view body)
{
    plain_text text(body);
    std::vector<resource> units;
    if (!text.take(envelope)) {
        return std::nullopt;
    }
    if (text.rest() == end_of_envelope) {
        return units;
    }
    const std::string_view begin = text.rest();
    if (!take_unit(text, units.emplace_back())) {
        return std::nullopt;
    }
    const std::string_view first = begin.substr(0, begin.size() - text.rest().size());
    const std::string_view tail = tail_of(first);
    resource alike;
    if (text.rest() != end_of_envelope) {
        alike = units.front();
        alike.id.clear();
    }
    // As many as there may be of its size; more only when they have come, since the first may be a short one.
    constexpr std::size_t most_reserved = 4096;
    units.reserve(std::min(1 + text.rest().size() / first.size(), most_reserved));
    while (text.take(",")) {
        const plain_text here = text;
        const auto id = text.take(before_id) ? text.take_text() : std::nullopt;
        if (id && !id->empty() && !tail.empty() && text.take(tail)) {
            units.emplace_back(alike).id = *id;
        } else {
            text = here;
            if (!take_unit(text, units.emplace_back())) {
                return std::nullopt;
            }
        }
    }
    if (text.rest() != end_of_envelope) {
        return std::nullopt;
    }
    return units;
}

} // namespace videosdk::inline v0::model
