// The two categories: what each code says, and which codes each condition covers.
#include <videosdk/errc.hpp>

#include <ostream>
#include <string>

namespace videosdk::inline v0 {
namespace {

struct code_text {
    std::string_view name;
    std::string_view message;
};

constexpr code_text no_text = {"unknown", "This is no error code of videosdk."};

code_text text_of_local(errc value) noexcept
{
    switch (value) {
    case errc::invalid_argument:
        return {"invalid_argument", "A field of the request or of the options is missing or out of range."};
    case errc::invalid_credentials:
        return {"invalid_credentials", "There are no credentials, or they cannot be put into a header."};
    case errc::invalid_endpoint:
        return {"invalid_endpoint", "The endpoint is not an http or https URL."};
    case errc::timeout:
        return {"timeout", "The deadline passed before a byte of the request left."};
    case errc::response_timeout:
        return {"response_timeout", "The deadline passed after the request, or a part of it, had left."};
    case errc::resolve_failed:
        return {"resolve_failed", "The host name could not be resolved."};
    case errc::connect_failed:
        return {"connect_failed", "No address of the host accepted a connection."};
    case errc::tls_failed:
        return {"tls_failed", "The TLS handshake failed."};
    case errc::connection_lost:
        return {"connection_lost", "The connection ended after bytes of the request had left."};
    case errc::connection_stale:
        return {"connection_stale", "The connection ended before a byte of the request left."};
    case errc::pool_exhausted:
        return {"pool_exhausted", "Too many calls wait for a connection."};
    case errc::closed:
        return {"closed", "The object was closed before the call."};
    default:
        return no_text;
    }
}

code_text text_of_answer(errc value) noexcept
{
    switch (value) {
    case errc::malformed_response:
        return {"malformed_response", "The bytes of the answer are not HTTP."};
    case errc::response_too_large:
        return {"response_too_large", "The head or the body of the answer is beyond the limit."};
    case errc::truncated_response:
        return {"truncated_response", "The connection ended in the middle of the answer."};
    case errc::unexpected_response:
        return {"unexpected_response", "The body of the answer is not what the API documents."};
    case errc::bad_request:
        return {"bad_request", "The API refused the request as invalid (400)."};
    case errc::unauthorized:
        return {"unauthorized", "The API refused the token or the account (401)."};
    case errc::payment_required:
        return {"payment_required", "The API answered 402, which it also uses for things not found."};
    case errc::forbidden:
        return {"forbidden", "The API does not permit this call to this account (403)."};
    case errc::not_found:
        return {"not_found", "The API knows no such thing (404)."};
    case errc::request_timeout:
        return {"request_timeout", "The API waited too long for the request (408)."};
    case errc::conflict:
        return {"conflict", "The API reported a conflict (409)."};
    case errc::rate_limited:
        return {"rate_limited", "The API received too many requests (429)."};
    case errc::client_error:
        return {"client_error", "The API refused the request (4xx)."};
    case errc::server_error:
        return {"server_error", "The API failed (5xx)."};
    case errc::unexpected_status:
        return {"unexpected_status", "The API answered with a status below 200 or with a redirection."};
    case errc::rejected:
        return {"rejected", "The API answered with success:false."};
    case errc::short_grant:
        return {"short_grant", "The API granted fewer units than were asked for."};
    case errc::release_refused:
        return {"release_refused", "The API refused to release the unit; only idle units are released."};
    default:
        return no_text;
    }
}

code_text text_of_rest(errc value) noexcept
{
    switch (value) {
    case errc::status_unreachable:
        return {"status_unreachable", "The awaited status can no longer become true."};
    case errc::wait_timeout:
        return {"wait_timeout", "The deadline of the wait passed."};
    case errc::ambiguous:
        return {"ambiguous", "It could not be found out what an attempt did at the provider."};
    case errc::signature_invalid:
        return {"signature_invalid", "The signature of the webhook does not match."};
    case errc::token_invalid:
        return {"token_invalid", "The token is malformed, expired or not signed by our keys."};
    case errc::address_in_use:
        return {"address_in_use", "The address to listen on is taken."};
    case errc::listen_failed:
        return {"listen_failed", "The listener could not be started."};
    case errc::limit_reached:
        return {"limit_reached", "As many units are held as max_units allows."};
    case errc::not_ours:
        return {"not_ours", "The unit bears no token of this owner."};
    case errc::no_tenure:
        return {"no_tenure", "This process's right to act does not last for the call."};
    default:
        return no_text;
    }
}

code_text text_of(errc value) noexcept
{
    if (value < errc::malformed_response) {
        return text_of_local(value);
    }
    return value < errc::status_unreachable ? text_of_answer(value) : text_of_rest(value);
}

code_text text_of(condition value) noexcept
{
    switch (value) {
    case condition::timeout:
        return {"timeout", "A deadline passed."};
    case condition::retryable:
        return {"retryable", "The same call may succeed later."};
    case condition::not_found:
        return {"not_found", "The API knows no such thing."};
    case condition::unauthorized:
        return {"unauthorized", "The credentials are missing, unfit or refused."};
    case condition::rate_limited:
        return {"rate_limited", "The API received too many requests."};
    case condition::ambiguous:
        return {"ambiguous", "The provider may or may not have acted."};
    case condition::invalid_input:
        return {"invalid_input", "The call itself was wrong and must be changed."};
    case condition::network:
        return {"network", "No whole HTTP answer came."};
    case condition::client_error:
        return {"client_error", "The API refused the request (4xx)."};
    case condition::server_error:
        return {"server_error", "The API failed (5xx)."};
    }
    return {"unknown", "This is no error condition of videosdk."};
}

bool is_timeout(errc value) noexcept
{
    return value == errc::timeout || value == errc::response_timeout || value == errc::wait_timeout;
}

bool is_retryable(errc value) noexcept
{
    switch (value) {
    case errc::timeout:
    case errc::wait_timeout:
    case errc::resolve_failed:
    case errc::connect_failed:
    case errc::connection_stale:
    case errc::pool_exhausted:
    case errc::rate_limited:
    case errc::no_tenure:
        return true;
    default:
        return false;
    }
}

bool is_ambiguous(errc value) noexcept
{
    switch (value) {
    case errc::response_timeout:
    case errc::connection_lost:
    case errc::truncated_response:
    case errc::malformed_response:
    case errc::response_too_large:
    case errc::unexpected_response:
    case errc::request_timeout:
    case errc::conflict:
    case errc::client_error:
    case errc::server_error:
    case errc::unexpected_status:
    case errc::ambiguous:
        return true;
    default:
        return false;
    }
}

bool is_network(errc value) noexcept
{
    switch (value) {
    case errc::timeout:
    case errc::response_timeout:
    case errc::resolve_failed:
    case errc::connect_failed:
    case errc::tls_failed:
    case errc::connection_lost:
    case errc::connection_stale:
    case errc::truncated_response:
        return true;
    default:
        return false;
    }
}

bool is_client_error(errc value) noexcept
{
    return value >= errc::bad_request && value <= errc::client_error;
}

bool is_invalid_input(errc value) noexcept
{
    return value == errc::invalid_argument || value == errc::invalid_credentials ||
           value == errc::invalid_endpoint || value == errc::bad_request;
}

bool covers(condition group, errc value) noexcept
{
    switch (group) {
    case condition::timeout:
        return is_timeout(value);
    case condition::retryable:
        return is_retryable(value);
    case condition::not_found:
        return value == errc::not_found || value == errc::payment_required;
    case condition::unauthorized:
        return value == errc::unauthorized || value == errc::invalid_credentials;
    case condition::rate_limited:
        return value == errc::rate_limited;
    case condition::ambiguous:
        return is_ambiguous(value);
    case condition::invalid_input:
        return is_invalid_input(value);
    case condition::network:
        return is_network(value);
    case condition::client_error:
        return is_client_error(value);
    case condition::server_error:
        return value == errc::server_error;
    }
    return false;
}

// Boost declares the base's destructor protected and not virtual; categories live as long as the program.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

// The fixed ids make categories of two copies of the library in one program compare equal.
class code_category final : public boost::system::error_category {
public:
    constexpr code_category() noexcept : error_category(0x8C1F7A3D5E2B9046ULL) {}

