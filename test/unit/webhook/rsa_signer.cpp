// Signing by OpenSSL.
#include "rsa_signer.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace {

void require(bool fine)
{
    if (!fine) {
        throw std::runtime_error("OpenSSL failed to make a test key or signature");
    }
}

EVP_PKEY* raw(const std::shared_ptr<void>& key)
{
    return static_cast<EVP_PKEY*>(key.get());
}

std::string content_of(BIO* from)
{
    char* text = nullptr;
    const long size = BIO_get_mem_data(from, &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

rsa_signer::rsa_signer()
    : key_(EVP_RSA_gen(2048), [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); })
{
    require(key_ != nullptr);
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    require(PEM_write_bio_PUBKEY(out.get(), raw(key_)) == 1);
    public_pem_ = content_of(out.get());
}

std::string rsa_signer::private_pem() const
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    require(PEM_write_bio_PrivateKey(out.get(), raw(key_), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return content_of(out.get());
}

std::string rsa_signer::sign(std::string_view body) const
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, raw(key_)) == 1);
    const auto* const bytes = reinterpret_cast<const unsigned char*>(body.data());
    std::size_t size = 0;
    require(EVP_DigestSign(context.get(), nullptr, &size, bytes, body.size()) == 1);
    std::string out(size, '\0');
    require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                           body.size()) == 1);
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(out.data()), static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

const rsa_signer& rsa_signer::provider()
{
    static const rsa_signer key;
    return key;
}

const rsa_signer& rsa_signer::rotated()
{
    static const rsa_signer key;
    return key;
}
