// The other answers: started compositions and the key that signs webhooks.
#include "error/text.hpp"
#include "model/document.hpp"

namespace videosdk::inline v0::model {
namespace {

parsed<started_composition> read_composition(const json::object& object, std::string_view name)
{
    started_composition composition;
    field_reader fields(object, name);
    wire_value<resource_type> type;
    fields.required_text("id", composition.id);
    fields.name("type", type, read_resource_type);
    fields.text("roomId", composition.room_id);
    fields.text("sessionId", composition.session_id);
    fields.text("resourceId", composition.resource_id);
    if (!fields.text("playbackHlsUrl", composition.playback_hls_url)) {
        fields.text("downstreamUrl", composition.playback_hls_url);
    }
    fields.text("livestreamUrl", composition.livestream_url);
    if (fields.failure()) {
        return *fields.failure();
    }
    composition.type = type.value();
    composition.unknown_fields =
        other_fields(object, {"id", type.value() == resource_type::unknown ? "id" : "type", "roomId",
                              "sessionId", "resourceId", "playbackHlsUrl", "livestreamUrl"});
    return composition;
}

} // namespace

parsed<started_composition> read_started(std::string_view body, std::span<unsigned char> scratch)
{
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    const json::value& whole = **root;
    if (const json::string* sentence = whole.if_string()) {
        // "Recording started successfully" is what the routes without a resource answer. It is no use here:
        // what was started could not be ended.
        std::string detail = "the answer is a sentence without the composition's id: \"";
        text::append_printable(detail, std::string_view(sentence->data(), sentence->size()), 80);
        return fail(detail + '"');
    }
    if (!whole.is_object()) {
        return wrong_kind("the answer", "an object with data", whole);
    }
    const json::value* const data = payload_of(whole);
    if (data == nullptr || data == &whole) {
        return read_composition(whole.get_object(), "");
    }
    if (!data->is_object()) {
        return wrong_kind("data", "an object with id", *data);
    }
    return read_composition(data->get_object(), "data");
}

parsed<std::string> read_public_key(std::string_view body, std::span<unsigned char> scratch)
{
    document answer(scratch);
    const auto root = answer.parse(body);
    if (root.has_error()) {
        return root.error();
    }
    const json::object* object = (*root)->if_object();
    if (object == nullptr) {
        return wrong_kind("the answer", "an object with publicKey", **root);
    }
    const json::value* key = find_field(*object, "publicKey");
    if (key == nullptr) {
        return fail("publicKey is missing");
    }
    const json::string* pem = key->if_string();
    if (pem == nullptr) {
        return wrong_kind("publicKey", "a string", *key);
    }
    if (pem->empty()) {
        return fail("publicKey is empty");
    }
    return std::string(pem->data(), pem->size());
}

} // namespace videosdk::inline v0::model
