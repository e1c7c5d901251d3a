// The headers that a client's options add to every request: what they may be.
#pragma once

#include <videosdk/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0::http {

/// client_options::headers, names and values.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// Names, values and what is between them, in bytes.
inline constexpr std::size_t most_of_added_headers = 8 * 1024;

/// Whether it is printable ASCII without blanks at either end, as the value of a header is that nobody could
/// read in another way (RFC 9110, section 5.5).
bool is_plain_value(std::string_view text) noexcept;

/// What is wrong with the first that must not be sent: which, by its place and where it is one by its name,
/// and why. Never a value, which may be a secret. Empty where all may be sent.
std::string fault_of(const header_list& headers);

} // namespace videosdk::inline v0::http
