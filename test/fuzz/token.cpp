// Tokens: only what was signed is taken, and what was signed is read back. An input that begins with `{` is
// the header and, on the next line, the claims of a JSON web token, which is then signed; any other is a
// token as it stands, and the material for a correlation token.
#include "auth/correlation_token.hpp"
#include "auth/encoding.hpp"
#include "fuzz.hpp"

#include <videosdk/token.hpp>

#include <chrono>
#include <sstream>
#include <string>

namespace {

using namespace videosdk;
using namespace std::chrono_literals;
using time_point = std::chrono::system_clock::time_point;

constexpr std::string_view secret = "the secret of a fuzzed account";
constexpr time_point now{std::chrono::seconds(1'800'000'000)};

std::string sign(std::string_view header, std::string_view claims)
{
    std::string token = auth::base64url_encode(header) + '.' + auth::base64url_encode(claims);
    return token + '.' + auth::base64url_encode(auth::hmac_sha256(secret, token));
}

bool same_claims(const token_claims& a, const token_claims& b)
{
    return a.api_key == b.api_key && a.permissions == b.permissions && a.version == b.version &&
           a.roles == b.roles && a.room_id == b.room_id && a.participant_id == b.participant_id &&
           a.issued_at == b.issued_at && a.expires_at == b.expires_at;
}

void check_claims(const token_claims& claims)
{
    fuzz::require(claims.expires_at > now, "a token that has expired is refused");
    std::ostringstream printed;
    printed << claims;
    fuzz::require(fuzz::is_one_line(printed.str()), "claims are printed on one line");
    if (claims.api_key.empty() || claims.expires_at < claims.issued_at) {
        return; // nobody mints such a token
    }
    const auto again = verify_token(mint_token(claims, secret), secret, now);
    fuzz::require(again.has_value() && same_claims(*again, claims), "claims that are minted come back");
}

bool is_signed(std::string_view token)
{
    const std::size_t dot = token.rfind('.');
    return dot != std::string_view::npos &&
           auth::base64url_encode(auth::hmac_sha256(secret, token.substr(0, dot))) == token.substr(dot + 1);
}

void check_web_token(std::string_view token)
{
    const auto claims = verify_token(token, secret, now);
    if (claims.has_error()) {
        const std::string_view what = claims.error().what();
        fuzz::require(claims.error().code() == errc::token_invalid && fuzz::is_one_line(what),
                      "a token that is refused is invalid, in one line");
        return;
    }
    fuzz::require(is_signed(token), "only what was signed is taken");
    const auto header = auth::base64url_decode(token.substr(0, token.find('.')));
    fuzz::require(header && header->find("HS256") != std::string::npos, "the algorithm is HS256");
    fuzz::require(verify_token(token, "another secret", now).has_error(), "another secret fits no token");
    check_claims(*claims);
}

// The first 10, 5 and 16 bytes of the input as boot, time and random bits.
void check_correlation(std::string_view input)
{
    static const auto keys = auth::correlation_keys::from_secret(secret);
    static const auto others = auth::correlation_keys::from_secret("another secret");
    if (const auto taken = auth::check_correlation_token(keys, "studio", input)) {
        fuzz::require(taken->text == input && input.size() == 82, "a token is its text");
    }
    if (input.size() < 31) {
        return;
    }
    const std::string boot = auth::base32_encode(input.substr(0, 10));
    std::int64_t seconds = 0;
    for (const char c : input.substr(10, 4)) {
        seconds = seconds << 8 | static_cast<unsigned char>(c);
    }
    const time_point minted{std::chrono::seconds(seconds)};
    std::string text = auth::mint_correlation_token(keys, "studio", boot, minted, input.substr(15, 16));
    const auto taken = auth::check_correlation_token(keys, "studio", text);
    fuzz::require(taken && taken->boot == boot && taken->minted_at == minted && taken->text == text,
                  "what was minted is taken");
    fuzz::require(!auth::check_correlation_token(keys, "other", text) &&
                      !auth::check_correlation_token(others, "studio", text),
                  "another owner or key fits no token");
    char& one = text[static_cast<unsigned char>(input[14]) % text.size()];
    one = static_cast<char>(one ^ (input.size() > 31 && input[31] != 0 ? input[31] : 1));
    fuzz::require(!auth::check_correlation_token(keys, "studio", text),
                  "a token that was changed is refused");
}

} // namespace

void fuzz::token(std::string_view input)
{
    if (input.starts_with('{')) {
        const std::string_view header = pop_line(input);
        return check_web_token(sign(header, input));
    }
    check_web_token(input);
    check_correlation(input);
}
