// Fields of one JSON object, checked one after the other; the first that is wrong is remembered.
#pragma once

#include "emulator/refusal.hpp"
#include "model/document.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::emulator {

/// JSON null counts as absent. `prefix` stands before the names in messages: `config.layout.`.
class field_check {
public:
    field_check(const model::json::object& object, std::string_view prefix, std::optional<refusal>& first);

    /// A string; empty where it is absent.
    std::string text(std::string_view name);
    /// A string that must be there and not be empty.
    std::string required_text(std::string_view name);
    /// An http or https URL; empty where it is absent.
    std::string url(std::string_view name, bool required);
    /// The position of the string in `names`; empty where it is absent.
    std::optional<std::size_t> one_of(std::string_view name, std::initializer_list<std::string_view> names);
    /// A whole number, as number or string, from `least` to `most`; empty where it is absent.
    std::optional<std::uint64_t> number(std::string_view name, std::uint64_t least, std::uint64_t most);
    const model::json::object* object(std::string_view name);
    const model::json::array* array(std::string_view name);

    bool has(std::string_view name) const noexcept;
    /// Remembers `<prefix><name> <rule>`, unless something was wrong before.
    void refuse(std::string_view name, std::string_view rule);

private:
    const model::json::object& object_;
    std::string_view prefix_;
    std::optional<refusal>& first_;
};

/// A whole number written in decimal digits.
std::optional<std::uint64_t> read_digits(std::string_view text) noexcept;

} // namespace videosdk::inline v0::emulator
