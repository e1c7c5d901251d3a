// JSON values back to text, for what is kept as it came.
#include "error/text.hpp"
#include "model/document.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace videosdk::inline v0::model {
namespace {

template <class Number>
void append_number(std::string& out, Number number)
{
    std::array<char, 32> digits; // the shortest text that reads back as the same double has at most 24
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end.ptr);
}

void append_double(std::string& out, double number)
{
    if (number == 0 && std::signbit(number)) { // without a point it would be read as the whole number 0
        out += "-0.0";
    } else if (std::isfinite(number)) {
        append_number(out, number);
    } else { // what was too large for a double still is, and JSON has no word for infinity
        out += number > 0 ? "1e999" : "-1e999";
    }
}

void append_array(std::string& out, const json::array& items)
{
    out += '[';
    bool first = true;
    for (const json::value& item : items) {
        out += first ? "" : ",";
        first = false;
        append_json(out, item);
    }
    out += ']';
}

void append_object(std::string& out, const json::object& fields)
{
    out += '{';
    bool first = true;
    for (const json::key_value_pair& field : fields) {
        out += first ? "" : ",";
        first = false;
        text::append_json_string(out, field.key());
        out += ':';
        append_json(out, field.value());
    }
    out += '}';
}

} // namespace

// The depth of recursion is that of the document, which is limited.
void append_json(std::string& out, const json::value& value)
{
    switch (value.kind()) {
    case json::kind::null:
        out += "null";
        return;
    case json::kind::bool_:
        out += value.get_bool() ? "true" : "false";
        return;
    case json::kind::int64:
        return append_number(out, value.get_int64());
    case json::kind::uint64:
        return append_number(out, value.get_uint64());
    case json::kind::double_:
        return append_double(out, value.get_double());
    case json::kind::string:
        return text::append_json_string(out, value.get_string());
    case json::kind::array:
        return append_array(out, value.get_array());
    case json::kind::object:
        return append_object(out, value.get_object());
    }
}

std::string json_text(const json::value& value)
{
    std::string out;
    append_json(out, value);
    return out;
}

} // namespace videosdk::inline v0::model
