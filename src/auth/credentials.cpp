// Credentials: what can be used is kept, what cannot is refused with its cause.
#include "auth/token_source.hpp"
#include "error/text.hpp"

#include <videosdk/credentials.hpp>
#include <videosdk/error.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::chrono::seconds least_lifetime = std::chrono::minutes(2);
constexpr std::chrono::seconds most_lifetime = std::chrono::days(30);

[[noreturn]] void refuse(std::string detail)
{
    error_info info;
    info.call = "credentials";
    info.detail = std::move(detail);
    throw error(errc::invalid_credentials, std::move(info));
}

// Blanks around a key or secret come from a file or a copy, and cost an hour of puzzling over a 401.
void check_part(std::string_view name, std::string_view value)
{
    const std::string what = "the " + std::string(name);
    if (value.empty()) {
        refuse(what + " is missing");
    }
    if (blanks.find(value.front()) != std::string_view::npos ||
        blanks.find(value.back()) != std::string_view::npos) {
        refuse(what + " starts or ends with a blank or a line end");
    }
}

std::string from_variable(const char* name)
{
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') {
        refuse("the environment variable " + std::string(name) +
               (value == nullptr ? " is not set" : " is empty"));
    }
    return value;
}

} // namespace

std::string_view to_string(credentials_kind value) noexcept
{
    switch (value) {
    case credentials_kind::none:
        return "none";
    case credentials_kind::key_and_secret:
        return "key_and_secret";
    case credentials_kind::fixed_token:
        return "fixed_token";
    case credentials_kind::token_function:
        return "token_function";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, credentials_kind value)
{
    return stream << to_string(value);
}

credentials::credentials() = default;

credentials credentials::key_and_secret(std::string key, std::string secret, std::chrono::seconds lifetime)
{
    check_part("API key", key);
    check_part("secret", secret);
    if (const std::string_view why = text::unfit_byte(key); !why.empty()) {
        refuse("the API key " + std::string(why));
    }
    if (lifetime < least_lifetime || lifetime > most_lifetime) {
        refuse("the lifetime of tokens must be from 2 minutes to 30 days");
    }
    credentials out;
    out.kind_ = credentials_kind::key_and_secret;
    out.key_ = std::move(key);
    out.secret_ = std::move(secret);
    out.lifetime_ = lifetime;
    return out;
}

credentials credentials::token(std::string jwt)
{
    if (const std::string_view why = auth::unfit_token(jwt); !why.empty()) {
        refuse("the token " + std::string(why));
    }
    credentials out;
    out.kind_ = credentials_kind::fixed_token;
    out.secret_ = std::move(jwt);
    return out;
}

credentials credentials::token_function(std::function<std::string()> function)
{
    if (!function) {
        refuse("the token function is empty");
    }
    credentials out;
    out.kind_ = credentials_kind::token_function;
    out.function_ = std::move(function);
    return out;
}

credentials credentials::from_environment()
{
    std::string key = from_variable("VIDEOSDK_API_KEY");
    std::string secret = from_variable("VIDEOSDK_SECRET");
    return key_and_secret(std::move(key), std::move(secret));
}

std::ostream& operator<<(std::ostream& stream, const credentials& value)
{
    std::string out(to_string(value.kind()));
    if (!value.key().empty()) {
        // At most four characters and never more than half: a short key is not shown whole.
        const std::size_t shown = std::min<std::size_t>(4, value.key().size() / 2);
        out += " (key ";
        text::append_printable(out, std::string_view(value.key()).substr(0, shown));
        out += "...)";
    }
    return stream << out;
}

} // namespace videosdk::inline v0
