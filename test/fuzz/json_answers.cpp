// JSON to model: every reader gives a value or a failure for a log, the same in whatever memory it parses,
// and what it took can be written and read again.
#include "error/text.hpp"
#include "fuzz.hpp"
#include "model/json.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace videosdk;
using model::parsed;

// A failure quotes at most 80 bytes of a body, each of which takes up to four when it is printed.
constexpr std::size_t longest_detail = 80 * 4 + 200;

void check_failure(const model::parse_failure& failure)
{
    fuzz::require(!failure.detail.empty() && fuzz::is_one_line(failure.detail), "a failure is one line");
    fuzz::require(failure.detail.size() <= longest_detail, "a failure does not quote the whole body");
}

template <class T>
std::string line_of(const T& value)
{
    std::string line = to_string(value);
    fuzz::require(fuzz::is_one_line(line), "a value is printed on one line");
    return line;
}

// By three sizes of scratch memory. All must agree.
template <class T, class Same>
parsed<T> read_everywhere(parsed<T> (*read)(std::string_view, std::span<unsigned char>),
                          std::string_view body, Same same)
{
    static std::array<unsigned char, 16'384> memory;
    parsed<T> expected = read(body, {});
    for (const std::size_t size : {std::size_t{1}, std::size_t{100}, memory.size()}) {
        memory.fill(0xA5);
        const parsed<T> other = read(body, std::span(memory).first(size));
        fuzz::require(other.has_value() == expected.has_value(), "scratch memory does not decide");
        if (other.has_error()) {
            fuzz::require(other.error().detail == expected.error().detail, "nor what is wrong");
        } else {
            fuzz::require(same(*other, *expected), "nor what is read");
        }
    }
    if (expected.has_error()) {
        check_failure(expected.error());
    }
    return expected;
}

// Whether a field that is kept holds a number that Boost.JSON reads as a double: not always the nearest one,
// so that a number that was printed exactly is not always read back as the same.
bool holds_double(const boost::json::value& value)
{
    if (const auto* object = value.if_object()) {
        return std::ranges::any_of(*object, [](const auto& field) { return holds_double(field.value()); });
    }
    if (const auto* array = value.if_array()) {
        return std::ranges::any_of(*array, [](const auto& item) { return holds_double(item); });
    }
    return value.is_double();
}

// Whether one of its own fields is such a number, which may be read as a text.
bool holds_double_itself(const boost::json::value& value)
{
    const auto* object = value.if_object();
    return object != nullptr &&
           std::ranges::any_of(*object, [](const auto& field) { return field.value().is_double(); });
}

double number_in(const boost::json::value& value)
{
    return value.to_number<double>();
}

// The same, but for the last digits of such numbers; a whole one may come back where there was -0.0.
bool same_but_for_digits(const boost::json::value& a, const boost::json::value& b)
{
    if (a.is_number() && b.is_number()) {
        const double x = number_in(a);
        const double y = number_in(b);
        return x == y || std::abs(x - y) <= 1e-14 * std::max(std::abs(x), std::abs(y)) + 1e-300;
    }
    if (a.is_object() && b.is_object()) {
        return std::ranges::equal(a.get_object(), b.get_object(), [](const auto& one, const auto& other) {
            return one.key() == other.key() && same_but_for_digits(one.value(), other.value());
        });
    }
    if (a.is_array() && b.is_array()) {
        return std::ranges::equal(a.get_array(), b.get_array(), &same_but_for_digits);
    }
    return a == b;
}

bool keeps_double(const resource& unit)
{
    return !unit.unknown_fields.empty() && holds_double(boost::json::parse(unit.unknown_fields));
}

bool same_but_for_doubles(const resource& a, const resource& b)
{
    if (!keeps_double(a) && !keeps_double(b)) { // -0.0 comes back as the whole number 0
        return a == b;
    }
    resource other = b;
    other.unknown_fields = a.unknown_fields;
    return a == other && !a.unknown_fields.empty() && !b.unknown_fields.empty();
}

void unit_comes_back(const resource& unit)
{
    fuzz::require(!unit.id.empty(), "a unit has an id");
    line_of(unit);
    const std::string text = model::write(unit);
    fuzz::require(model::check_json(text).has_value(), "what is written is JSON");
    // A unit by itself that has a field `data`, which is kept, would be taken for an envelope.
    const bool like_an_envelope = unit.unknown_fields.find(R"("data")") != std::string::npos;
    const parsed<resource> again =
        model::read_resource(like_an_envelope ? R"({"data":)" + text + "}" : text, {});
    fuzz::require(again.has_value() && same_but_for_doubles(*again, unit),
                  "a unit that is written and read is the same");
    fuzz::require(*again != unit || model::write(*again) == text, "and is written in the same way");
}

