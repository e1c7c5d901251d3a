// Signatures of webhooks: only the right bytes under the right key, and no trace in OpenSSL's error queue.
#include "auth/encoding.hpp"

#include <videosdk/signature.hpp>

#include <boost/test/unit_test.hpp>
#include <openssl/bio.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace videosdk;

namespace {

using key_pointer = std::shared_ptr<EVP_PKEY>;

key_pointer make_rsa(unsigned bits)
{
    return {EVP_RSA_gen(bits), EVP_PKEY_free};
}

// One key for the program: making one takes a while.
const key_pointer& signer()
{
    static const key_pointer key = make_rsa(2048);
    return key;
}

std::string content_of(BIO* memory)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string encoded(const key_pointer& key, int selection, const char* structure)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
    const std::unique_ptr<OSSL_ENCODER_CTX, decltype(&OSSL_ENCODER_CTX_free)> context(
        OSSL_ENCODER_CTX_new_for_pkey(key.get(), selection, "PEM", structure, nullptr),
        OSSL_ENCODER_CTX_free);
    BOOST_TEST_REQUIRE(OSSL_ENCODER_to_bio(context.get(), memory.get()) == 1);
    return content_of(memory.get());
}

std::string pem_of(const key_pointer& key)
{
    return encoded(key, EVP_PKEY_PUBLIC_KEY, "SubjectPublicKeyInfo");
}

std::string sign(std::string_view body, const EVP_MD* digest = EVP_sha256(), int padding = RSA_PKCS1_PADDING)
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* options = nullptr;
    std::string signature(256, '\0');
    std::size_t size = signature.size();
    BOOST_TEST_REQUIRE(EVP_DigestSignInit(context.get(), &options, digest, nullptr, signer().get()) == 1);
    BOOST_TEST_REQUIRE(EVP_PKEY_CTX_set_rsa_padding(options, padding) == 1);
    BOOST_TEST_REQUIRE(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                      &size, reinterpret_cast<const unsigned char*>(body.data()),
                                      body.size()) == 1);
    signature.resize(size);
    return signature;
}

const public_key& key()
{
    static const public_key out = public_key::from_pem(pem_of(signer())).value();
    return out;
}

std::string refusal_of(std::string_view pem)
{
    const auto outcome = public_key::from_pem(pem);
    BOOST_TEST(ERR_peek_error() == 0U);
    if (outcome.has_value()) {
        BOOST_ERROR("a refusal was expected");
        return {};
    }
    BOOST_TEST((outcome.error().code() == errc::invalid_argument));
    return outcome.error().info().detail;
}

constexpr std::string_view body = R"({"webhookType":"resource-acquired","data":{"id":"64f1"}})";

} // namespace

BOOST_AUTO_TEST_SUITE(signature)

