// Raw RSA and a little arithmetic, by OpenSSL.
#include "rsa_forger.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace {

void require(bool fine)
{
    if (!fine) {
        throw std::runtime_error("OpenSSL failed to make a test key, a signature or a number");
    }
}

struct free_openssl {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    void operator()(BIGNUM* number) const noexcept { BN_free(number); }
    void operator()(BN_CTX* context) const noexcept { BN_CTX_free(context); }
    void operator()(BIO* stream) const noexcept { BIO_free(stream); }
};

template <class T>
using owned = std::unique_ptr<T, free_openssl>;

const unsigned char* bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

owned<BIGNUM> number(std::string_view text)
{
    owned<BIGNUM> out(BN_bin2bn(bytes(text), static_cast<int>(text.size()), nullptr));
    require(out != nullptr);
    return out;
}

std::string text_of(const BIGNUM* which, std::size_t size)
{
    std::string out(size, '\0');
    if (BN_bn2binpad(which, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size)) < 0) {
        throw std::range_error("the number needs more bytes");
    }
    return out;
}

EVP_PKEY* raw(const std::shared_ptr<void>& key)
{
    return static_cast<EVP_PKEY*>(key.get());
}

} // namespace

rsa_forger::rsa_forger(unsigned bits, unsigned long exponent, unsigned primes)
{
    const owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    const owned<BIGNUM> e(BN_new());
    require(context != nullptr && e != nullptr && BN_set_word(e.get(), exponent) == 1);
    EVP_PKEY* made = nullptr;
    require(EVP_PKEY_keygen_init(context.get()) == 1 &&
            EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)) == 1 &&
            EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), e.get()) == 1 &&
            EVP_PKEY_CTX_set_rsa_keygen_primes(context.get(), static_cast<int>(primes)) == 1 &&
            EVP_PKEY_generate(context.get(), &made) == 1);
    key_ = std::shared_ptr<EVP_PKEY>(made, free_openssl());
    size_ = static_cast<std::size_t>(EVP_PKEY_get_size(made));
    BIGNUM* n = nullptr;
    require(EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_RSA_N, &n) == 1);
    const owned<BIGNUM> keep(n);
    modulus_ = text_of(n, size_);
    const owned<BIO> out(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PUBKEY(out.get(), made) == 1);
    char* text = nullptr;
    const long length = BIO_get_mem_data(out.get(), &text);
    public_pem_.assign(text, static_cast<std::size_t>(length));
}

std::string rsa_forger::sign_raw(std::string_view block) const
{
    const owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(raw(key_), nullptr));
    std::string out(size_, '\0');
    std::size_t size = out.size();
    require(EVP_PKEY_sign_init(context.get()) == 1 &&
            EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1 &&
            EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(block),
                          block.size()) == 1 &&
            size == size_);
    return out;
}

std::string rsa_forger::sign_pss(std::string_view message) const
{
    const owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    std::string out(size_, '\0');
    std::size_t size = out.size();
    require(EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, raw(key_)) == 1 &&
            EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(message),
                           message.size()) == 1);
    return out;
}

std::string sum_of(std::string_view a, std::string_view b, std::size_t size)
{
    const owned<BIGNUM> sum(BN_new());
    require(BN_add(sum.get(), number(a).get(), number(b).get()) == 1);
    return text_of(sum.get(), size);
}

std::string one_less(std::string_view a)
{
    const owned<BIGNUM> out = number(a);
    require(BN_sub_word(out.get(), 1) == 1);
    return text_of(out.get(), a.size());
}

std::string one_more(std::string_view a)
{
    const owned<BIGNUM> out = number(a);
    require(BN_add_word(out.get(), 1) == 1);
    return text_of(out.get(), a.size());
}

std::string cube_of(std::string_view which, std::size_t size)
{
    const owned<BN_CTX> room(BN_CTX_new());
    const owned<BIGNUM> x = number(which);
    const owned<BIGNUM> cube(BN_new());
    require(BN_sqr(cube.get(), x.get(), room.get()) == 1 &&
            BN_mul(cube.get(), cube.get(), x.get(), room.get()) == 1);
    return text_of(cube.get(), size);
}

std::string cube_root_above(std::string_view target)
{
    // By halving: the root has a third of the bits.
    const owned<BIGNUM> wanted = number(target);
    const owned<BIGNUM> root(BN_new());
    const owned<BIGNUM> cube(BN_new());
    const owned<BN_CTX> room(BN_CTX_new());
    BN_zero(root.get());
    for (int bit = BN_num_bits(wanted.get()) / 3 + 1; bit >= 0; --bit) {
        require(BN_set_bit(root.get(), bit) == 1 && BN_sqr(cube.get(), root.get(), room.get()) == 1 &&
                BN_mul(cube.get(), cube.get(), root.get(), room.get()) == 1);
        if (BN_cmp(cube.get(), wanted.get()) >= 0) {
            require(BN_clear_bit(root.get(), bit) == 1);
        }
    }
    return one_more(text_of(root.get(), target.size()));
}

std::string sha256_of(std::string_view message)
{
    std::string out(32, '\0');
    require(EVP_Digest(message.data(), message.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr,
                       EVP_sha256(), nullptr) == 1);
    return out;
}
