// Events that were signed beforehand, by another process or at another time: `resource-acquired`, each of
// another resource. A file of them has the public key, and then a signature and a body a line.
#pragma once

#include "verify_key.hpp"

#include <cstddef>
#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// As long as the ids that the provider gives.
inline std::string id_of(std::size_t number)
{
    const std::string digits = std::to_string(number);
    return std::string(24 - digits.size(), 'a') + digits;
}

inline void write_signed_events(std::ostream& out, std::size_t count)
{
    const signing_key key;
    out << key.public_pem();
    for (std::size_t i = 0; i < count; ++i) {
        const std::string body =
            R"({"webhookType":"resource-acquired","data":{"id":")" + id_of(i) + R"(","type":"recording"}})";
        out << key.sign(body) << ' ' << body << '\n';
    }
}

struct signed_events {
    explicit signed_events(const std::string& file)
    {
        constexpr std::string_view key_end = "-----END PUBLIC KEY-----\n";
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        std::size_t at = text.find(key_end);
        if (at == std::string::npos) {
            throw std::runtime_error("there are no signed events in " + file);
        }
        at += key_end.size();
        public_pem = text.substr(0, at);
        while (at < text.size()) {
            const std::size_t gap = text.find(' ', at);
            const std::size_t end = text.find('\n', gap);
            all.push_back({text.substr(gap + 1, end - gap - 1), text.substr(at, gap - at)});
            at = end + 1;
        }
    }

    std::string public_pem;
    std::vector<signed_event> all; ///< The n-th is about resource id_of(n).
};

} // namespace bench
