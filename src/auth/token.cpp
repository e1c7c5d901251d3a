// JSON Web Tokens: minting and verifying, HS256 only.
#include "auth/encoding.hpp"
#include "error/text.hpp"

#include <videosdk/token.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <optional>
#include <ostream>

namespace videosdk::inline v0 {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";
// No token of ours is near it, and a larger one is not worth the work of hashing it.
constexpr std::size_t most_token_bytes = 16'384;
// The year 2262 is as far as a system_clock of nanoseconds counts.
constexpr double latest_second = 9.2e9;

[[noreturn]] void refuse_to_mint(std::string detail)
{
    error_info info;
    info.call = "mint_token";
    info.detail = std::move(detail);
    throw error(errc::invalid_argument, std::move(info));
}

error token_refusal(std::string_view why)
{
    error_info info;
    info.call = "verify_token";
    info.detail = why;
    return error(errc::token_invalid, std::move(info));
}

std::int64_t seconds_of(system_clock::time_point time)
{
    return std::chrono::floor<seconds>(time).time_since_epoch().count();
}

void add_text(std::string& out, std::string_view key, std::string_view value)
{
    if (!text::is_utf8(value)) {
        refuse_to_mint("the claim " + std::string(key) + " is not UTF-8");
    }
    if (!value.empty()) {
        text::append_json_string(out, key);
        out += ':';
        text::append_json_string(out, value);
        out += ',';
    }
}

void add_texts(std::string& out, std::string_view key, const std::vector<std::string>& values)
{
    text::append_json_string(out, key);
    out += ":[";
    for (std::size_t i = 0; i != values.size(); ++i) {
        if (!text::is_utf8(values[i])) {
            refuse_to_mint("the claim " + std::string(key) + " is not UTF-8");
        }
        out += i == 0 ? "" : ",";
        text::append_json_string(out, values[i]);
    }
    out += "],";
}

std::string payload_of(const token_claims& claims)
{
    std::string out = "{";
    add_text(out, "apikey", claims.api_key);
    add_texts(out, "permissions", claims.permissions);
    out += "\"version\":" + std::to_string(claims.version) + ",";
    add_texts(out, "roles", claims.roles);
    add_text(out, "roomId", claims.room_id);
    add_text(out, "participantId", claims.participant_id);
    out += "\"iat\":" + std::to_string(seconds_of(claims.issued_at));
    out += ",\"exp\":" + std::to_string(seconds_of(claims.expires_at)) + "}";
    return out;
}

struct parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signed_text; // header and payload with the dot between
    std::string_view signature;
};

std::optional<parts> split(std::string_view token) noexcept
{
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last || token.find('.', first + 1) != last) {
        return std::nullopt;
    }
    return parts{token.substr(0, first), token.substr(first + 1, last - first - 1), token.substr(0, last),
                 token.substr(last + 1)};
}

// A segment of the token as a JSON object.
std::optional<json::object> read_object(std::string_view segment)
{
    const auto text = auth::base64url_decode(segment);
    if (!text) {
        return std::nullopt;
    }
    boost::system::error_code failed;
    json::value value = json::parse(*text, failed);
    if (failed || !value.is_object()) {
        return std::nullopt;
    }
    return std::move(value.get_object());
}

// Readers of claims: absent leaves the place as it is, a wrong kind is false.
bool read(const json::object& claims, std::string_view key, std::string& place)
{
    const json::value* value = claims.if_contains(key);
    if (value == nullptr || value->is_null()) {
        return true;
    }
    const json::string* text = value->if_string();
    if (text != nullptr) {
        place.assign(text->data(), text->size());
    }
    return text != nullptr;
}

bool read(const json::object& claims, std::string_view key, std::vector<std::string>& place)
{
    const json::value* value = claims.if_contains(key);
    if (value == nullptr || value->is_null()) {
        return true;
    }
    const json::array* items = value->if_array();
    if (items == nullptr) {
        return false;
    }
    for (const json::value& item : *items) {
        const json::string* text = item.if_string();
        if (text == nullptr) {
            return false;
        }
        place.emplace_back(text->data(), text->size());
    }
    return true;
}

bool read(const json::object& claims, std::string_view key, int& place)
{
    const json::value* value = claims.if_contains(key);
    if (value == nullptr || value->is_null()) {
        return true;
    }
    boost::system::error_code inexact;
    if (value->is_number()) {
        place = value->to_number<int>(inexact);
    }
    return value->is_number() && !inexact;
}

// A NumericDate (RFC 7519, section 2): seconds, with a fraction perhaps.
bool read(const json::object& claims, std::string_view key, std::optional<system_clock::time_point>& place)
{
    const json::value* value = claims.if_contains(key);
    if (value == nullptr) {
        return true;
    }
    if (!value->is_number()) {
        return false;
    }
    boost::system::error_code inexact;
    const auto whole = value->to_number<std::int64_t>(inexact);
    const double number = inexact ? value->to_number<double>() : static_cast<double>(whole);
    if (!(std::abs(number) < latest_second)) { // so that infinity is out of range, too
        return false;
    }
    place =
        system_clock::time_point(seconds(inexact ? static_cast<std::int64_t>(std::floor(number)) : whole));
    return true;
}

