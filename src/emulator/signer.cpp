// Signing by OpenSSL.
#include "emulator/signer.hpp"

#include "auth/encoding.hpp"

#include <videosdk/error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <limits>

namespace videosdk::inline v0::emulator {
namespace {

constexpr int least_bits = 2048;

[[noreturn]] void fail(std::string detail)
{
    ERR_clear_error();
    error_info info;
    info.call = "emulator::service";
    info.detail = std::move(detail);
    throw error(make_error_code(errc::invalid_argument), std::move(info));
}

using bio_ptr = std::unique_ptr<BIO, decltype(&BIO_free)>;

// Never asks the terminal for a passphrase.
int no_passphrase(char*, int, int, void*)
{
    return -1;
}

std::shared_ptr<EVP_PKEY> read_key(std::string_view pem)
{
    if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        fail("private_key_pem must be an RSA key in PEM, and is too long to be one");
    }
    const bio_ptr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    std::shared_ptr<EVP_PKEY> key(
        source ? PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, nullptr) : nullptr,
        EVP_PKEY_free);
    if (!key) {
        fail("private_key_pem must be a private key in PEM, not encrypted; it could not be read");
    }
    if (EVP_PKEY_is_a(key.get(), "RSA") != 1 || EVP_PKEY_get_bits(key.get()) < least_bits) {
        fail("private_key_pem must be an RSA key of at least 2048 bits");
    }
    return key;
}

std::shared_ptr<EVP_PKEY> make_key()
{
    std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(static_cast<unsigned>(least_bits)), EVP_PKEY_free);
    if (!key) {
        fail("an RSA key could not be generated");
    }
    return key;
}

std::string write_public_key(EVP_PKEY* key)
{
    const bio_ptr sink(BIO_new(BIO_s_mem()), BIO_free);
    char* text = nullptr;
    if (!sink || PEM_write_bio_PUBKEY(sink.get(), key) != 1) {
        fail("the public key could not be written");
    }
    const long size = BIO_get_mem_data(sink.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

} // namespace

signer::signer(std::string_view private_key_pem)
{
    const std::shared_ptr<EVP_PKEY> key = private_key_pem.empty() ? make_key() : read_key(private_key_pem);
    public_key_pem_ = write_public_key(key.get());
    key_ = key;
}

std::string signer::sign(std::string_view bytes) const
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    auto* const key = static_cast<EVP_PKEY*>(key_.get());
    const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) != 1) {
        fail("a webhook could not be signed");
    }
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data,
                       bytes.size()) != 1) {
        fail("a webhook could not be signed");
    }
    signature.resize(size);
    return auth::base64_encode(signature);
}

} // namespace videosdk::inline v0::emulator
