// The provider's side of a signature: an RSA key made when the test starts.
#pragma once

#include <memory>
#include <string>
#include <string_view>

class rsa_signer {
public:
    rsa_signer();

    /// The public half, `BEGIN PUBLIC KEY`.
    const std::string& public_pem() const noexcept { return public_pem_; }
    /// The whole key, `BEGIN PRIVATE KEY`: for an emulator that signs with it.
    std::string private_pem() const;
    /// Base64 of the RSA PKCS#1 v1.5 SHA-256 signature.
    std::string sign(std::string_view body) const;

    // Keys are slow to make, so the tests share two.
    static const rsa_signer& provider();
    static const rsa_signer& rotated();

private:
    std::shared_ptr<void> key_;
    std::string public_pem_;
};
