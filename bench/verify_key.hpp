// The provider's side of the verification benchmark: an RSA key of 2048 bits, and events signed with it.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct signed_event {
    std::string body;
    std::string signature; ///< Base64.
};

class signing_key {
public:
    signing_key() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) { require(key_ != nullptr); }
    /// From a PEM file.
    explicit signing_key(const std::string& file) : key_(nullptr, EVP_PKEY_free)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_file(file.c_str(), "r"), BIO_free);
        require(in != nullptr);
        key_.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
        require(key_ != nullptr);
    }

    std::string public_pem() const
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        require(out != nullptr && PEM_write_bio_PUBKEY(out.get(), key_.get()) == 1);
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }

    /// News, each of them, to a hub: events of meetings are never repetitions.
    std::vector<signed_event> events(std::size_t count) const
    {
        std::vector<signed_event> out;
        for (std::size_t i = 0; i < count; ++i) {
            std::string body = R"({"webhookType":"participant-joined","data":{"meetingId":"abcd-efgh-ijkl",)"
                               R"("sessionId":"64f1a2b3c4d5e6f7a8b9c0d1","participantId":")" +
                               std::to_string(i) + R"(","participantName":"Ada"}})";
            std::string signature = sign(body);
            out.push_back({std::move(body), std::move(signature)});
        }
        return out;
    }

    /// In base64, of the body's bytes.
    std::string sign(std::string_view body) const
    {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
        unsigned char raw[512];
        std::size_t size = sizeof raw;
        require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
                EVP_DigestSign(context.get(), raw, &size, reinterpret_cast<const unsigned char*>(body.data()),
                               body.size()) == 1);
        unsigned char text[1024];
        const int length = EVP_EncodeBlock(text, raw, static_cast<int>(size));
        return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)};
    }

private:
    static void require(bool fine)
    {
        if (!fine) {
            throw std::runtime_error("OpenSSL failed to make or read the signing key");
        }
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

} // namespace bench