void read_units_of(std::string_view body)
{
    const auto same = [](const auto& a, const auto& b) { return a == b; };
    const auto unit = read_everywhere<resource>(&model::read_resource, body, same);
    if (unit.has_value()) {
        unit_comes_back(*unit);
    }
    const auto acquired = read_everywhere<model::acquire_answer>(
        &model::read_acquire, body, [](const model::acquire_answer& a, const model::acquire_answer& b) {
            return a.units == b.units && a.summary.success == b.summary.success;
        });
    const auto thoroughly = model::read_any_acquire(body, {});
    fuzz::require(thoroughly.has_value() == acquired.has_value() &&
                      (!acquired || thoroughly->units == acquired->units),
                  "a plain answer is read as any other is");
    if (acquired.has_value()) {
        fuzz::require(acquired->summary.success || acquired->units.empty(), "a refusal grants nothing");
        for (const resource& each : acquired->units) {
            unit_comes_back(each);
        }
    }
}

bool same_pages(const resource_page& a, const resource_page& b)
{
    return a.current_page == b.current_page && a.per_page == b.per_page && a.last_page == b.last_page &&
           a.total == b.total && std::ranges::equal(a.resources, b.resources, &same_but_for_doubles);
}

void read_page_of(std::string_view body)
{
    const auto page = read_everywhere<resource_page>(&model::read_page, body, &same_pages);
    if (page.has_error()) {
        return;
    }
    line_of(*page);
    std::string text = R"({"pageInfo":{"currentPage":)" + std::to_string(page->current_page) +
                       R"(,"perPage":)" + std::to_string(page->per_page) + R"(,"lastPage":)" +
                       std::to_string(page->last_page) + R"(,"total":)" + std::to_string(page->total) +
                       R"(},"data":[)";
    for (std::size_t i = 0; i != page->resources.size(); ++i) {
        text += (i == 0 ? "" : ",") + model::write(page->resources[i]);
    }
    const auto again = model::read_page(text + "]}", {});
    fuzz::require(again.has_value() && same_pages(*again, *page),
                  "a page that is written and read is the same");
}

void read_small_answers_of(std::string_view body)
{
    const auto same_results = [](const auto& a, const auto& b) {
        return std::ranges::equal(a, b, [](const release_result& x, const release_result& y) {
            return x.id == y.id && x.success == y.success && x.message == y.message;
        });
    };
    const auto released =
        read_everywhere<std::vector<release_result>>(&model::read_release, body, same_results);
    if (released.has_value()) {
        for (const release_result& each : *released) {
            fuzz::require(!each.id.empty(), "a result names its unit");
            line_of(each);
        }
    }
    const auto started = read_everywhere<started_composition>(
        &model::read_started, body, [](const started_composition& a, const started_composition& b) {
            return a.id == b.id && a.unknown_fields == b.unknown_fields &&
                   a.playback_hls_url == b.playback_hls_url;
        });
    if (started.has_value()) {
        line_of(*started);
        fuzz::require(started->unknown_fields.empty() ||
                          model::check_json(started->unknown_fields).has_value(),
                      "fields that are kept are JSON");
    }
    const auto key = read_everywhere<std::string>(&model::read_public_key, body,
                                                  [](const auto& a, const auto& b) { return a == b; });
    fuzz::require(key.has_error() || !key->empty(), "a key is not empty");
    read_everywhere<model::answer_summary>(
        &model::read_summary, body, [](const model::answer_summary& a, const model::answer_summary& b) {
            return a.success == b.success && a.code == b.code && a.message == b.message;
        });
}

void read_event_of(std::string_view body)
{
    const parsed<event> read = model::read_event(body);
    if (read.has_error()) {
        return check_failure(read.error());
    }
    line_of(*read);
    fuzz::require(read->token.empty(), "a token does not come from the body");
    fuzz::require(!read->type.text().empty(), "an event has a type");
    std::string text = R"({"webhookType":)";
    text::append_json_string(text, read->type.text());
    text += read->data.empty() ? "}" : R"(,"data":)" + read->data + "}";
    parsed<event> again = model::read_event(text);
    if (again.has_value() && !read->data.empty()) {
        const boost::json::value before = boost::json::parse(read->data);
        if (holds_double(before)) {
            fuzz::require(again->type == read->type && !again->data.empty() &&
                              same_but_for_digits(boost::json::parse(again->data), before),
                          "the numbers in data differ in their last digits at most");
            if (holds_double_itself(before)) {
                return; // where one stands in a text's place, so does the text
            }
            again->data = read->data;
        }
    }
    fuzz::require(again.has_value() && *again == *read, "an event that is written and read is the same");
}

} // namespace

void fuzz::json_answers(std::string_view input)
{
    const auto text = model::check_json(input);
    require(text.has_error() || *text == input, "JSON is kept as it is");
    if (text.has_error()) {
        check_failure(text.error());
    }
    read_units_of(input);
    read_page_of(input);
    read_small_answers_of(input);
    read_event_of(input);
}
