// The table of endpoints.
#include "emulator/routes.hpp"

#include <array>

namespace videosdk::inline v0::emulator {
namespace {

struct entry {
    std::string_view path;
    std::string_view method;
    route where;
    bool ordinary;
};

constexpr std::string_view resource_prefix = "/v2/resource/";

constexpr std::array table{
    entry{"/v2/resource/acquire", "POST", route::acquire, false},
    entry{"/v2/resource/release", "POST", route::release, false},
    entry{"/v2/resource", "GET", route::list, false},
    entry{"/v2/resource/recordings/start", "POST", route::start_recording, false},
    entry{"/v2/resource/recordings/end", "POST", route::end_recording, false},
    entry{"/v2/resource/hls/start", "POST", route::start_hls, false},
    entry{"/v2/resource/hls/end", "POST", route::end_hls, false},
    entry{"/v2/resource/livestreams/start", "POST", route::start_rtmp, false},
    entry{"/v2/resource/livestreams/end", "POST", route::end_rtmp, false},
    entry{"/v2/recordings/start", "POST", route::start_recording, true},
    entry{"/v2/recordings/end", "POST", route::end_recording, true},
    entry{"/v2/hls/start", "POST", route::start_hls, true},
    entry{"/v2/hls/end", "POST", route::end_hls, true},
    entry{"/v2/livestreams/start", "POST", route::start_rtmp, true},
    entry{"/v2/livestreams/end", "POST", route::end_rtmp, true},
    entry{"/v2/public/rsa-public-key", "GET", route::public_key, false},
};

std::optional<unsigned> hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<unsigned>(c - 'a') + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<unsigned>(c - 'A') + 10;
    }
    return std::nullopt;
}

} // namespace

std::string_view to_string(route value) noexcept
{
    switch (value) {
    case route::acquire:
        return "acquire";
    case route::release:
        return "release";
    case route::get:
        return "get";
    case route::list:
        return "list";
    case route::start_recording:
        return "start recording";
    case route::end_recording:
        return "end recording";
    case route::start_hls:
        return "start hls";
    case route::end_hls:
        return "end hls";
    case route::start_rtmp:
        return "start rtmp";
    case route::end_rtmp:
        return "end rtmp";
    case route::public_key:
        return "public key";
    case route::other:
        break;
    }
    return "other";
}

route_match match_route(std::string_view method, std::string_view target) noexcept
{
    route_match found;
    const std::size_t mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    if (mark != std::string_view::npos) {
        found.query = target.substr(mark + 1);
    }
    for (const entry& known : table) {
        if (known.path == path && known.method == method) {
            found.where = known.where;
            found.ordinary = known.ordinary;
            return found;
        }
        if (known.path == path) {
            found.allowed_method = known.method;
        }
    }
    if (!found.allowed_method.empty() || !path.starts_with(resource_prefix)) {
        return found;
    }
    const std::string_view id = path.substr(resource_prefix.size());
    if (id.empty() || id.find('/') != std::string_view::npos) {
        return found;
    }
    if (method == "GET") {
        found.where = route::get;
        found.id = id;
    } else {
        found.allowed_method = "GET";
    }
    return found;
}

std::string percent_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const std::optional<unsigned> high = hex_value(text[i + 1]);
            const std::optional<unsigned> low = hex_value(text[i + 2]);
            if (high && low) {
                out += static_cast<char>(*high * 16 + *low);
                i += 2;
                continue;
            }
        }
        out += text[i];
    }
    return out;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view parameter = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        const std::size_t equals = parameter.find('=');
        if (percent_decoded(parameter.substr(0, equals)) == name) {
            return equals == std::string_view::npos ? std::string()
                                                    : percent_decoded(parameter.substr(equals + 1));
        }
    }
    return std::nullopt;
}

} // namespace videosdk::inline v0::emulator
