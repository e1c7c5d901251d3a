// Webhook bodies to events.
#include "model/document.hpp"

#include <array>

namespace videosdk::inline v0::model {
namespace {

enum class family { unknown, resource, composition, session, participant };

family family_of(event_type type) noexcept
{
    if (type == event_type::unknown) {
        return family::unknown;
    }
    if (type <= event_type::resource_released) {
        return family::resource;
    }
    if (type <= event_type::livestream_failed) {
        return family::composition;
    }
    return type <= event_type::session_ended ? family::session : family::participant;
}

void read_resource_fields(field_reader& fields, event& out)
{
    // The payload of resource-released is not documented: both names of the id are taken.
    if (!fields.text("id", out.resource_id)) {
        fields.text("resourceId", out.resource_id);
    }
    fields.name("type", out.resource_kind, read_resource_type);
}

void read_composition_fields(field_reader& fields, event& out)
{
    fields.text("id", out.composition_id);
    fields.text("filePath", out.file_path);
    fields.text("fileUrl", out.file_url);
    if (!fields.text("playbackHlsUrl", out.playback_url)) {
        fields.text("downstreamUrl", out.playback_url);
    }
    fields.text("livestreamUrl", out.livestream_url);
}

void read_data(field_reader& fields, event& out)
{
    fields.text("meetingId", out.meeting_id);
    fields.text("sessionId", out.session_id);
    switch (family_of(out.type)) {
    case family::resource:
        return read_resource_fields(fields, out);
    case family::composition:
        return read_composition_fields(fields, out);
    case family::session:
        fields.text("start", out.start);
        fields.text("end", out.end);
        return;
    case family::participant:
        fields.text("participantId", out.participant_id);
        fields.text("participantName", out.participant_name);
        return;
    case family::unknown:
        return;
    }
}

} // namespace

parsed<event> read_event(std::string_view body)
{
    std::array<unsigned char, 4096> scratch;
    document webhook(scratch);
    const auto root = webhook.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    const json::object* object = (*root)->if_object();
    if (object == nullptr) {
        return wrong_kind("the webhook", "an object with webhookType and data", **root);
    }
    const json::value* type = find_field(*object, "webhookType");
    const std::string_view key = type == nullptr ? "type" : "webhookType";
    type = type == nullptr ? find_field(*object, "type") : type;
    if (type == nullptr) {
        return fail("webhookType is missing");
    }
    const json::string* name = type->if_string();
    if (name == nullptr || name->empty()) {
        return name == nullptr ? wrong_kind(key, "a string", *type) : fail(std::string(key) + " is empty");
    }
    event out;
    out.type = read_event_type(std::string_view(name->data(), name->size()));
    const json::value* data = find_field(*object, "data");
    if (data == nullptr) {
        return out;
    }
    const bool known = out.type != event_type::unknown;
    if (known && !data->is_object()) {
        return wrong_kind("data", "an object", *data);
    }
    if (const json::object* fields_of_data = data->if_object()) {
        field_reader fields(*fields_of_data, "data");
        if (!known) {
            fields.be_lenient();
        }
        read_data(fields, out);
        if (fields.failure()) {
            return *fields.failure();
        }
    }
    out.data = json_text(*data);
    return out;
}

} // namespace videosdk::inline v0::model
