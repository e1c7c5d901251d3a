// What the nodes of the deployment and the test that kills them have in common.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nodes {

using namespace std::chrono_literals;

inline constexpr std::array<const char*, 3> names{"alpha", "beta", "gamma"};
inline constexpr unsigned count = 3;

inline constexpr const char* api_key = "api-key-of-tests";
inline constexpr const char* secret = "a-secret-of-tests-of-some-length";
inline constexpr const char* owner = "studio";
inline constexpr const char* token_key = "a key that all nodes have in common";

/// Of a call to the provider.
inline constexpr std::chrono::milliseconds call = 1'500ms;
/// After which a node that says nothing has lost its units, and when its webhooks go to all.
inline constexpr std::chrono::milliseconds expiry = 3s;
inline constexpr std::chrono::milliseconds node_timeout = 2s;
/// Of a command to Redis.
inline constexpr std::chrono::milliseconds command = 1s;

/// Coroutines that wait for the same, each of which is to be resumed, and once.
inline constexpr unsigned waiters = 2;

/// Ids of resources that are the test's own, as long as the provider's.
inline constexpr std::string_view id_mark = "eeeeeeeeeeee";
inline constexpr std::size_t id_size = 24;

inline std::string id_of(std::size_t number)
{
    const std::string digits = std::to_string(number);
    return std::string(id_mark) + std::string(id_size - id_mark.size() - digits.size(), '0') + digits;
}

/// Empty where it is none of the test's ids.
inline std::optional<std::size_t> number_of(std::string_view id)
{
    if (id.size() != id_size || !id.starts_with(id_mark)) {
        return std::nullopt;
    }
    return std::stoull(std::string(id.substr(id_mark.size())));
}

} // namespace nodes
