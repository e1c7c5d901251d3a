// The key that signs webhooks.
#pragma once

#include <videosdk/config.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace videosdk::inline v0::emulator {

/// RSA PKCS#1 v1.5 with SHA-256 (RFC 8017, section 8.2). Move-only.
class signer {
public:
    /// The key in `private_key_pem`, or a new one of 2048 bits where that is empty. Throws error
    /// (errc::invalid_argument): no PEM, encrypted, not RSA, or below 2048 bits.
    explicit signer(std::string_view private_key_pem);

    /// The signature's base64.
    std::string sign(std::string_view bytes) const;
    /// `BEGIN PUBLIC KEY`.
    const std::string& public_key_pem() const noexcept { return public_key_pem_; }

private:
    std::shared_ptr<void> key_; // an EVP_PKEY; keeps OpenSSL out of this header
    std::string public_key_pem_;
};

} // namespace videosdk::inline v0::emulator