BOOST_AUTO_TEST_CASE(the_signature_of_the_very_bytes_is_accepted)
{
    const std::vector<std::string> bodies = {std::string(body), "", std::string("\0\xff\r\n", 4),
                                             std::string(100'000, 'x')};
    for (const std::string& bytes : bodies) {
        BOOST_TEST(verify_signature(bytes, auth::base64_encode(sign(bytes)), key()));
        BOOST_TEST(!verify_signature(bytes + " ", auth::base64_encode(sign(bytes)), key()));
    }
    BOOST_TEST(verify_signature({}, auth::base64_encode(sign("")), key()));
}

BOOST_AUTO_TEST_CASE(one_bit_anywhere_makes_it_invalid)
{
    const std::string good = sign(body);
    for (std::size_t i = 0; i != good.size(); ++i) {
        std::string changed = good;
        changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
        BOOST_TEST(!verify_signature(body, auth::base64_encode(changed), key()));
    }
    for (std::size_t i = 0; i != body.size(); ++i) {
        std::string changed(body);
        changed[i] = static_cast<char>(changed[i] ^ 1);
        BOOST_TEST(!verify_signature(changed, auth::base64_encode(good), key()));
    }
}

BOOST_AUTO_TEST_CASE(other_texts_of_the_same_signature_are_refused)
{
    const std::string text = auth::base64_encode(sign(body)); // 344 characters, two of them padding
    BOOST_TEST(text.ends_with("=="));
    BOOST_TEST(verify_signature(body, text, key()));
    const std::string stem = text.substr(0, text.size() - 3);
    int accepted = 0;
    for (const char c :
         std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) {
        accepted += verify_signature(body, stem + c + "==", key()) ? 1 : 0;
    }
    BOOST_TEST(accepted == 1);
    for (const std::string& other :
         {text + "\n", " " + text, text.substr(0, 342), text + "=",
          text + "====", text.substr(0, 76) + "\n" + text.substr(76), auth::base64url_encode(sign(body))}) {
        BOOST_TEST(!verify_signature(body, other, key()));
    }
}

BOOST_AUTO_TEST_CASE(garbage_is_invalid_and_leaves_no_error_behind)
{
    ERR_clear_error();
    const std::vector<std::string> garbage = {"",
                                              "=",
                                              "AAAA",
                                              std::string("\0", 1),
                                              "sha256=abc",
                                              std::string(344, 'A'),
                                              std::string(342, '/') + "==",
                                              std::string(342, 'A') + "==",
                                              std::string(100'000, 'A'),
                                              auth::base64_encode(std::string(255, '\x01')),
                                              auth::base64_encode(std::string(257, '\x01')),
                                              auth::base64_encode(std::string(256, '\xff')),
                                              auth::base64_encode(std::string(1, '\0') + sign(body))};
    for (const std::string& text : garbage) {
        BOOST_TEST(!verify_signature(body, text, key()));
        BOOST_TEST(ERR_peek_error() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(errors_of_others_stay_in_the_queue)
{
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 7);
    BOOST_TEST(!verify_signature(body, auth::base64_encode(std::string(256, '\x01')), key()));
    BOOST_TEST(ERR_GET_REASON(ERR_get_error()) == 7);
    BOOST_TEST(ERR_peek_error() == 0U);
}

BOOST_AUTO_TEST_CASE(other_digests_and_paddings_are_refused)
{
    BOOST_TEST(!verify_signature(body, auth::base64_encode(sign(body, EVP_sha1())), key()));
    BOOST_TEST(!verify_signature(body, auth::base64_encode(sign(body, EVP_sha512())), key()));
    BOOST_TEST(
        !verify_signature(body, auth::base64_encode(sign(body, EVP_sha256(), RSA_PKCS1_PSS_PADDING)), key()));
}

BOOST_AUTO_TEST_CASE(another_key_or_none_verifies_nothing)
{
    const std::string text = auth::base64_encode(sign(body));
    const public_key none;
    BOOST_TEST(!none);
    BOOST_TEST(none.bits() == 0);
    BOOST_TEST(!verify_signature(body, text, none));
    const public_key other = public_key::from_pem(pem_of(make_rsa(2048))).value();
    BOOST_TEST(!verify_signature(body, text, other));
    const public_key larger = public_key::from_pem(pem_of(make_rsa(3072))).value();
    BOOST_TEST(larger.bits() == 3072);
    BOOST_TEST(!verify_signature(body, text, larger));
}

BOOST_AUTO_TEST_CASE(both_forms_of_pem_give_the_same_key)
{
    const std::string plain = pem_of(signer());
    const std::string rsa = encoded(signer(), EVP_PKEY_PUBLIC_KEY, "type-specific");
    BOOST_TEST(plain.starts_with("-----BEGIN PUBLIC KEY-----"));
    BOOST_TEST(rsa.starts_with("-----BEGIN RSA PUBLIC KEY-----"));
    std::string windows;
    for (const char c : plain) {
        windows += c == '\n' ? "\r\n" : std::string(1, c);
    }
    const std::string text = auth::base64_encode(sign(body));
    for (const std::string& pem :
         {plain, rsa, windows, "\n" + plain + "\n", plain.substr(0, plain.size() - 1)}) {
        const auto read = public_key::from_pem(pem);
        BOOST_TEST_REQUIRE(read.has_value());
        BOOST_TEST(static_cast<bool>(*read));
        BOOST_TEST(read->bits() == 2048);
        BOOST_TEST(verify_signature(body, text, *read));
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_usable_key_is_refused_with_its_cause)
{
    const std::string no_block = "expected one PEM block, BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY";
    const std::string unreadable = "the PEM block holds no public key that OpenSSL can read";
    const std::string good = pem_of(signer());
    BOOST_TEST(refusal_of("") == no_block);
    BOOST_TEST(refusal_of("not a key") == no_block);
    BOOST_TEST(refusal_of(good + good) == no_block);
    BOOST_TEST(refusal_of(good + std::string(40'000, '\n')) == no_block);
    BOOST_TEST(refusal_of(encoded(signer(), EVP_PKEY_KEYPAIR, "PrivateKeyInfo")) == no_block);
    BOOST_TEST(refusal_of("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n") == unreadable);
    BOOST_TEST(refusal_of("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n") == unreadable);
    BOOST_TEST(refusal_of(good.substr(0, good.size() / 2)) == unreadable);
    const key_pointer curve(EVP_EC_gen("P-256"), EVP_PKEY_free);
    BOOST_TEST(refusal_of(pem_of(curve)) == "the key is no RSA key");
    BOOST_TEST(refusal_of(pem_of(make_rsa(1024))) == "the RSA key has 1024 bits, expected 2048 to 16384");
}

BOOST_AUTO_TEST_CASE(one_key_serves_several_threads)
{
    const std::string text = auth::base64_encode(sign(body));
    const public_key& shared = key();
    std::vector<int> accepted(4, 0);
    {
        std::vector<std::jthread> threads;
        for (int& count : accepted) {
            threads.emplace_back([&count, &text, &shared] {
                for (int i = 0; i != 50; ++i) {
                    const public_key copy = shared;
                    count += verify_signature(body, text, copy) ? 1 : 0;
                }
            });
        }
    }
    for (const int count : accepted) {
        BOOST_TEST(count == 50);
    }
}

BOOST_AUTO_TEST_SUITE_END()
