// X.509 by OpenSSL's own functions.
#include "http/self_signed.hpp"

#include <videosdk/error.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

struct deleter {
    void operator()(EVP_PKEY* what) const noexcept { EVP_PKEY_free(what); }
    void operator()(X509* what) const noexcept { X509_free(what); }
    void operator()(BIO* what) const noexcept { BIO_free(what); }
    void operator()(X509_EXTENSION* what) const noexcept { X509_EXTENSION_free(what); }
    void operator()(GENERAL_NAMES* what) const noexcept { GENERAL_NAMES_free(what); }
    void operator()(GENERAL_NAME* what) const noexcept { GENERAL_NAME_free(what); }
    void operator()(ASN1_OCTET_STRING* what) const noexcept { ASN1_OCTET_STRING_free(what); }
};

template <class T>
using owned = std::unique_ptr<T, deleter>;

void require(bool done, const std::string& what)
{
    if (!done) {
        ERR_clear_error();
        error_info info;
        info.call = "make_certificate";
        info.detail = what;
        throw error(make_error_code(errc::invalid_argument), std::move(info));
    }
}

owned<EVP_PKEY> make_key(key_kind kind)
{
    owned<EVP_PKEY> key(kind == key_kind::rsa_2048 ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
    require(key != nullptr, "OpenSSL made no key");
    return key;
}

std::string text_of(BIO* memory)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

certificate_and_key to_pem(X509* certificate, EVP_PKEY* key)
{
    const owned<BIO> first(BIO_new(BIO_s_mem()));
    const owned<BIO> second(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(first.get(), certificate) == 1 &&
                PEM_write_bio_PKCS8PrivateKey(second.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "OpenSSL wrote no PEM");
    certificate_and_key pem;
    pem.certificate_pem = text_of(first.get());
    pem.private_key_pem = text_of(second.get());
    return pem;
}

void add_extension(X509* certificate, X509* issuer, int id, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "OpenSSL took no extension");
}

void add_name(GENERAL_NAMES* names, int type, ASN1_STRING* value)
{
    owned<GENERAL_NAME> name(GENERAL_NAME_new());
    require(name != nullptr, "OpenSSL is out of memory");
    GENERAL_NAME_set0_value(name.get(), type, value);
    require(sk_GENERAL_NAME_push(names, name.get()) > 0, "OpenSSL is out of memory");
    static_cast<void>(name.release());
}

void add_alternative_names(X509* certificate, const certificate_request& request)
{
    if (request.dns_names.empty() && request.addresses.empty()) {
        return;
    }
    const owned<GENERAL_NAMES> names(GENERAL_NAMES_new());
    require(names != nullptr, "OpenSSL is out of memory");
    for (const std::string& each : request.dns_names) {
        ASN1_STRING* const text = ASN1_IA5STRING_new();
        require(text != nullptr, "OpenSSL is out of memory");
        ASN1_STRING_set(text, each.data(), static_cast<int>(each.size()));
        add_name(names.get(), GEN_DNS, text);
    }
    for (const std::string& each : request.addresses) {
        ASN1_OCTET_STRING* const address = a2i_IPADDRESS(each.c_str());
        require(address != nullptr, "certificate_request::addresses holds what is no IP address: " + each);
        add_name(names.get(), GEN_IPADD, address);
    }
    require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
            "OpenSSL took no alternative names");
}

owned<X509> begin_certificate(EVP_PKEY* key, const certificate_request& request)
{
    owned<X509> certificate(X509_new());
    require(certificate != nullptr, "OpenSSL is out of memory");
    std::array<unsigned char, 8> random{};
    require(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1, "OpenSSL has no randomness");
    std::uint64_t serial = 0;
    for (const unsigned char byte : random) {
        serial = serial << 8 | byte;
    }
    X509* const raw = certificate.get();
    const auto& name = request.common_name;
    require(
        X509_set_version(raw, 2) == 1 &&
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial >> 1 | 1) == 1 &&
            X509_gmtime_adj(X509_getm_notBefore(raw), static_cast<long>(request.valid_from.count())) !=
                nullptr &&
            X509_gmtime_adj(X509_getm_notAfter(raw), static_cast<long>(request.valid_until.count())) !=
                nullptr &&
            X509_set_pubkey(raw, key) == 1 &&
            X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(name.data()), // NOLINT: OpenSSL
                                       static_cast<int>(name.size()), -1, 0) == 1,
        "certificate_request::common_name or the validity is not what X.509 can hold");
    return certificate;
}

void sign(X509* certificate, EVP_PKEY* key)
{
    require(X509_sign(certificate, key, EVP_sha256()) > 0, "OpenSSL did not sign");
}

template <class Read>
auto read_pem(const std::string& text, Read read)
{
    const owned<BIO> memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    return read(memory.get());
}

} // namespace

certificate_and_key::certificate_and_key() = default;
certificate_request::certificate_request() = default;

certificate_and_key make_authority(const std::string& common_name, key_kind kind)
{
    certificate_request request;
    request.common_name = common_name;
    const auto key = make_key(kind);
    const auto certificate = begin_certificate(key.get(), request);
    X509* const raw = certificate.get();
    require(X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1, "OpenSSL took no issuer");
    add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(raw, raw, NID_subject_key_identifier, "hash");
    sign(raw, key.get());
    return to_pem(raw, key.get());
}

certificate_and_key make_certificate(const certificate_request& request, const certificate_and_key* authority)
{
    const auto key = make_key(request.key);
    const auto certificate = begin_certificate(key.get(), request);
    X509* const raw = certificate.get();
    owned<X509> issuer;
    owned<EVP_PKEY> issuer_key;
    if (authority != nullptr) {
        issuer.reset(read_pem(authority->certificate_pem,
                              [](BIO* from) { return PEM_read_bio_X509(from, nullptr, nullptr, nullptr); }));
        issuer_key.reset(read_pem(authority->private_key_pem, [](BIO* from) {
            return PEM_read_bio_PrivateKey(from, nullptr, nullptr, nullptr);
        }));
        require(issuer && issuer_key, "the authority's certificate or key is not PEM");
    }
    X509* const signer = issuer ? issuer.get() : raw;
    require(X509_set_issuer_name(raw, X509_get_subject_name(signer)) == 1, "OpenSSL took no issuer");
    add_extension(raw, signer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(raw, signer, NID_key_usage, "critical,digitalSignature");
    add_extension(raw, signer, NID_ext_key_usage, "serverAuth");
    add_extension(raw, signer, NID_subject_key_identifier, "hash");
    if (issuer) {
        add_extension(raw, signer, NID_authority_key_identifier, "keyid");
    }
    add_alternative_names(raw, request);
    sign(raw, issuer_key ? issuer_key.get() : key.get());
    return to_pem(raw, key.get());
}

} // namespace videosdk::inline v0::http
