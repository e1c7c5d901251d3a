// The value of the Authorization header: minted, kept and renewed, or fetched from the user's function.
#include "auth/token_source.hpp"

#include "error/text.hpp"

#include <videosdk/token.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace videosdk::inline v0::auth {
namespace {

// From this lifetime on a token has room for clocks that are clock_skew off at either side.
constexpr std::chrono::seconds long_lifetime = std::chrono::minutes(15);
// A shorter one is only dated back by this.
constexpr std::chrono::seconds short_skew = std::chrono::seconds(60);

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_prefix) noexcept
{
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    };
    return text.size() >= lower_prefix.size() &&
           std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                      [same](char b, char a) { return same(a, b); });
}

error credentials_refusal(std::string detail)
{
    error_info info;
    info.call = "credentials";
    info.detail = std::move(detail);
    return error(errc::invalid_credentials, std::move(info));
}

// What the user's function returned, or what it threw as an error.
result<std::string> call(const std::function<std::string()>& function)
{
    try {
        return function();
    } catch (const std::exception& failure) {
        return credentials_refusal("the token function threw: " + std::string(failure.what()));
    } catch (...) {
        return credentials_refusal("the token function threw something that is no std::exception");
    }
}

} // namespace

std::string_view unfit_token(std::string_view token) noexcept
{
    if (token.empty()) {
        return "is empty";
    }
    if (starts_with_ignoring_case(token, "bearer ")) {
        return "starts with \"Bearer \"; the API wants the JWT alone";
    }
    if (starts_with_ignoring_case(token, "basic ")) {
        return "starts with \"Basic \"; the API wants a JWT alone";
    }
    return text::unfit_byte(token);
}

token_source::token_source(credentials who) : who_(std::move(who))
{
    if (who_.kind() == credentials_kind::fixed_token) {
        token_ = who_.secret();
    }
}

result<std::string_view> token_source::token(std::chrono::system_clock::time_point now)
{
    switch (who_.kind()) {
    case credentials_kind::none:
        return credentials_refusal(
            "there are no credentials: set them in the options, from a key and secret or from a token");
    case credentials_kind::fixed_token:
        return std::string_view(token_);
    case credentials_kind::key_and_secret:
        return minted(now);
    case credentials_kind::token_function:
        return fetched();
    }
    return credentials_refusal("the kind of the credentials is unknown");
}

result<std::string_view> token_source::minted(std::chrono::system_clock::time_point now)
{
    // A clock that was set back shows a token from the future, which the service may refuse.
    if (!token_.empty() && now >= minted_at_ && now < renew_at_) {
        return std::string_view(token_);
    }
    const bool is_long = who_.lifetime() >= long_lifetime;
    token_claims claims;
    claims.api_key = who_.key();
    claims.issued_at = now - (is_long ? clock_skew : short_skew);
    claims.expires_at = now + who_.lifetime();
    try {
        token_ = mint_token(claims, who_.secret());
    } catch (const error& failure) {
        token_.clear();
        return credentials_refusal(failure.info().detail);
    }
    minted_at_ = now;
    const auto expiry = std::chrono::floor<std::chrono::seconds>(claims.expires_at); // as the token says it
    renew_at_ = is_long ? expiry - renew_before - clock_skew : now + who_.lifetime() / 2;
    return std::string_view(token_);
}

result<std::string_view> token_source::fetched()
{
    result<std::string> token = call(who_.function());
    if (token.has_error()) {
        return token.error();
    }
    if (const std::string_view why = unfit_token(*token); !why.empty()) {
        return credentials_refusal("the token that the token function returned " + std::string(why));
    }
    token_ = std::move(*token);
    return std::string_view(token_);
}

void token_source::forget() noexcept
{
    if (mints()) {
        token_.clear();
    }
}

} // namespace videosdk::inline v0::auth
