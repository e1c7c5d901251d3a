// Answers that tell of units: acquire, get, list, release.
#include "model/document.hpp"
#include "model/plain_units.hpp"

namespace videosdk::inline v0::model {
namespace {

// The message of an answer: text as it is, arrays and objects as JSON.
std::string message_of(const json::object& root)
{
    for (const std::string_view key : {"message", "error", "msg", "statusMessage"}) {
        const json::value* value = find_field(root, key);
        if (value == nullptr) {
            continue;
        }
        std::string message = scalar_text(*value).value_or("");
        if (value->is_structured()) {
            message = json_text(*value);
        }
        if (!message.empty()) {
            return message;
        }
    }
    return {};
}

std::string code_of(const json::object& root)
{
    for (const std::string_view key : {"code", "errorCode"}) {
        const json::value* value = find_field(root, key);
        if (value != nullptr && (value->is_string() || value->is_number())) {
            return scalar_text(*value).value_or("");
        }
    }
    return {};
}

std::optional<resource> salvage_unit(const json::value& value)
{
    const json::object* object = value.if_object();
    if (object == nullptr) {
        return std::nullopt;
    }
    resource unit;
    field_reader fields(*object, "");
    fields.be_lenient();
    fields.text("id", unit.id);
    fields.name("status", unit.status, read_resource_status);
    fields.name("type", unit.type, read_resource_type);
    fields.name("mode", unit.mode, read_resource_mode);
    fields.name("quality", unit.quality, read_resource_quality);
    fields.text("webhookUrl", unit.webhook_url);
    return unit.id.empty() ? std::nullopt : std::optional(std::move(unit));
}

parsed<release_result> read_one_release(const json::value& value, std::size_t index)
{
    const json::object* object = value.if_object();
    if (object == nullptr) {
        return wrong_kind("data[" + std::to_string(index) + "]", "an object", value);
    }
    release_result result;
    field_reader fields(*object, "data", index);
    fields.required_text("id", result.id);
    if (!fields.flag("success", result.success)) {
        fields.missing("success");
    }
    if (fields.failure()) {
        return *fields.failure();
    }
    result.message = message_of(*object);
    return result;
}

} // namespace

parsed<answer_summary> summarize(const json::value& root)
{
    answer_summary summary;
    if (const json::object* object = root.if_object()) {
        field_reader fields(*object, "");
        fields.flag("success", summary.success);
        if (fields.failure()) {
            return *fields.failure();
        }
        summary.code = code_of(*object);
        summary.message = message_of(*object);
    } else if (root.is_string()) {
        summary.message = scalar_text(root).value_or("");
    }
    return summary;
}

parsed<answer_summary> read_summary(std::string_view body, std::span<unsigned char> scratch)
{
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    return summarize(**root);
}

parsed<resource> read_unit(const json::value& value, std::string_view name, std::size_t index)
{
    const json::object* object = value.if_object();
    if (object == nullptr) {
        std::string what(name.empty() ? "the answer" : name);
        what += index == field_reader::no_index ? "" : "[" + std::to_string(index) + "]";
        return wrong_kind(what, "a unit (an object)", value);
    }
    resource unit;
    field_reader fields(*object, name, index);
    fields.required_text("id", unit.id);
    fields.name("status", unit.status, read_resource_status);
    fields.name("type", unit.type, read_resource_type);
    fields.name("mode", unit.mode, read_resource_mode);
    fields.name("quality", unit.quality, read_resource_quality);
    fields.texts("composerIds", unit.composer_ids);
    fields.text("webhookUrl", unit.webhook_url);
    if (fields.failure()) {
        return *fields.failure();
    }
    unit.unknown_fields =
        other_fields(*object, {"id", "status", "type", "mode", "quality", "composerIds", "webhookUrl"});
    return unit;
}

parsed<std::vector<resource>> read_units(const json::value& value, std::string_view name)
{
    std::vector<resource> units;
    const json::array* array = value.if_array();
    if (array == nullptr) {
        auto unit = read_unit(value, name);
        if (unit.has_error()) {
            return unit.error();
        }
        units.push_back(std::move(*unit));
        return units;
    }
    units.reserve(array->size());
    for (const json::value& item : *array) {
        auto unit = read_unit(item, name, units.size());
        if (unit.has_error()) {
            return unit.error();
        }
        units.push_back(std::move(*unit));
    }
    return units;
}

parsed<acquire_answer> read_acquire(std::string_view body, std::span<unsigned char> scratch)
{
    acquire_answer out;
    if (auto units = read_plain_units(body)) {
        out.units = std::move(*units);
        return out;
    }
    return read_any_acquire(body, scratch);
}

parsed<acquire_answer> read_any_acquire(std::string_view body, std::span<unsigned char> scratch)
{
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    auto summary = summarize(**root);
    if (summary.has_error()) {
        return summary.error();
    }
    acquire_answer out;
    out.summary = std::move(*summary);
    if (!out.summary.success) {
        return out;
    }
    const json::value* const data = payload_of(**root);
    if (data == nullptr) {
        return fail("data is missing, expected an array of units");
    }
    auto units = read_units(*data, data == *root ? "" : "data");
    if (units.has_error()) {
        return units.error();
    }
    out.units = std::move(*units);
    return out;
}

std::vector<resource> salvage_units(std::string_view body, std::span<unsigned char> scratch)
{
    std::vector<resource> units;
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return units;
    }
    const json::value* const data = payload_of(**root);
    const auto summary = summarize(**root);
    const bool refused = summary && !summary->success;
    if (data == nullptr || (refused && data == *root)) {
        return units; // An `id` beside success:false is that of the request.
    }
    const json::array* array = data->if_array();
    const std::size_t count = array == nullptr ? 1 : array->size();
    for (std::size_t i = 0; i != count; ++i) {
        if (auto unit = salvage_unit(array == nullptr ? *data : (*array)[i])) {
            units.push_back(std::move(*unit));
        }
    }
    return units;
}

