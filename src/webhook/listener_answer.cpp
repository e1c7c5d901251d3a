// Verdicts as HTTP answers, and the masking of paths.
#include "webhook/listener_answer.hpp"

#include <algorithm>
#include <string>

namespace videosdk::inline v0::webhook {

http::server_response answer_of(const webhook_verdict& verdict)
{
    const bool success = verdict.status == 200;
    http::server_response out(verdict.status, success ? R"({"success":true})" : R"({"success":false})");
    if (verdict.retry_after) {
        out.headers.emplace_back("Retry-After", std::to_string(verdict.retry_after->count()));
    }
    if (verdict.status == 405) {
        out.headers.emplace_back("Allow", "POST"); // RFC 9110, 15.5.6
    }
    if (!success) {
        out.reason = verdict.reason;
    }
    return out;
}

std::string masked_path(std::string_view target, std::initializer_list<std::string_view> known)
{
    constexpr std::size_t longest_owner = 32;
    const std::string_view path = target.substr(0, target.find_first_of("?#"));
    if (!path.empty() && std::ranges::find(known, path) != known.end()) {
        return std::string(path);
    }
    const std::size_t end = path.find_last_not_of('/');
    std::string out;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t slash = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, slash - begin);
        const bool last = end != std::string_view::npos && end >= begin && end < slash;
        const bool hide = !segment.empty() && (last || segment.size() > longest_owner);
        out.append(hide ? std::string_view("*") : segment);
        if (slash < path.size()) {
            out.append(1, '/');
        }
        begin = slash + 1;
    }
    return out;
}

} // namespace videosdk::inline v0::webhook
