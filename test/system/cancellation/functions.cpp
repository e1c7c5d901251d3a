// Every function of the API, by both doors.
#include "functions.hpp"

#include <array>

namespace cancelling {
namespace {

using videosdk::call_options;
using videosdk::client;
using videosdk::verb;

constexpr const char* bought =
    R"({"success":true,"data":[{"id":"r1","status":"pending","type":"recording"}]})";
constexpr const char* released = R"({"success":true,"data":[{"id":"r1","success":true,"msg":"released"}]})";
constexpr const char* one = R"({"id":"r1","status":"idle"})";
constexpr const char* page =
    R"({"pageInfo":{"currentPage":1,"perPage":20,"lastPage":1,"total":1},"data":[{"id":"r1"}]})";
constexpr const char* begun = R"({"success":true,"data":{"id":"c1"}})";
constexpr const char* ended = R"({"success":true,"msg":"ended"})";

const videosdk::acquire_request recording{.type = videosdk::resource_type::recording,
                                          .webhook_url = "https://hooks.example.com/t0"};
const std::vector<std::string> ids{"r1"};
const videosdk::end_composition_request composition{.room_id = "a-b", .id = "c1"};
constexpr std::array<videosdk::rtmp_output, 1> outputs{
    {{.url = "rtmp://live.example.com", .stream_key = "k"}}};
const videosdk::start_rtmp_request livestream{.room_id = "a-b", .resource_id = "r1", .outputs = outputs};

constexpr deed reads = deed::reads;
constexpr deed acts = deed::acts;

using how_type = const call_options&;

const api_function functions[] = {
    {"client.hpp:acquire", deed::buys, bought,
     [](client& c, how_type how) { return by_value(c.acquire(recording, how)); }},
    {"client.hpp:try_acquire", deed::buys, bought,
     [](client& c, how_type how) { return by_result(c.try_acquire(recording, how)); }},
    {"client.hpp:release(id)", acts, released,
     [](client& c, how_type how) { return by_value(c.release("r1", how)); }},
    {"client.hpp:try_release(id)", acts, released,
     [](client& c, how_type how) { return by_result(c.try_release("r1", how)); }},
    {"client.hpp:release(ids)", acts, released,
     [](client& c, how_type how) { return by_value(c.release(ids, how)); }},
    {"client.hpp:try_release(ids)", acts, released,
     [](client& c, how_type how) { return by_result(c.try_release(ids, how)); }},
    {"client.hpp:get", reads, one, [](client& c, how_type how) { return by_value(c.get("r1", how)); }},
    {"client.hpp:try_get", reads, one,
     [](client& c, how_type how) { return by_result(c.try_get("r1", how)); }},
    {"client.hpp:list", reads, page, [](client& c, how_type how) { return by_value(c.list({}, how)); }},
    {"client.hpp:try_list", reads, page,
     [](client& c, how_type how) { return by_result(c.try_list({}, how)); }},
    {"client.hpp:next", reads, page,
     [](client& c, how_type how) {
         auto pager = c.list_all({}, how);
         return by_value(pager.next()); // which outlives it
     }},
    {"client.hpp:try_next", reads, page,
     [](client& c, how_type how) {
         auto pager = c.list_all({}, how);
         return by_result(pager.try_next());
     }},
    {"client.hpp:start_recording", acts, begun,
     [](client& c, how_type how) {
         return by_value(c.start_recording({.room_id = "a-b", .resource_id = "r1"}, how));
     }},
    {"client.hpp:try_start_recording", acts, begun,
     [](client& c, how_type how) {
         return by_result(c.try_start_recording({.room_id = "a-b", .resource_id = "r1"}, how));
     }},
    {"client.hpp:start_hls", acts, begun,
     [](client& c, how_type how) {
         return by_value(c.start_hls({.room_id = "a-b", .resource_id = "r1"}, how));
     }},
    {"client.hpp:try_start_hls", acts, begun,
     [](client& c, how_type how) {
         return by_result(c.try_start_hls({.room_id = "a-b", .resource_id = "r1"}, how));
     }},
    {"client.hpp:start_rtmp", acts, begun,
     [](client& c, how_type how) { return by_value(c.start_rtmp(livestream, how)); }},
    {"client.hpp:try_start_rtmp", acts, begun,
     [](client& c, how_type how) { return by_result(c.try_start_rtmp(livestream, how)); }},
    {"client.hpp:end_recording", acts, ended,
     [](client& c, how_type how) { return by_value(c.end_recording(composition, how)); }},
    {"client.hpp:try_end_recording", acts, ended,
     [](client& c, how_type how) { return by_result(c.try_end_recording(composition, how)); }},
    {"client.hpp:end_hls", acts, ended,
     [](client& c, how_type how) { return by_value(c.end_hls(composition, how)); }},
    {"client.hpp:try_end_hls", acts, ended,
     [](client& c, how_type how) { return by_result(c.try_end_hls(composition, how)); }},
    {"client.hpp:end_rtmp", acts, ended,
     [](client& c, how_type how) { return by_value(c.end_rtmp(composition, how)); }},
    {"client.hpp:try_end_rtmp", acts, ended,
     [](client& c, how_type how) { return by_result(c.try_end_rtmp(composition, how)); }},
    {"client.hpp:request", acts, "{}",
     [](client& c, how_type how) { return by_value(c.request(verb::post, "/rooms", "{}", how)); }},
    {"client.hpp:try_request", reads, "{}",
     [](client& c, how_type how) { return by_result(c.try_request(verb::get, "/rooms", {}, how)); }},
};

} // namespace

ending ending_of(const videosdk::error& failure)
{
    ending end;
    end.code = failure.code();
    end.outcome = failure.outcome();
    end.effect = failure.effect();
    end.attempts = failure.attempts();
    end.text = failure.what();
    end.call = failure.info().call;
    return end;
}

std::span<const api_function> api_functions()
{
    return functions;
}

} // namespace cancelling
