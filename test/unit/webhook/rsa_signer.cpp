// Signing by OpenSSL.
#include "rsa_signer.hpp"

#include "auth/encoding.hpp"

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

} // namespace

rsa_signer::rsa_signer()
    : key_(EVP_RSA_gen(2048), [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); })
{
    require(key_ != nullptr);
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    require(PEM_write_bio_PUBKEY(out.get(), raw(key_)) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    public_pem_.assign(text, static_cast<std::size_t>(size));
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
    out.resize(size);
    return videosdk::auth::base64_encode(out);
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
