// The value of the Authorization header: minted, kept and renewed, or fetched from the user's function.
#pragma once

#include <videosdk/credentials.hpp>
#include <videosdk/error.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace videosdk::inline v0::auth {

/// Why `token` cannot be sent as the Authorization header: `is empty`, `starts with "Bearer "` (or `"Basic
/// "`, in any case), `holds a blank` (a line end, a control byte, a byte that is not ASCII); empty when it
/// can.
std::string_view unfit_token(std::string_view token) noexcept;

/// A minted token says it was issued clock_skew ago and is renewed clock_skew + renew_before before it
/// expires, where the lifetime is at least 15 minutes; a shorter-lived one says 60 s ago and is renewed at
/// half of its lifetime. It is minted anew, too, when the wall clock was set back before the moment it was
/// minted. Pure but for the user's function: the wall clock comes in as an argument.
class token_source {
public:
    static constexpr std::chrono::seconds renew_before = std::chrono::seconds(60);
    static constexpr std::chrono::seconds clock_skew = std::chrono::minutes(5);

    explicit token_source(credentials who);

    /// The token to send at `now`; the view lives until the next call. An error is errc::invalid_credentials.
    result<std::string_view> token(std::chrono::system_clock::time_point now);
    /// Forget a minted token (the API said 401): the next call mints anew.
    void forget() noexcept;
    /// Whether a 401 may be answered by minting anew.
    bool mints() const noexcept { return who_.kind() == credentials_kind::key_and_secret; }

private:
    result<std::string_view> minted(std::chrono::system_clock::time_point now);
    result<std::string_view> fetched();

    credentials who_;
    std::string token_;
    std::chrono::system_clock::time_point minted_at_{};
    std::chrono::system_clock::time_point renew_at_{};
};

} // namespace videosdk::inline v0::auth
