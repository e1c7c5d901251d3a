// Base64, base64url and base32: what is encoded comes back, and what is decoded has one spelling only.
#include "auth/encoding.hpp"
#include "fuzz.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace videosdk::auth;

struct coding {
    std::string (*encode)(std::string_view);
    std::optional<std::string> (*decode)(std::string_view);
    std::string_view alphabet;
};

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const std::array<coding, 3> codings{{
    {&base64_encode, &base64_decode, "+/="},
    {&base64url_encode, &base64url_decode, "-_"},
    {&base32_encode, &base32_decode, ""},
}};

bool in_alphabet(std::string_view text, std::string_view more)
{
    return std::ranges::all_of(text, [more](char c) {
        return letters.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
    });
}

void round_trips(std::string_view input, const coding& which)
{
    const std::string text = which.encode(input);
    fuzz::require(in_alphabet(text, which.alphabet), "a code is made of its alphabet");
    fuzz::require(which.decode(text) == input, "what is encoded comes back");
    if (const auto bytes = which.decode(input)) {
        fuzz::require(which.encode(*bytes) == input, "what can be decoded has no other spelling");
    }
}

// Into places that are too small, exact and larger.
void decodes_in_place(std::string_view input)
{
    const auto expected = base64_decode(input);
    for (const std::size_t size : {expected ? expected->size() : input.size(), input.size() + 3}) {
        std::vector<unsigned char> place(size);
        const auto count = base64_decode_into(input, place);
        fuzz::require(count.has_value() == expected.has_value(), "both decoders take the same texts");
        fuzz::require(
            !count || std::equal(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(*count),
                                 expected->begin(), expected->end(),
                                 [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); }),
            "both decoders find the same bytes");
    }
    if (expected && !expected->empty()) {
        std::vector<unsigned char> place(expected->size() - 1);
        fuzz::require(!base64_decode_into(input, place), "what does not fit is refused");
    }
}

} // namespace

void fuzz::base64(std::string_view input)
{
    for (const coding& each : codings) {
        round_trips(input, each);
    }
    decodes_in_place(input);
    const std::size_t half = input.size() / 2;
    require(equal_in_constant_time(input.substr(0, half), input.substr(half)) ==
                (input.substr(0, half) == input.substr(half)),
            "equality in constant time is equality");
}
