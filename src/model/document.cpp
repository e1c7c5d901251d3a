// A body as JSON, and what it is when it is none.
#include "model/document.hpp"

#include "error/text.hpp"

#include <boost/json/parser.hpp>
#include <boost/json/stream_parser.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace videosdk::inline v0::model {
namespace {

// A body of more nesting is nobody's answer.
constexpr std::size_t max_depth = 32;
// What a failure quotes of a body.
constexpr std::size_t quoted_bytes = 80;

std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    return text.substr(begin);
}

parse_failure not_json(std::string_view body, std::size_t at, const boost::system::error_code& why)
{
    const std::string_view content = trimmed(body);
    if (content.empty()) {
        return fail("the body is empty, expected JSON");
    }
    std::string detail = content.front() == '<' ? "the body is HTML or XML, expected JSON"
                                                : "the body is not JSON from byte " + std::to_string(at) +
                                                      " on (" + why.message() + ")";
    detail += ": \"";
    text::append_printable(detail, content, quoted_bytes);
    detail += '"';
    return fail(std::move(detail));
}

} // namespace

parse_failure fail(std::string detail)
{
    parse_failure failure;
    failure.detail = std::move(detail);
    return failure;
}

std::string_view kind_of(const json::value& value) noexcept
{
    switch (value.kind()) {
    case json::kind::null:
        return "null";
    case json::kind::bool_:
        return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
        return "a number";
    case json::kind::string:
        return "a string";
    case json::kind::array:
        return "an array";
    case json::kind::object:
        return "an object";
    }
    return "nothing";
}

parse_failure wrong_kind(std::string_view what, std::string_view expected, const json::value& found)
{
    std::string detail(what);
    detail += " must be ";
    detail += expected;
    detail += ", found ";
    detail += kind_of(found);
    return fail(std::move(detail));
}

document::document(std::span<unsigned char> scratch)
{
    if (scratch.empty()) {
        memory_.emplace();
    } else {
        memory_.emplace(scratch.data(), scratch.size());
    }
}

parsed<const json::value*> document::parse(std::string_view body)
{
    std::array<unsigned char, 4096> stack; // for values whose array or object has not ended yet
    json::parse_options options;
    options.max_depth = max_depth;
    json::parser parser({}, options, stack.data(), stack.size());
    parser.reset(&*memory_);
    boost::system::error_code failed;
    const std::size_t read = parser.write(body.data(), body.size(), failed);
    if (failed) {
        return not_json(body, read, failed);
    }
    root_.emplace(parser.release());
    return &*root_;
}

const json::value* find_field(const json::object& object, std::string_view key) noexcept
{
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_null() ? nullptr : value;
}

const json::value* payload_of(const json::value& root) noexcept
{
    const json::object* const object = root.if_object();
    if (object == nullptr) {
        return &root;
    }
    const json::value* const data = find_field(*object, "data");
    const bool identified = find_field(*object, "id") != nullptr;
    const bool envelope = data != nullptr && (data->is_array() || find_field(*object, "success") != nullptr);
    return identified && !envelope ? &root : data;
}

std::optional<std::string> scalar_text(const json::value& value)
{
    if (const json::string* string = value.if_string()) {
        return std::string(string->data(), string->size());
    }
    if (value.is_number()) {
        return json_text(value);
    }
    return std::nullopt;
}

std::string other_fields(const json::object& object, std::initializer_list<std::string_view> known)
{
    std::string out;
    for (const json::key_value_pair& field : object) {
        const std::string_view key = field.key();
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            out += out.empty() ? '{' : ',';
            text::append_json_string(out, key);
            out += ':';
            append_json(out, field.value());
        }
    }
    if (!out.empty()) {
        out += '}';
    }
    return out;
}

template <class Text>
bool field_reader::read_text(std::string_view key, Text& place)
{
    const json::value* value = find_field(object_, key);
    if (value == nullptr) {
        return false;
    }
    if (const json::string* string = value->if_string()) {
        place = std::string_view(string->data(), string->size());
        return true;
    }
    std::optional<std::string> other = scalar_text(*value);
    if (!other) {
        refuse(key, "a string", *value);
        return false;
    }
    place = std::move(*other);
    return true;
}

template bool field_reader::read_text(std::string_view, std::string&);
template bool field_reader::read_text(std::string_view, id_text&);
template bool field_reader::read_text(std::string_view, shared_text&);

void field_reader::is_empty(std::string_view key)
{
    if (!failure_) {
        failure_ = fail(where(key) + " is empty");
    }
}

void field_reader::texts(std::string_view key, std::vector<std::string>& place)
{
    const json::value* value = find_field(object_, key);
    if (value == nullptr) {
        return;
    }
    const json::array* array = value->if_array();
    if (array == nullptr) {
        return refuse(key, "an array of strings", *value);
    }
    place.reserve(array->size());
    for (const json::value& item : *array) {
        std::optional<std::string> item_text = scalar_text(item);
        if (!item_text) {
            return refuse(key, "an array of strings", item);
        }
        place.push_back(std::move(*item_text));
    }
}

bool field_reader::flag(std::string_view key, bool& place)
{
    const json::value* value = find_field(object_, key);
    if (value == nullptr) {
        return false;
    }
    if (const bool* truth = value->if_bool()) {
        place = *truth;
        return true;
    }
    const json::string* string = value->if_string();
    if (string == nullptr || (*string != "true" && *string != "false")) {
        refuse(key, "true or false", *value);
        return false;
    }
    place = *string == "true";
    return true;
}

bool field_reader::count(std::string_view key, std::uint64_t& place)
{
    const json::value* value = find_field(object_, key);
    if (value == nullptr) {
        return false;
    }
    boost::system::error_code inexact;
    std::uint64_t number = 0;
    if (const json::string* digits = value->if_string()) {
        const auto end = std::from_chars(digits->data(), digits->data() + digits->size(), number);
        if (end.ec == std::errc() && end.ptr == digits->data() + digits->size()) {
            place = number;
            return true;
        }
    } else if (value->is_number()) {
        number = value->to_number<std::uint64_t>(inexact);
        if (!inexact) {
            place = number;
            return true;
        }
    }
    refuse(key, "a whole number from 0", *value);
    return false;
}

void field_reader::missing(std::string_view key)
{
    if (!failure_ && !lenient_) {
        failure_ = fail(where(key) + " is missing");
    }
}

std::string field_reader::where(std::string_view key) const
{
    std::string out(name_);
    if (index_ != no_index) {
        out += "[" + std::to_string(index_) + "]";
    }
    out += out.empty() ? "" : ".";
    out += key;
    return out;
}

void field_reader::refuse(std::string_view key, std::string_view expected, const json::value& found)
{
    if (failure_ || lenient_) {
        return;
    }
    failure_ = wrong_kind(where(key), expected, found);
    if (found.is_number() || found.is_string()) { // the kind alone does not tell what is wrong with a number
        failure_->detail += " \"";
        text::append_printable(failure_->detail, scalar_text(found).value_or(""), 40);
        failure_->detail += '"';
    }
}

std::optional<std::size_t> json_failure(std::string_view text)
{
    json::parse_options options;
    options.max_depth = max_depth;
    json::stream_parser parser({}, options);
    boost::system::error_code failed;
    const std::size_t read = parser.write(text.data(), text.size(), failed);
    if (!failed) {
        parser.finish(failed);
    }
    return failed ? std::optional(read) : std::nullopt;
}

parsed<std::string> check_json(std::string_view text)
{
    document body({});
    if (const auto root = body.parse(text); root.has_error()) {
        return root.error();
    }
    return std::string(text);
}

} // namespace videosdk::inline v0::model