struct read_claims {
    token_claims claims;
    std::optional<system_clock::time_point> issued;
    std::optional<system_clock::time_point> expires;
    std::optional<system_clock::time_point> not_before;
};

// The claims; the reason where they are none.
std::string_view read_all(const json::object& object, read_claims& out)
{
    token_claims& claims = out.claims;
    claims.permissions.clear();
    claims.roles.clear();
    claims.version = 0;
    const bool texts = read(object, "apikey", claims.api_key) && read(object, "roomId", claims.room_id) &&
                       read(object, "participantId", claims.participant_id) &&
                       read(object, "permissions", claims.permissions) &&
                       read(object, "roles", claims.roles) && read(object, "version", claims.version);
    if (!texts) {
        return "a claim is of a wrong kind";
    }
    if (!read(object, "iat", out.issued) || !read(object, "exp", out.expires) ||
        !read(object, "nbf", out.not_before)) {
        return "iat, exp or nbf is no time in seconds";
    }
    if (!out.expires) {
        return "the claim exp is missing";
    }
    claims.issued_at = out.issued.value_or(system_clock::time_point());
    claims.expires_at = *out.expires;
    return {};
}

} // namespace

token_claims::token_claims() : permissions{"allow_join", "allow_mod"}, roles{"crawler"} {}

std::ostream& operator<<(std::ostream& stream, const token_claims& value)
{
    std::string out = "apikey=";
    text::append_printable(out, value.api_key);
    const auto add = [&out](std::string_view name, std::string_view field) {
        if (!field.empty()) {
            out += name;
            text::append_printable(out, field);
        }
    };
    const auto add_list = [&out](std::string_view name, const std::vector<std::string>& items) {
        out += name;
        for (std::size_t i = 0; i != items.size(); ++i) {
            out += i == 0 ? "" : ",";
            text::append_printable(out, items[i]);
        }
        out += ']';
    };
    add_list(" permissions=[", value.permissions);
    out += " version=" + std::to_string(value.version);
    add_list(" roles=[", value.roles);
    add(" roomId=", value.room_id);
    add(" participantId=", value.participant_id);
    out += " iat=" + std::to_string(seconds_of(value.issued_at));
    out += " exp=" + std::to_string(seconds_of(value.expires_at));
    return stream << out;
}

std::string mint_token(const token_claims& claims, std::string_view secret)
{
    if (claims.api_key.empty() || secret.empty()) {
        refuse_to_mint(claims.api_key.empty() ? "the API key is empty" : "the secret is empty");
    }
    if (seconds_of(claims.expires_at) < seconds_of(claims.issued_at)) {
        refuse_to_mint("the token would expire before it was issued");
    }
    std::string token = auth::base64url_encode(header);
    token += '.';
    token += auth::base64url_encode(payload_of(claims));
    const std::string signature = auth::base64url_encode(auth::hmac_sha256(secret, token));
    token += '.';
    token += signature;
    return token;
}

std::string mint_token(std::string_view api_key, std::string_view secret, seconds lifetime)
{
    constexpr seconds longest = std::chrono::hours(24 * 366 * 100);
    if (lifetime <= seconds(0) || lifetime > longest) {
        refuse_to_mint("the lifetime must be positive and at most 100 years");
    }
    token_claims claims;
    claims.api_key = api_key;
    claims.issued_at = system_clock::now();
    claims.expires_at = claims.issued_at + lifetime;
    return mint_token(claims, secret);
}

result<token_claims> verify_token(std::string_view token, std::string_view secret,
                                  system_clock::time_point now, seconds leeway)
{
    const auto segments = token.size() > most_token_bytes ? std::nullopt : split(token);
    if (!segments) {
        return token_refusal("the token is not three segments with dots between, of 16 KiB at most");
    }
    const auto head = read_object(segments->header);
    const auto payload = read_object(segments->payload);
    const auto signature = auth::base64url_decode(segments->signature);
    if (!head || !payload || !signature) {
        return token_refusal(
            "a segment of the token is not base64url, or header or claims are no JSON object");
    }
    const json::value* algorithm = head->if_contains("alg");
    if (algorithm == nullptr || *algorithm != json::value("HS256")) {
        return token_refusal("the algorithm of the token is not HS256");
    }
    if (head->contains("crit")) { // RFC 7515, section 4.1.11: extensions that must be understood
        return token_refusal("the token has critical extensions, and none is understood");
    }
    if (secret.empty()) {
        return token_refusal("there is no secret to verify the token with");
    }
    if (!auth::equal_in_constant_time(auth::hmac_sha256(secret, segments->signed_text), *signature)) {
        return token_refusal("the signature of the token does not match");
    }
    read_claims read;
    if (const std::string_view why = read_all(*payload, read); !why.empty()) {
        return token_refusal(why);
    }
    if (now - leeway >= *read.expires) {
        return token_refusal("the token has expired");
    }
    if (read.not_before && now + leeway < *read.not_before) {
        return token_refusal("the token is not valid yet");
    }
    return std::move(read.claims);
}

} // namespace videosdk::inline v0