    const char* name() const noexcept override { return "videosdk"; }
    std::string message(int value) const override
    {
        return std::string(text_of(static_cast<errc>(value)).message);
    }
    using error_category::message;
};

class group_category final : public boost::system::error_category {
public:
    constexpr group_category() noexcept : error_category(0xD3604E9B72A85C1FULL) {}

    const char* name() const noexcept override { return "videosdk.condition"; }
    std::string message(int value) const override
    {
        return std::string(text_of(static_cast<condition>(value)).message);
    }
    using error_category::message;

    bool equivalent(const boost::system::error_code& code, int group) const noexcept override
    {
        return code.category() == videosdk_category() &&
               covers(static_cast<condition>(group), static_cast<errc>(code.value()));
    }
    using error_category::equivalent;
};

#pragma GCC diagnostic pop

constexpr code_category codes;
constexpr group_category groups;

} // namespace

const boost::system::error_category& videosdk_category() noexcept
{
    return codes;
}

const boost::system::error_category& condition_category() noexcept
{
    return groups;
}

std::string_view to_string(errc value) noexcept
{
    return text_of(value).name;
}

std::string_view to_string(condition value) noexcept
{
    return text_of(value).name;
}

std::string_view to_string(outcome value) noexcept
{
    switch (value) {
    case outcome::not_sent:
        return "not_sent";
    case outcome::ambiguous:
        return "ambiguous";
    case outcome::answered:
        return "answered";
    }
    return "unknown";
}

std::string_view to_string(effect value) noexcept
{
    switch (value) {
    case effect::none:
        return "none";
    case effect::known:
        return "known";
    case effect::unknown:
        return "unknown";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, errc value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, condition value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, outcome value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, effect value)
{
    return stream << to_string(value);
}

} // namespace videosdk::inline v0
