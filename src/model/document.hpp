// A parsed body with the memory it lives in, and tolerant access to the fields of its objects.
#pragma once

#include "model/json.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>

namespace videosdk::inline v0::model {

namespace json = boost::json;

parse_failure fail(std::string detail);

/// `a string`, `an array` …
std::string_view kind_of(const json::value& value) noexcept;

/// `<what> must be <expected>, found <the kind of found>`
parse_failure wrong_kind(std::string_view what, std::string_view expected, const json::value& found);

/// A body as JSON. Small ones live in `scratch` alone; what does not fit there goes to the heap.
class document {
public:
    explicit document(std::span<unsigned char> scratch);
    document(const document&) = delete;
    document& operator=(const document&) = delete;

    /// The value, which lives as long as the document. A failure says what the body is instead: empty, HTML,
    /// or no JSON from which byte on.
    parsed<const json::value*> parse(std::string_view body);

private:
    std::optional<json::monotonic_resource> memory_;
    std::optional<json::value> root_;
};

/// The field; null where it is absent or JSON null.
const json::value* find_field(const json::object& object, std::string_view key) noexcept;

/// What an answer is about: its `data`, or the whole of it where that has an `id` and is no envelope. An
/// answer with `success`, or whose `data` is an array, is an envelope, and an `id` beside them is its own.
/// Null where there is neither.
const json::value* payload_of(const json::value& root) noexcept;

/// Appends `value` as JSON text. Unlike Boost's serialize(), numbers beyond a double's range stay JSON
/// (`1e999`).
void append_json(std::string& out, const json::value& value);
std::string json_text(const json::value& value);

/// What stands in a string or number as text; empty for other kinds.
std::optional<std::string> scalar_text(const json::value& value);

/// The fields of `object` that are not named in `known`, as a JSON object; empty when there are none.
std::string other_fields(const json::object& object, std::initializer_list<std::string_view> known);

/// Reads fields of one object into places; absent and null ones leave theirs untouched. The first field of a
/// wrong kind is remembered as the failure.
class field_reader {
public:
    static constexpr std::size_t no_index = static_cast<std::size_t>(-1);

    /// `name` and `index` say where the object stands, for failures: `data[3].id`.
    field_reader(const json::object& object, std::string_view name, std::size_t index = no_index) noexcept
        : object_(object), name_(name), index_(index)
    {
    }

    /// For objects of unknown meaning: fields of a wrong kind are as good as absent.
    void be_lenient() noexcept { lenient_ = true; }

    /// A string; a number gives its text.
    bool text(std::string_view key, std::string& place) { return read_text(key, place); }
    bool text(std::string_view key, id_text& place) { return read_text(key, place); }
    bool text(std::string_view key, shared_text& place) { return read_text(key, place); }
    /// A string that must be there and not be empty.
    template <class Text>
    void required_text(std::string_view key, Text& place)
    {
        if (!text(key, place)) {
            missing(key);
        } else if (place.empty()) {
            is_empty(key);
        }
    }
    void texts(std::string_view key, std::vector<std::string>& place);
    /// A boolean, or one of the strings `true` and `false`.
    bool flag(std::string_view key, bool& place);
    /// A whole number from 0, or a string of digits.
    bool count(std::string_view key, std::uint64_t& place);
    void missing(std::string_view key);

    template <class Enum>
    void name(std::string_view key, wire_value<Enum>& place, wire_value<Enum> (*read)(std::string_view))
    {
        std::string raw;
        if (const json::value* value = find_field(object_, key)) {
            if (const json::string* string = value->if_string()) {
                place = string->empty() ? wire_value<Enum>() : read(std::string_view(*string));
            } else if (text(key, raw)) {
                place = read(raw);
            }
        }
    }

    const std::optional<parse_failure>& failure() const noexcept { return failure_; }

private:
    template <class Text>
    bool read_text(std::string_view key, Text& place);
    void is_empty(std::string_view key);
    std::string where(std::string_view key) const;
    void refuse(std::string_view key, std::string_view expected, const json::value& found);

    const json::object& object_;
    std::string_view name_;
    std::size_t index_;
    bool lenient_ = false;
    std::optional<parse_failure> failure_;
};

/// The summary of an answer that is parsed already.
parsed<answer_summary> summarize(const json::value& root);
/// One unit; `name` and `index` say where it stands.
parsed<resource> read_unit(const json::value& value, std::string_view name,
                           std::size_t index = field_reader::no_index);
/// The units of an array, or the one unit that an object is.
parsed<std::vector<resource>> read_units(const json::value& value, std::string_view name);

} // namespace videosdk::inline v0::model
