// Signatures of webhooks: RSA PKCS#1 v1.5 with SHA-256 over the raw body.
#include "auth/encoding.hpp"

#include <videosdk/signature.hpp>

#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr int least_bits = 2048;
constexpr int most_bits = 16384; // OpenSSL verifies with none beyond
constexpr std::size_t most_pem_bytes = 32'768;

constexpr std::size_t digest_bytes = 32;

struct free_openssl {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
    void operator()(OSSL_DECODER_CTX* context) const noexcept { OSSL_DECODER_CTX_free(context); }
};

// OpenSSL's errors stand in a queue of the thread, where the next user of TLS would find ours.
class error_queue_guard {
public:
    error_queue_guard() noexcept { ERR_set_mark(); }
    error_queue_guard(const error_queue_guard&) = delete;
    error_queue_guard& operator=(const error_queue_guard&) = delete;
    ~error_queue_guard() { ERR_pop_to_mark(); }
};

error key_refusal(std::string detail)
{
    error_info info;
    info.call = "public_key";
    info.detail = std::move(detail);
    return error(errc::invalid_argument, std::move(info));
}

// Exactly one block with a public key. OpenSSL would take a private key too, and ask for its passphrase.
bool is_public_pem(std::string_view pem) noexcept
{
    constexpr std::string_view mark = "-----BEGIN ";
    const std::size_t begin = pem.find(mark);
    if (begin == std::string_view::npos || pem.find(mark, begin + 1) != std::string_view::npos) {
        return false;
    }
    const std::string_view label = pem.substr(begin + mark.size());
    return label.starts_with("PUBLIC KEY-----") || label.starts_with("RSA PUBLIC KEY-----");
}

std::unique_ptr<EVP_PKEY, free_openssl> read_pem(std::string_view pem)
{
    EVP_PKEY* key = nullptr;
    const std::unique_ptr<OSSL_DECODER_CTX, free_openssl> decoder(
        OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", nullptr, nullptr, EVP_PKEY_PUBLIC_KEY, nullptr, nullptr));
    const auto* bytes = reinterpret_cast<const unsigned char*>(pem.data());
    std::size_t size = pem.size();
    if (decoder == nullptr || OSSL_DECODER_from_data(decoder.get(), &bytes, &size) != 1) {
        return nullptr;
    }
    return std::unique_ptr<EVP_PKEY, free_openssl>(key);
}

/// A key with all that OpenSSL 3 would look up anew for each signature, which takes it a fifth of the time of
/// the arithmetic. Never changes, so that several threads may copy the context at once.
struct prepared_key {
    std::unique_ptr<EVP_PKEY, free_openssl> key;
    std::unique_ptr<EVP_MD, free_openssl> digest;
    std::unique_ptr<EVP_PKEY_CTX, free_openssl> verify;
};

std::shared_ptr<const prepared_key> prepare(std::unique_ptr<EVP_PKEY, free_openssl> key)
{
    auto out = std::make_shared<prepared_key>();
    out->digest.reset(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    out->verify.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    out->key = std::move(key);
    EVP_PKEY_CTX* const context = out->verify.get();
    if (out->digest == nullptr || context == nullptr || EVP_PKEY_verify_init(context) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context, out->digest.get()) != 1) {
        return nullptr;
    }
    return out;
}

const prepared_key& prepared(const std::shared_ptr<const void>& key) noexcept
{
    return *static_cast<const prepared_key*>(key.get());
}

} // namespace

public_key::public_key() noexcept = default;

result<public_key> public_key::from_pem(std::string_view pem)
{
    const error_queue_guard guard;
    if (pem.size() > most_pem_bytes || !is_public_pem(pem)) {
        return key_refusal("expected one PEM block, BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY");
    }
    std::unique_ptr<EVP_PKEY, free_openssl> key = read_pem(pem);
    if (key == nullptr) {
        return key_refusal("the PEM block holds no public key that OpenSSL can read");
    }
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
        return key_refusal("the key is no RSA key");
    }
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < least_bits || bits > most_bits) {
        return key_refusal("the RSA key has " + std::to_string(bits) + " bits, expected 2048 to 16384");
    }
    public_key out;
    out.key_ = prepare(std::move(key));
    if (out.key_ == nullptr) {
        return key_refusal("OpenSSL cannot verify with the key: no SHA-256 or RSA in its providers");
    }
    return out;
}

int public_key::bits() const noexcept
{
    return key_ == nullptr ? 0 : EVP_PKEY_get_bits(prepared(key_).key.get());
}

bool verify_signature(std::string_view body, std::string_view signature_base64,
                      const public_key& key) noexcept
{
    if (key.key_ == nullptr) {
        return false;
    }
    const prepared_key& prepared_with = prepared(key.key_);
    std::array<unsigned char, most_bits / 8> signature;
    const auto size = auth::base64_decode_into(signature_base64, signature);
    if (!size || *size != static_cast<std::size_t>(EVP_PKEY_get_size(prepared_with.key.get()))) {
        return false;
    }
    const error_queue_guard guard;
    std::array<unsigned char, digest_bytes> digest;
    const auto* bytes = reinterpret_cast<const unsigned char*>(body.empty() ? "" : body.data());
    if (EVP_Digest(bytes, body.size(), digest.data(), nullptr, prepared_with.digest.get(), nullptr) != 1) {
        return false;
    }
    const std::unique_ptr<EVP_PKEY_CTX, free_openssl> context(EVP_PKEY_CTX_dup(prepared_with.verify.get()));
    return context != nullptr &&
           EVP_PKEY_verify(context.get(), signature.data(), *size, digest.data(), digest.size()) == 1;
}

} // namespace videosdk::inline v0
