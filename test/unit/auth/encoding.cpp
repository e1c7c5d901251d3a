// Base64 and its kin are strict both ways; digests are those of the RFCs.
#include "auth/encoding.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

namespace auth = videosdk::auth;

namespace {

std::string hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

std::string all_bytes()
{
    std::string out;
    for (int i = 0; i != 256; ++i) {
        out += static_cast<char>(i);
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(encoding)

BOOST_AUTO_TEST_CASE(the_vectors_of_rfc_4648)
{
    const std::array<std::array<std::string_view, 3>, 7> vectors = {{{"", "", ""},
                                                                     {"f", "Zg==", "my"},
                                                                     {"fo", "Zm8=", "mzxq"},
                                                                     {"foo", "Zm9v", "mzxw6"},
                                                                     {"foob", "Zm9vYg==", "mzxw6yq"},
                                                                     {"fooba", "Zm9vYmE=", "mzxw6ytb"},
                                                                     {"foobar", "Zm9vYmFy", "mzxw6ytboi"}}};
    for (const auto& [bytes, base64, base32] : vectors) {
        BOOST_TEST(auth::base64_encode(bytes) == base64);
        BOOST_TEST((auth::base64_decode(base64) == bytes));
        BOOST_TEST(auth::base32_encode(bytes) == base32);
        BOOST_TEST((auth::base32_decode(base32) == bytes));
        const std::string_view unpadded = base64.substr(0, base64.find('='));
        BOOST_TEST(auth::base64url_encode(bytes) == unpadded);
        BOOST_TEST((auth::base64url_decode(unpadded) == bytes));
    }
}

BOOST_AUTO_TEST_CASE(every_byte_and_every_length_round_trips)
{
    const std::string bytes = all_bytes();
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
        const std::string part = bytes.substr(bytes.size() - length);
        BOOST_TEST((auth::base64_decode(auth::base64_encode(part)) == part));
        BOOST_TEST((auth::base64url_decode(auth::base64url_encode(part)) == part));
        BOOST_TEST((auth::base32_decode(auth::base32_encode(part)) == part));
    }
}

BOOST_AUTO_TEST_CASE(the_two_alphabets_of_base64_do_not_mix)
{
    BOOST_TEST(auth::base64_encode("\xfb\xff") == "+/8=");
    BOOST_TEST(auth::base64url_encode("\xfb\xff") == "-_8");
    BOOST_TEST(!auth::base64_decode("-_8=").has_value());
    BOOST_TEST(!auth::base64url_decode("+/8").has_value());
    BOOST_TEST(!auth::base64url_decode("-_8=").has_value());
}

BOOST_AUTO_TEST_CASE(base64_has_one_text_for_each_value)
{
    // "Zg==" is "f"; the other texts below decode to it in careless implementations.
    for (const char* other :
         {"Zh==", "Zm==", "Zv==", "Zg=", "Zg", "Zg===", "Zg== ", " Zg==", "Zg==\n", "Z g==", "Zg=A",
          "=Zg=", "Zg==Zg==", "Z===", "====", "Zm9=", "Zm9vYmF=", "Zg\0="}) {
        BOOST_TEST_CONTEXT(other)
        {
            BOOST_TEST(!auth::base64_decode(other).has_value());
        }
    }
    // Whatever decodes is what encoding gives.
    constexpr std::string_view digits = "ABQgwxyz019+/=-_ \n";
    for (const char a : digits) {
        for (const char b : digits) {
            for (const char c : digits) {
                for (const char d : digits) {
                    const std::string text = {a, b, c, d};
                    if (const auto bytes = auth::base64_decode(text)) {
                        BOOST_TEST(auth::base64_encode(*bytes) == text);
                    }
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(base64url_and_base32_refuse_impossible_lengths_and_trailing_bits)
{
    for (const char* bad : {"A", "AAAAA", "Zh", "Zm9", "Zg==", "Z.", "\xff\xff"}) {
        BOOST_TEST(!auth::base64url_decode(bad).has_value());
    }
    for (const char* bad : {"m", "mzx", "mzxw6y", "mz", "MY", "my======", "m1", "m8", "m0", "mzxr"}) {
        BOOST_TEST(!auth::base32_decode(bad).has_value());
    }
}

BOOST_AUTO_TEST_CASE(decoding_into_a_place_stays_inside_it)
{
    std::array<unsigned char, 6> place = {0, 0, 0, 0, 0, 0x5A};
    BOOST_TEST((auth::base64_decode_into("Zm9vYmE=", std::span(place).first(5)) == 5U));
    BOOST_TEST(std::string(place.begin(), place.begin() + 5) == "fooba");
    BOOST_TEST(!auth::base64_decode_into("Zm9vYmFy", std::span(place).first(5)).has_value());
    BOOST_TEST(place[5] == 0x5A);
    BOOST_TEST(!auth::base64_decode_into("Zm9v\xff===", place).has_value());
    BOOST_TEST((auth::base64_decode_into("", {}) == 0U));
}

BOOST_AUTO_TEST_CASE(hmac_and_sha256_are_those_of_the_rfcs)
{
    // RFC 4231, cases 1, 2 and 6
    BOOST_TEST(hex(auth::hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    BOOST_TEST(hex(auth::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(hex(auth::hmac_sha256(std::string(131, '\xaa'),
                                     "Test Using Larger Than Block-Size Key - Hash Key First")) ==
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    BOOST_TEST(hex(auth::hmac_sha256("", "")) ==
               "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    BOOST_TEST(hex(auth::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(hex(auth::sha256("abc")) ==
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(equality_looks_at_every_byte)
{
    BOOST_TEST(auth::equal_in_constant_time("", ""));
    BOOST_TEST(auth::equal_in_constant_time("abc", "abc"));
    BOOST_TEST(!auth::equal_in_constant_time("abc", "abd"));
    BOOST_TEST(!auth::equal_in_constant_time("xbc", "abc"));
    BOOST_TEST(!auth::equal_in_constant_time("abc", "ab"));
    BOOST_TEST(!auth::equal_in_constant_time("", "a"));
    BOOST_TEST(!auth::equal_in_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

BOOST_AUTO_TEST_SUITE_END()
