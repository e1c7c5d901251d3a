// PEM: keys that verify, certificates and keys to serve with, roots to trust. A NUL byte in the input parts
// the certificates from the key.
#include "fuzz.hpp"
#include "http/endpoint.hpp"
#include "http/server_tls.hpp"
#include "http/stream.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/error.hpp>
#include <videosdk/signature.hpp>

#include <openssl/err.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace {

using namespace videosdk;

void no_error_is_left_behind()
{
    fuzz::require(ERR_peek_error() == 0, "OpenSSL's error queue is left as it was");
}

// What OpenSSL would take for base64 of the PEM must not come back in a message.
void tells_no_material(const error& failure, std::string_view input)
{
    const std::string_view what = failure.what();
    fuzz::require(fuzz::is_one_line(what), "a refusal is one line");
    constexpr std::size_t telling = 24;
    for (std::size_t i = 0; i + telling <= input.size(); i += telling) {
        const std::string_view piece = input.substr(i, telling);
        const bool material = std::ranges::all_of(piece, [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/';
        });
        fuzz::require(!material || what.find(piece) == std::string_view::npos,
                      "a refusal does not quote the material");
    }
}

void read_public_key(std::string_view input)
{
    const auto key = public_key::from_pem(input);
    no_error_is_left_behind();
    if (key.has_error()) {
        fuzz::require(key.error().code() == errc::invalid_argument,
                      "a key that is refused is an invalid argument");
        tells_no_material(key.error(), input);
        return;
    }
    fuzz::require(key->bits() >= 2048 && key->bits() <= 16'384, "a key is neither weak nor endless");
    fuzz::require(input.find("PRIVATE") == std::string_view::npos ||
                      input.find("PUBLIC KEY-----") < input.size(),
                  "a private key is no public key");
    const std::string signature(static_cast<std::size_t>((key->bits() + 7) / 8 * 4 / 3 / 4 * 4), 'A');
    fuzz::require(!verify_signature("body", signature, *key), "zeros sign nothing");
    fuzz::require(!verify_signature("body", "", *key), "nothing signs nothing");
    no_error_is_left_behind();
}

void serve_with(std::string_view input)
{
    const std::size_t end = std::min(input.find('\0'), input.size());
    http::server_tls material;
    material.certificate_chain_pem = input.substr(0, end);
    material.private_key_pem = input.substr(std::min(end + 1, input.size()));
    try {
        fuzz::require(http::make_server_tls_context(material, "fuzzed") != nullptr, "a context is made");
        fuzz::require(input.find("-----BEGIN CERTIFICATE") != std::string_view::npos ||
                          input.find("-----BEGIN X509 CERTIFICATE") != std::string_view::npos ||
                          input.find("-----BEGIN TRUSTED CERTIFICATE") != std::string_view::npos,
                      "nobody serves without a certificate");
    } catch (const error& failure) {
        fuzz::require(failure.code() == errc::invalid_argument,
                      "material that is refused is an invalid argument");
        tells_no_material(failure, input);
    }
    no_error_is_left_behind();
}

void trust(std::string_view input)
{
    if (input.empty()) {
        return; // the system's roots
    }
    static const auto where = *http::parse_endpoint("https://api.example.com");
    tls_options options;
    options.ca_pem = input;
    try {
        fuzz::require(http::make_tls_context(where, options) != nullptr, "a context is made");
        fuzz::require(input.find("CERTIFICATE-----") != std::string_view::npos, "nobody trusts nothing");
    } catch (const error& failure) {
        fuzz::require(failure.code() == errc::tls_failed, "roots that are refused are a failure of TLS");
        tells_no_material(failure, input);
    }
    no_error_is_left_behind();
}

} // namespace

void fuzz::pem(std::string_view input)
{
    read_public_key(input);
    serve_with(input);
    trust(input);
}
