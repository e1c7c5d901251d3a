// A certificate is public, its key is not: a peer that has the one without the other is refused.
#include "handshakes.hpp"
#include "trial.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace {

using namespace test;
using test_support::certificate;
using test_support::certificate_plan;

struct deleter {
    void operator()(BIO* what) const noexcept { BIO_free(what); }
    void operator()(X509* what) const noexcept { X509_free(what); }
    void operator()(EVP_PKEY* what) const noexcept { EVP_PKEY_free(what); }
    void operator()(EVP_MD_CTX* what) const noexcept { EVP_MD_CTX_free(what); }
};

template <class T>
using owned = std::unique_ptr<T, deleter>;

owned<BIO> bio_of(const std::string& text)
{
    return owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string certificate_message(const std::string& pem)
{
    const owned<X509> parsed(PEM_read_bio_X509(bio_of(pem).get(), nullptr, nullptr, nullptr));
    unsigned char* raw = nullptr;
    const int size = i2d_X509(parsed.get(), &raw);
    const std::string der(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
    OPENSSL_free(raw);
    return handshake(11, three_bytes(der.size() + 3) + three_bytes(der.size()) + der);
}

std::string sign(const std::string& text, const std::string& key_pem)
{
    const owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio_of(key_pem).get(), nullptr, nullptr, nullptr));
    const owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    unsigned char signature[128];
    std::size_t size = sizeof signature;
    BOOST_REQUIRE(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
    BOOST_REQUIRE(EVP_DigestSign(context.get(), signature, &size,
                                 reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
    return std::string(reinterpret_cast<const char*>(signature), size);
}

/// A share of ECDHE on P-256: any point will do, here that of another key.
std::string key_share()
{
    const owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    unsigned char* raw = nullptr;
    const std::size_t size = EVP_PKEY_get1_encoded_public_key(key.get(), &raw);
    std::string point(reinterpret_cast<const char*>(raw), size);
    OPENSSL_free(raw);
    return std::string("\x03\x00\x17", 3) + static_cast<char>(point.size()) + point;
}

/// What a server of TLS 1.2 says up to ServerHelloDone (RFC 5246, section 7.3), signed by `key_pem`.
std::string first_flight(const std::string& client_hello, const certificate& leaf, const std::string& key_pem)
{
    const std::string hello = bytes_of(server_hello{});
    const std::string client_random = client_hello.substr(11, 32);
    const std::string server_random = hello.substr(11, 32);
    const std::string share = key_share();
    const std::string signature = sign(client_random + server_random + share, key_pem);
    const std::string ecdsa_with_sha256 = two_bytes(0x0403);
    return hello + certificate_message(leaf.certificate_pem) +
           handshake(12, share + ecdsa_with_sha256 + two_bytes(signature.size()) + signature) +
           handshake(14, {});
}

} // namespace

BOOST_AUTO_TEST_SUITE(stolen_certificate)

BOOST_AUTO_TEST_CASE(a_peer_with_a_good_certificate_but_not_its_key_is_refused)
{
    const certificate root = issue(test_support::authority_plan("test root"));
    certificate_plan plan;
    plan.dns_names = {"localhost"};
    const certificate leaf = issue(plan, &root);
    const certificate thiefs = issue(plan, &root);
    const auto attempt = [&](const std::string& key_pem) {
        return acquire_from(hand_written_peer([&leaf, key_pem](const std::string& client_hello) {
                                return first_flight(client_hello, leaf, key_pem);
                            }),
                            "localhost", root.certificate_pem);
    };
    // Given the right key, the client reads all, answers with its own share, and misses the server's end.
    const trial sound = attempt(leaf.private_key_pem);
    check_refused(sound, "ended in the middle of the handshake");
    BOOST_TEST(!read_records(sound.seen.bytes).fatal_alert.has_value());
    // When it is another, then the client goes no further.
    const trial stolen = attempt(thiefs.private_key_pem);
    check_refused(stolen, "bad signature");
    const client_records records = read_records(stolen.seen.bytes);
    BOOST_TEST(records.only_handshake);
    BOOST_TEST(int{records.fatal_alert.value_or(0)} == 51); // decrypt_error
    BOOST_TEST(stolen.seen.bytes.size() < sound.seen.bytes.size());
}

BOOST_AUTO_TEST_SUITE_END()
