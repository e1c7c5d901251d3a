// A hash of texts that somebody else has chosen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>

namespace videosdk::inline v0::leasing {

/// What nobody outside knows, drawn once a process. Nothing but the places in a table depends on it.
struct hash_key {
    hash_key()
    {
        std::random_device chance;
        for (std::uint64_t* const each : {&first, &second, &third}) {
            *each = (std::uint64_t{chance()} << 32U) ^ chance();
        }
    }

    std::uint64_t first = 0;
    std::uint64_t second = 0;
    std::uint64_t third = 0;
};

template <class Word>
Word word_at(const char* where) noexcept
{
    Word word;
    std::memcpy(&word, where, sizeof word);
    return word;
}

/// Ids are the peer's to choose: of a hash that it knows it could make thousands alike, each of which would
/// have to be compared with all before it. Multiplied into 128 bits and folded, under the key, 16 bytes at a
/// time.
inline std::size_t keyed_hash(std::string_view text) noexcept
{
    static const hash_key key;
    const auto fold = [](std::uint64_t a, std::uint64_t b) noexcept {
        __extension__ typedef unsigned __int128 wide;
        const wide product = static_cast<wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    };
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t hash = fold(left ^ key.first, key.third);
    for (; left > 16; at += 16, left -= 16) {
        hash = fold(word_at<std::uint64_t>(at) ^ key.second, word_at<std::uint64_t>(at + 8) ^ hash);
    }
    // What is left is read as two words that may overlap: the length, which is in the hash, tells them apart.
    std::uint64_t words[2] = {0, 0};
    if (left >= 8) {
        words[0] = word_at<std::uint64_t>(at);
        words[1] = word_at<std::uint64_t>(at + left - 8);
    } else if (left >= 4) {
        words[0] = word_at<std::uint32_t>(at);
        words[1] = word_at<std::uint32_t>(at + left - 4);
    } else {
        for (; left != 0; --left) {
            words[0] = words[0] << 8U | static_cast<unsigned char>(*at++);
        }
    }
    hash = fold(words[0] ^ key.second, words[1] ^ hash);
    return static_cast<std::size_t>(fold(hash ^ key.third, key.second));
}

} // namespace videosdk::inline v0::leasing
