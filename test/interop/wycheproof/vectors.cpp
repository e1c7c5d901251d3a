// Decides every vector of Project Wycheproof's for RSA PKCS#1 v1.5 with SHA-256, and says how many there
// were:
//   wycheproof_vectors COUNT FILE…     its files rsa_signature_*_sha256_test.json
//   wycheproof_vectors COUNT --lines   what nss/print.cpp prints, on standard input
// COUNT is how many there must be.
//
// A vector is right when its result is `valid`; `acceptable` are legacy encodings, which are refused here.
// Keys below 2048 bits are refused before a signature is looked at: their vectors are counted apart.
#include "auth/encoding.hpp"

#include <videosdk/signature.hpp>

#include <boost/json.hpp>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace json = boost::json;

std::string bytes_of(std::string_view hex)
{
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return out;
}

struct tally {
    std::size_t vectors = 0;
    std::size_t wrong = 0;
    std::size_t small_keys = 0; ///< Of the vectors.
};

void decide(const std::string& name, const videosdk::public_key& key, std::string_view message,
            std::string_view signature, bool valid, tally& all)
{
    const bool taken = videosdk::verify_signature(bytes_of(message),
                                                  videosdk::auth::base64_encode(bytes_of(signature)), key);
    ++all.vectors;
    if (taken != valid) {
        ++all.wrong;
        std::cout << name << " is " << (valid ? "valid" : "not valid") << " and was "
                  << (taken ? "accepted" : "refused") << '\n';
    }
}

void decide(const json::object& group, const std::string& file, tally& all)
{
    const json::value* pem = group.if_contains("publicKeyPem");
    pem = pem == nullptr ? group.if_contains("keyPem") : pem;
    if (pem == nullptr || group.at("sha").as_string() != "SHA-256") {
        throw std::runtime_error("a group without a key as PEM, or of another hash");
    }
    const auto key = videosdk::public_key::from_pem(std::string(pem->as_string())).value();
    for (const json::value& each : group.at("tests").as_array()) {
        const std::string name = file + ", " + std::to_string(each.at("tcId").to_number<int>());
        decide(name, key, each.at("msg").as_string(), each.at("sig").as_string(),
               each.at("result").as_string() == "valid", all);
    }
}

void decide_file(const std::string& name, tally& all)
{
    std::ifstream in(name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const json::value file = json::parse(text);
    for (const json::value& group : file.at("testGroups").as_array()) {
        decide(group.as_object(), name, all);
    }
}

/// By OpenSSL alone.
int bits_of(const std::string& der)
{
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())), &EVP_PKEY_free);
    if (key == nullptr) {
        throw std::runtime_error("a key that is none");
    }
    return EVP_PKEY_get_bits(key.get());
}

/// No key when it is too small.
videosdk::public_key key_of(const std::string& der)
{
    const std::string text = videosdk::auth::base64_encode(der);
    std::string pem = "-----BEGIN PUBLIC KEY-----\n";
    for (std::size_t i = 0; i < text.size(); i += 64) {
        pem += text.substr(i, 64) + '\n';
    }
    auto key = videosdk::public_key::from_pem(pem + "-----END PUBLIC KEY-----\n");
    const int bits = bits_of(der);
    if (key.has_value() != (bits >= 2048)) {
        throw std::runtime_error("a key of " + std::to_string(bits) + " bits was " +
                                 (key.has_value() ? "taken" : "refused"));
    }
    return key.has_value() ? std::move(key).value() : videosdk::public_key();
}

/// A line: the file, the vector's number, `valid` or not, key, message and signature in hexadecimal digits.
void decide_lines(std::istream& in, tally& all)
{
    std::string file;
    std::string id;
    std::string result;
    std::string key_text;
    std::string message;
    std::string signature;
    while (in >> file >> id >> result >> key_text >> message >> signature) {
        const videosdk::public_key key = key_of(bytes_of(key_text));
        all.small_keys += key ? 0 : 1;
        message = message == "-" ? "" : message;
        signature = signature == "-" ? "" : signature;
        decide(file + ", " + id, key, message, signature, result == "valid" && key, all);
    }
}

} // namespace

int main(int count, char** words)
{
    try {
        if (count < 3) {
            throw std::runtime_error("usage: COUNT FILE… or COUNT --lines");
        }
        const std::size_t wanted = std::strtoul(words[1], nullptr, 10);
        tally all;
        if (std::string_view(words[2]) == "--lines") {
            decide_lines(std::cin, all);
        } else {
            for (int i = 2; i < count; ++i) {
                decide_file(words[i], all);
            }
        }
        std::cout << all.vectors << " vectors of " << wanted << ", " << all.wrong << " decided wrongly; "
                  << all.small_keys << " refused for a key below 2048 bits\n";
        return all.vectors == wanted && all.wrong == 0 ? 0 : 1;
    } catch (const std::exception& failure) {
        std::cerr << "wycheproof_vectors: " << failure.what() << '\n';
        return 2;
    }
}
