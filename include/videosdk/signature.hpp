// Signatures of webhooks: RSA PKCS#1 v1.5 with SHA-256 over the raw body (RFC 8017, section 8.2).
#pragma once

#include <videosdk/error.hpp>

#include <memory>
#include <string_view>

namespace videosdk::inline v0 {

/// A parsed RSA public key. Cheap to copy; safe to use from several threads at once.
class VIDEOSDK_DECL public_key {
public:
    /// Holds no key: every signature is invalid.
    public_key() noexcept;

    /// From PEM, `BEGIN PUBLIC KEY` or `BEGIN RSA PUBLIC KEY`. The error is errc::invalid_argument: no PEM,
    /// not an RSA key, or one below 2048 bits.
    static result<public_key> from_pem(std::string_view pem);

    /// Whether there is a key.
    explicit operator bool() const noexcept { return key_ != nullptr; }
    /// The size of the modulus; 0 when there is no key.
    int bits() const noexcept;

private:
    friend VIDEOSDK_DECL bool verify_signature(std::string_view, std::string_view,
                                               const public_key&) noexcept;
    std::shared_ptr<const void> key_;
};

/// Whether `signature_base64` (the value of the `videosdk-signature` header) is the signature of `body`, byte
/// for byte as it arrived: a body parsed and printed again will not verify. Strict base64 (RFC 4648, section
/// 4): no white space, no URL alphabet, exact padding, trailing bits zero.
[[nodiscard]] VIDEOSDK_DECL bool verify_signature(std::string_view body, std::string_view signature_base64,
                                                  const public_key& key) noexcept;

} // namespace videosdk::inline v0
