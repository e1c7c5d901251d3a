// What the bodies of requests say, validated: a refusal names the field.
#pragma once

#include "emulator/refusal.hpp"
#include "emulator/routes.hpp"

#include <videosdk/resource.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::emulator {

struct acquire_body {
    acquire_body() = default; // declared, as in the others, so that the type is no aggregate

    resource_type type = resource_type::unknown;
    std::string webhook_url;
    resource_mode mode = resource_mode::video_and_audio;
    resource_quality quality = resource_quality::med;
    std::uint32_t units = 1;
};

struct start_body {
    start_body() = default;

    std::string room_id;
    std::string resource_id; ///< May be empty on the ordinary routes: a composition on no resource.
    std::string webhook_url;
    std::string aws_dir_path;
    std::string pre_signed_url;
};

struct end_body {
    end_body() = default;

    std::string room_id;
    std::string id; ///< May be empty on the ordinary routes: whatever of that type runs in the room.
};

struct list_query {
    list_query() = default;

    std::uint64_t page = 1;
    std::uint64_t per_page = 20;
    resource_status status = resource_status::unknown; ///< unknown: all.
};

accepted<acquire_body> read_acquire_body(std::string_view body, std::uint32_t max_units);
accepted<std::vector<std::string>> read_release_body(std::string_view body);
accepted<start_body> read_start_body(std::string_view body, resource_type type, bool ordinary);
accepted<end_body> read_end_body(std::string_view body, bool ordinary);
accepted<list_query> read_list_query(std::string_view query);

/// The URL as echo_mode::normalised tells it.
std::string normalised_url(std::string_view url);

} // namespace videosdk::inline v0::emulator
