// The unit that the server's fixed answer has, beside its id, which the command line names.
#pragma once

#include <stdexcept>
#include <string_view>

namespace bench {

inline constexpr std::string_view expected_status = "pending";
inline constexpr std::string_view expected_webhook_url = "https://hooks.example.com/videosdk";

[[noreturn]] inline void throw_wrong_answer()
{
    throw std::runtime_error("the answer is not the unit that was expected");
}

} // namespace bench
