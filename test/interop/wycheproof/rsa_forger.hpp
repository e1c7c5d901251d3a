// Raw RSA: signs whatever block it is given, well-formed or not.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

class rsa_forger {
public:
    /// More primes make large keys fast to generate.
    rsa_forger(unsigned bits, unsigned long exponent, unsigned primes);

    const std::string& public_pem() const noexcept { return public_pem_; }
    /// Of the modulus, in bytes.
    std::size_t size() const noexcept { return size_; }
    /// Big-endian, size() bytes.
    const std::string& modulus() const noexcept { return modulus_; }

    /// block^d mod n. The block has size() bytes and is below the modulus.
    std::string sign_raw(std::string_view block) const;
    /// The same key's signature of another scheme, RSASSA-PSS with SHA-256.
    std::string sign_pss(std::string_view message) const;

private:
    std::shared_ptr<void> key_;
    std::string public_pem_;
    std::size_t size_ = 0;
    std::string modulus_;
};

/// Numbers as bytes, big-endian, `size` long; throws std::range_error where the sum needs more.
std::string sum_of(std::string_view a, std::string_view b, std::size_t size);
/// a - 1 and a + 1 of the same length.
std::string one_less(std::string_view a);
std::string one_more(std::string_view a);
/// The least s whose cube is at least `target`, in as many bytes.
std::string cube_root_above(std::string_view target);
std::string cube_of(std::string_view number, std::size_t size);
std::string sha256_of(std::string_view message);