parsed<resource> read_resource(std::string_view body, std::span<unsigned char> scratch)
{
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    const json::value* const data = payload_of(**root);
    return data == nullptr ? read_unit(**root, "") : read_unit(*data, data == *root ? "" : "data");
}

parsed<resource_page> read_page(std::string_view body, std::span<unsigned char> scratch)
{
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    const json::object* object = (*root)->if_object();
    if (object == nullptr) {
        return wrong_kind("the answer", "an object with pageInfo and data", **root);
    }
    const json::value* info = find_field(*object, "pageInfo");
    const json::value* data = find_field(*object, "data");
    if (info == nullptr || data == nullptr) {
        return fail(info == nullptr ? "pageInfo is missing" : "data is missing, expected an array of units");
    }
    if (!info->is_object() || !data->is_array()) {
        return info->is_object() ? wrong_kind("data", "an array of units", *data)
                                 : wrong_kind("pageInfo", "an object", *info);
    }
    resource_page page;
    field_reader fields(info->get_object(), "pageInfo");
    fields.count("currentPage", page.current_page);
    fields.count("perPage", page.per_page);
    if (!fields.count("lastPage", page.last_page)) {
        fields.missing("lastPage");
    }
    if (!fields.count("total", page.total)) {
        fields.missing("total");
    }
    if (fields.failure()) {
        return *fields.failure();
    }
    auto units = read_units(*data, "data");
    if (units.has_error()) {
        return units.error();
    }
    page.resources = std::move(*units);
    return page;
}

parsed<std::vector<release_result>> read_release(std::string_view body, std::span<unsigned char> scratch)
{
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    const json::value* const data = payload_of(**root);
    if (data == nullptr) {
        return fail("data is missing, expected an array of results");
    }
    std::vector<release_result> results;
    const json::array* array = data->if_array();
    const std::size_t count = array == nullptr ? 1 : array->size();
    for (std::size_t i = 0; i != count; ++i) {
        auto result = read_one_release(array == nullptr ? *data : (*array)[i], i);
        if (result.has_error()) {
            return result.error();
        }
        results.push_back(std::move(*result));
    }
    return results;
}

} // namespace videosdk::inline v0::model
