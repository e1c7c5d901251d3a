// Test certificates: sound ones by the library's own maker, all others by OpenSSL.
#include "certificates.hpp"

#include "http/self_signed.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace test_support {
namespace {

namespace http = videosdk::http;

http::key_kind kind_of(key_type type)
{
    return type == key_type::rsa_2048 ? http::key_kind::rsa_2048 : http::key_kind::ec_p256;
}

certificate from(const http::certificate_and_key& made)
{
    return {made.certificate_pem, made.private_key_pem};
}

struct deleter {
    void operator()(EVP_PKEY* what) const noexcept { EVP_PKEY_free(what); }
    void operator()(X509* what) const noexcept { X509_free(what); }
    void operator()(BIO* what) const noexcept { BIO_free(what); }
    void operator()(X509_EXTENSION* what) const noexcept { X509_EXTENSION_free(what); }
    void operator()(GENERAL_NAMES* what) const noexcept { GENERAL_NAMES_free(what); }
    void operator()(ASN1_OBJECT* what) const noexcept { ASN1_OBJECT_free(what); }
    void operator()(ASN1_OCTET_STRING* what) const noexcept { ASN1_OCTET_STRING_free(what); }
};

template <class T>
using owned = std::unique_ptr<T, deleter>;

void require(bool done, const char* what)
{
    if (!done) {
        char reason[256];
        ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
        throw std::runtime_error(std::string("test certificate: ") + what + ": " + reason);
    }
}

owned<BIO> bio_of(const std::string& text)
{
    return owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

owned<EVP_PKEY> key_from(const std::string& pem)
{
    owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio_of(pem).get(), nullptr, nullptr, nullptr));
    require(key != nullptr, "reading a key");
    return key;
}

std::string text_of(BIO* memory)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

std::string pem_of(EVP_PKEY* key)
{
    const owned<BIO> memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PKCS8PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "writing a key");
    return text_of(memory.get());
}

owned<EVP_PKEY> key_of(key_type type)
{
    if (type == key_type::ec_p256) {
        return owned<EVP_PKEY>(EVP_EC_gen("P-256"));
    }
    static std::mutex mutex;
    static std::map<key_type, std::string> made;
    const std::lock_guard lock(mutex);
    std::string& pem = made[type];
    if (pem.empty()) {
        const owned<EVP_PKEY> fresh(EVP_RSA_gen(type == key_type::rsa_2048 ? 2048U : 1024U));
        require(fresh != nullptr, "making an RSA key");
        pem = pem_of(fresh.get());
    }
    return key_from(pem);
}

void add_extension(X509* made, X509* issuer, int id, const std::string& value)
{
    if (value.empty()) {
        return;
    }
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, made, nullptr, nullptr, 0);
    const owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
    require(extension && X509_add_ext(made, extension.get(), -1) == 1, value.c_str());
}

void add_name(GENERAL_NAMES* names, int type, ASN1_STRING* value)
{
    GENERAL_NAME* const name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, type, value);
    require(sk_GENERAL_NAME_push(names, name) > 0, "a name");
}

void add_alternative_names(X509* made, const certificate_plan& plan)
{
    if (plan.dns_names.empty() && plan.addresses.empty()) {
        return;
    }
    const owned<GENERAL_NAMES> names(GENERAL_NAMES_new());
    for (const std::string& each : plan.dns_names) {
        ASN1_STRING* const text = ASN1_IA5STRING_new();
        ASN1_STRING_set(text, each.data(), static_cast<int>(each.size()));
        add_name(names.get(), GEN_DNS, text);
    }
    for (const std::string& each : plan.addresses) {
        add_name(names.get(), GEN_IPADD, a2i_IPADDRESS(each.c_str()));
    }
    require(X509_add1_ext_i2d(made, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1, "names");
}

void add_unknown_critical_extension(X509* made)
{
    const owned<ASN1_OBJECT> id(OBJ_txt2obj("1.3.6.1.4.1.32473.1", 1)); // RFC 5612: for documentation
    const owned<ASN1_OCTET_STRING> value(ASN1_OCTET_STRING_new());
    ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const unsigned char*>("\x05"), 2);
    const owned<X509_EXTENSION> extension(X509_EXTENSION_create_by_OBJ(nullptr, id.get(), 1, value.get()));
    require(extension && X509_add_ext(made, extension.get(), -1) == 1, "an unknown extension");
}

