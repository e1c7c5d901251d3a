// The call that is measured.
#pragma once

#include "expected.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/resource.hpp>

#include <string>
#include <string_view>

namespace bench {

inline constexpr auto acquired_type = videosdk::resource_type::recording;
inline constexpr std::string_view webhook_url = expected_webhook_url;

/// Of nobody's account: a fixed answer asks for no particular ones, and the emulator is told these.
inline constexpr const char* api_key = "0c6f4b1e-6d0f-4b52-9a53-3f1f6c3f7d10";
inline constexpr const char* secret = "not-a-secret-but-as-long-as-a-real-one-is";

inline videosdk::client_options client_options_for(const std::string& endpoint)
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::key_and_secret(api_key, secret);
    options.endpoint = endpoint;
    return options;
}

} // namespace bench
