// What the pure part of the server makes of a connection's bytes: all requests, and how it ended.
#pragma once

#include "http/server_request_reader.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

struct seen_request {
    seen_request() = default;
    seen_request(const videosdk::http::checked_head& head, std::string_view its_body);
    bool operator==(const seen_request&) const = default;

    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    int minor_version = 1;
    bool keep_alive = true;
};

struct seen_requests {
    std::vector<seen_request> requests;
    unsigned refusal = 0; ///< 0: the bytes ended between requests.
    std::string reason;
    bool cut_short = false; ///< Refused because the bytes ended within a request.
    bool head_only = false; ///< The refused one.
};

struct server_limits {
    videosdk::http::head_limits head;
    std::size_t max_body = 0;
};

/// By server_request_reader, fed with pieces of at most `largest` bytes.
seen_requests read_requests(std::string_view bytes, const server_limits& limits, std::size_t largest);

} // namespace fuzz
