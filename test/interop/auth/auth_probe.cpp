// Minting and verifying on the command line, for tests only: foreign implementations check ours through it.
//
//   auth_probe mint <api key> <iat> <exp>       prints the token; the secret comes from PROBE_SECRET
//   auth_probe verify <now>                     token on stdin; prints the claims, or fails with the reason
//   auth_probe signature <public key file> <signature file>
//                                               body on stdin; 0 where the signature (base64) is valid, else
//                                               1
#include <videosdk/signature.hpp>
#include <videosdk/token.hpp>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using wall_time = std::chrono::system_clock::time_point;

constexpr int refused = 1;
constexpr int misused = 2;

std::string all_of(std::istream& in)
{
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string content_of(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return all_of(file);
}

std::string secret()
{
    const char* value = std::getenv("PROBE_SECRET");
    return value == nullptr ? std::string() : std::string(value);
}

wall_time time_of(const std::string& seconds)
{
    return wall_time(std::chrono::seconds(std::stoll(seconds)));
}

int mint(const std::string& key, const std::string& issued, const std::string& expires)
{
    videosdk::token_claims claims;
    claims.api_key = key;
    claims.issued_at = time_of(issued);
    claims.expires_at = time_of(expires);
    std::cout << videosdk::mint_token(claims, secret());
    return 0;
}

int verify(const std::string& now)
{
    const auto claims = videosdk::verify_token(all_of(std::cin), secret(), time_of(now));
    if (claims.has_error()) {
        std::cerr << claims.error().what() << '\n';
        return refused;
    }
    std::cout << *claims << '\n';
    return 0;
}

int check_signature(const std::string& key_file, const std::string& signature_file)
{
    const videosdk::public_key key = videosdk::public_key::from_pem(content_of(key_file)).value();
    return videosdk::verify_signature(all_of(std::cin), content_of(signature_file), key) ? 0 : refused;
}

int run(const std::vector<std::string>& arguments)
{
    const std::string command = arguments.empty() ? std::string() : arguments[0];
    if (command == "mint" && arguments.size() == 4) {
        return mint(arguments[1], arguments[2], arguments[3]);
    }
    if (command == "verify" && arguments.size() == 2) {
        return verify(arguments[1]);
    }
    if (command == "signature" && arguments.size() == 3) {
        return check_signature(arguments[1], arguments[2]);
    }
    std::cerr
        << "auth_probe mint <api key> <iat> <exp> | verify <now> | signature <key file> <signature file>\n";
    return misused;
}

} // namespace

int main(int count, char** values)
{
    try {
        return run(std::vector<std::string>(values + 1, values + count));
    } catch (const std::exception& failure) {
        std::cerr << "auth_probe: " << failure.what() << '\n';
        return misused;
    }
}
