// Decides every vector of Project Wycheproof's files rsa_signature_*_sha256_test.json: wycheproof_vectors
// FILE…
//
// A vector is right when its result is `valid`; `acceptable` are legacy encodings, which are refused here.
#include "auth/encoding.hpp"

#include <videosdk/signature.hpp>

#include <boost/json.hpp>

#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

namespace json = boost::json;

std::string bytes_of(const json::value& hex)
{
    const std::string text(hex.as_string());
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    return out;
}

struct tally {
    std::size_t vectors = 0;
    std::size_t wrong = 0;
};

void decide(const json::object& group, const std::string& file, tally& all)
{
    const json::value* pem = group.if_contains("publicKeyPem");
    pem = pem == nullptr ? group.if_contains("keyPem") : pem;
    if (pem == nullptr || group.at("sha").as_string() != "SHA-256") {
        throw std::runtime_error("a group without a key as PEM, or of another hash");
    }
    const auto key = videosdk::public_key::from_pem(std::string(pem->as_string())).value();
    for (const json::value& each : group.at("tests").as_array()) {
        const bool valid = each.at("result").as_string() == "valid";
        const bool taken = videosdk::verify_signature(
            bytes_of(each.at("msg")), videosdk::auth::base64_encode(bytes_of(each.at("sig"))), key);
        ++all.vectors;
        if (taken != valid) {
            ++all.wrong;
            std::cout << file << ": " << each.at("tcId") << " is " << each.at("result") << " and was "
                      << (taken ? "accepted" : "refused") << '\n';
        }
    }
}

} // namespace

int main(int count, char** words)
{
    try {
        tally all;
        for (int i = 1; i < count; ++i) {
            std::ifstream in(words[i], std::ios::binary);
            const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
            const json::value file = json::parse(text);
            for (const json::value& group : file.at("testGroups").as_array()) {
                decide(group.as_object(), words[i], all);
            }
        }
        std::cout << all.vectors << " vectors, " << all.wrong << " decided wrongly\n";
        return all.vectors != 0 && all.wrong == 0 ? 0 : 1;
    } catch (const std::exception& failure) {
        std::cerr << "wycheproof_vectors: " << failure.what() << '\n';
        return 2;
    }
}
