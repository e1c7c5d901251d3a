// Makes keys and certificates for machines that talk to themselves: emulators and tests.
#pragma once

#include <videosdk/config.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace videosdk::inline v0::http {

enum class key_kind : std::uint8_t { ec_p256 = 1, rsa_2048 };

struct certificate_and_key {
    certificate_and_key();
    std::string certificate_pem;
    std::string private_key_pem; ///< PKCS#8, not encrypted.
};

struct certificate_request {
    certificate_request();
    std::string common_name = "localhost";
    std::vector<std::string> dns_names;                       ///< Subject alternative names.
    std::vector<std::string> addresses;                       ///< The same: `127.0.0.1`, `::1`.
    std::chrono::seconds valid_from = -std::chrono::hours(1); ///< From now.
    std::chrono::seconds valid_until = std::chrono::hours(24 * 30);
    key_kind key = key_kind::ec_p256;
};

/// A certificate that may sign others. Throws error (errc::invalid_argument) when OpenSSL does not do its
/// part.
certificate_and_key make_authority(const std::string& common_name, key_kind key = key_kind::ec_p256);

/// A server's certificate, signed by `authority` or, without one, by itself. Throws error
/// (errc::invalid_argument) naming an address that is none, or an authority that cannot be read.
certificate_and_key make_certificate(const certificate_request& request,
                                     const certificate_and_key* authority = nullptr);

} // namespace videosdk::inline v0::http
