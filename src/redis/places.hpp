// The addresses of a Redis, read from its options.
#pragma once

#include "http/endpoint.hpp"

#include <videosdk/redis_options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::redis {

/// Reads one of redis_options::addresses; the failure says what is wrong with it, without quoting a password.
boost::system::result<http::endpoint, std::string> parse_place(std::string_view url);

/// All of them. Throws error (errc::invalid_endpoint) naming the first that cannot be read.
std::vector<http::endpoint> places_of(const redis_options& options);

} // namespace videosdk::inline v0::redis