void fill(X509* made, const certificate_plan& plan, EVP_PKEY* key)
{
    unsigned char random[8];
    require(RAND_bytes(random, sizeof random) == 1, "a serial number");
    std::uint64_t serial = 1;
    for (const unsigned char byte : random) {
        serial = (serial << 7) ^ byte;
    }
    const std::string& name = plan.common_name;
    require(X509_set_version(made, 2) == 1 &&
                ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), serial >> 1) == 1 &&
                X509_gmtime_adj(X509_getm_notBefore(made), plan.valid_from_hours * 3600) != nullptr &&
                X509_gmtime_adj(X509_getm_notAfter(made), plan.valid_until_hours * 3600) != nullptr &&
                X509_set_pubkey(made, key) == 1 &&
                X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char*>(name.data()),
                                           static_cast<int>(name.size()), -1, 0) == 1,
            "the fields");
}

} // namespace

certificate make_authority(const std::string& common_name, key_type key)
{
    return from(http::make_authority(common_name, kind_of(key)));
}

certificate make_leaf(const leaf_options& options, const certificate* authority)
{
    http::certificate_request request;
    request.common_name = options.dns_names.empty() ? "leaf" : options.dns_names.front();
    request.dns_names = options.dns_names;
    request.addresses = options.addresses;
    request.valid_from = std::chrono::hours(options.valid_from_hours);
    request.valid_until = std::chrono::hours(options.valid_until_hours);
    request.key = kind_of(options.key);
    http::certificate_and_key signer;
    if (authority != nullptr) {
        signer.certificate_pem = authority->certificate_pem;
        signer.private_key_pem = authority->private_key_pem;
    }
    return from(http::make_certificate(request, authority != nullptr ? &signer : nullptr));
}

certificate make_leaf()
{
    return make_leaf(leaf_options{});
}

certificate_plan authority_plan(const std::string& common_name)
{
    certificate_plan plan;
    plan.common_name = common_name;
    plan.basic_constraints = "critical,CA:TRUE";
    plan.key_usage = "critical,keyCertSign,cRLSign";
    plan.extended_key_usage.clear();
    return plan;
}

certificate issue(const certificate_plan& plan, const certificate* issuer)
{
    const owned<EVP_PKEY> key = key_of(plan.key);
    const owned<X509> made(X509_new());
    X509* const raw = made.get();
    fill(raw, plan, key.get());
    owned<X509> signer;
    owned<EVP_PKEY> signer_key;
    if (issuer != nullptr) {
        signer.reset(PEM_read_bio_X509(bio_of(issuer->certificate_pem).get(), nullptr, nullptr, nullptr));
        require(signer != nullptr, "reading the issuer");
        signer_key = key_from(issuer->private_key_pem);
    }
    X509* const parent = signer ? signer.get() : raw;
    require(X509_set_issuer_name(raw, X509_get_subject_name(parent)) == 1, "the issuer's name");
    add_extension(raw, parent, NID_basic_constraints, plan.basic_constraints);
    add_extension(raw, parent, NID_key_usage, plan.key_usage);
    add_extension(raw, parent, NID_ext_key_usage, plan.extended_key_usage);
    add_extension(raw, parent, NID_name_constraints, plan.name_constraints);
    if (plan.key_identifiers) {
        add_extension(raw, parent, NID_subject_key_identifier, "hash");
        add_extension(raw, parent, NID_authority_key_identifier, signer ? "keyid" : "");
    }
    if (plan.unknown_critical_extension) {
        add_unknown_critical_extension(raw);
    }
    add_alternative_names(raw, plan);
    require(X509_sign(raw, signer_key ? signer_key.get() : key.get(),
                      EVP_get_digestbyname(plan.digest.c_str())) > 0,
            "signing");
    const owned<BIO> memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(memory.get(), raw) == 1, "writing a certificate");
    return {text_of(memory.get()), pem_of(key.get())};
}

} // namespace test_support
