// The checks of single fields.
#include "emulator/field_check.hpp"

#include "http/endpoint.hpp"

#include <charconv>

namespace videosdk::inline v0::emulator {

using model::find_field;

std::optional<std::uint64_t> read_digits(std::string_view text) noexcept
{
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value);
    if (text.empty() || failure != std::errc() || stop != end) {
        return std::nullopt;
    }
    return value;
}

field_check::field_check(const model::json::object& object, std::string_view prefix,
                         std::optional<refusal>& first)
    : object_(object), prefix_(prefix), first_(first)
{
}

bool field_check::has(std::string_view name) const noexcept
{
    return find_field(object_, name) != nullptr;
}

void field_check::refuse(std::string_view name, std::string_view rule)
{
    if (!first_) {
        std::string message(prefix_);
        message.append(name).append(" ").append(rule);
        first_.emplace(400, std::move(message));
    }
}

std::string field_check::text(std::string_view name)
{
    const model::json::value* const value = find_field(object_, name);
    if (value == nullptr) {
        return std::string();
    }
    if (!value->is_string()) {
        refuse(name, "must be a string");
        return std::string();
    }
    return std::string(std::string_view(value->get_string()));
}

std::string field_check::required_text(std::string_view name)
{
    std::string value = text(name);
    if (value.empty()) {
        refuse(name, "is required");
    }
    return value;
}

std::string field_check::url(std::string_view name, bool required)
{
    std::string value = required ? required_text(name) : text(name);
    if (!value.empty()) {
        const auto parsed = http::parse_endpoint(value, true);
        if (parsed.has_error()) {
            refuse(name, "must be an http or https URL: " + parsed.error());
        }
    }
    return value;
}

std::optional<std::size_t> field_check::one_of(std::string_view name,
                                               std::initializer_list<std::string_view> names)
{
    if (!has(name)) {
        return std::nullopt;
    }
    const std::string value = text(name);
    std::string rule = "must be one of";
    std::size_t position = 0;
    for (const std::string_view candidate : names) {
        if (candidate == value) {
            return position;
        }
        rule.append(position == 0 ? " " : ", ").append(candidate);
        ++position;
    }
    refuse(name, rule);
    return std::nullopt;
}

std::optional<std::uint64_t> field_check::number(std::string_view name, std::uint64_t least,
                                                 std::uint64_t most)
{
    const model::json::value* const value = find_field(object_, name);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::optional<std::uint64_t> found;
    if (const std::int64_t* whole = value->if_int64(); whole != nullptr && *whole >= 0) {
        found = static_cast<std::uint64_t>(*whole);
    } else if (const std::uint64_t* large = value->if_uint64()) {
        found = *large;
    } else if (const model::json::string* digits = value->if_string()) {
        found = read_digits(std::string_view(*digits));
    }
    if (!found || *found < least || *found > most) {
        refuse(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }
    return found;
}

const model::json::object* field_check::object(std::string_view name)
{
    const model::json::value* const value = find_field(object_, name);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_object()) {
        refuse(name, "must be an object");
        return nullptr;
    }
    return &value->get_object();
}

const model::json::array* field_check::array(std::string_view name)
{
    const model::json::value* const value = find_field(object_, name);
    if (value == nullptr || !value->is_array()) {
        refuse(name, value == nullptr ? "is required" : "must be an array");
        return nullptr;
    }
    return &value->get_array();
}

} // namespace videosdk::inline v0::emulator
