// Which endpoint a request means.
#pragma once

#include <videosdk/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::emulator {

enum class route : std::uint8_t {
    acquire,
    release,
    get,
    list,
    start_recording,
    end_recording,
    start_hls,
    end_hls,
    start_rtmp,
    end_rtmp,
    public_key,
    other ///< None of ours; or one of ours by another method.
};
inline constexpr std::size_t route_count = static_cast<std::size_t>(route::other) + 1;

/// As it stands in the statistics.
std::string_view to_string(route value) noexcept;

struct route_match {
    route where = route::other;
    /// One of the ordinary routes, which answer otherwise than those under /v2/resource.
    bool ordinary = false;
    /// The path is right and the method is not; this would be.
    std::string_view allowed_method = {};
    std::string_view id = {};    ///< The last segment, as sent; for get.
    std::string_view query = {}; ///< Without `?`.
};

route_match match_route(std::string_view method, std::string_view target) noexcept;

/// The percent-decoded value of the first parameter of that name; an escape that is none stays as it is.
std::optional<std::string> query_value(std::string_view query, std::string_view name);
std::string percent_decoded(std::string_view text);

} // namespace videosdk::inline v0::emulator
