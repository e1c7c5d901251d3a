// An id of the provider's, which stands in its place instead of on the heap.
#pragma once

#include <videosdk/basic_text.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

namespace videosdk::inline v0 {

/// How id_text keeps its text.
class in_place_storage {
public:
    static constexpr std::size_t in_place = 31; ///< Bytes of a text that takes no memory of its own.

    /// An empty text.
    in_place_storage() noexcept { bytes_[in_place] = static_cast<char>(in_place); }
    /// A copy. Throws std::bad_alloc.
    explicit in_place_storage(std::string_view text) : in_place_storage() { put(text); }
    /// Throws std::bad_alloc.
    in_place_storage(const in_place_storage& other) : bytes_(other.bytes_)
    {
        if (other.is_apart()) {
            bytes_ = in_place_storage().bytes_;
            put({other.data(), other.size()});
        }
    }
    /// Leaves an empty one.
    in_place_storage(in_place_storage&& other) noexcept
        : bytes_(std::exchange(other.bytes_, in_place_storage().bytes_))
    {
    }
    /// Throws std::bad_alloc, and has changed nothing then.
    in_place_storage& operator=(const in_place_storage& other)
    {
        if (this != &other) {
            *this = in_place_storage(other);
        }
        return *this;
    }
    /// Leaves an empty one.
    in_place_storage& operator=(in_place_storage&& other) noexcept
    {
        in_place_storage taken(std::move(other));
        std::swap(bytes_, taken.bytes_);
        return *this;
    }
    ~in_place_storage()
    {
        if (is_apart()) {
            delete[] apart().text;
        }
    }

    /// Its bytes, and a NUL.
    const char* data() const noexcept { return is_apart() ? apart().text : bytes_.data(); }
    /// Bytes.
    std::size_t size() const noexcept
    {
        return is_apart() ? apart().size : in_place - static_cast<unsigned char>(bytes_[in_place]);
    }
    /// Whether the bytes are the same.
    static bool same(const in_place_storage& a, const in_place_storage& b) noexcept
    {
        return a.is_apart() || b.is_apart()
                   ? std::string_view(a.data(), a.size()) == std::string_view(b.data(), b.size())
                   : a.bytes_ == b.bytes_;
    }

private:
    /// One that has memory of its own.
    struct long_text {
        char* text;
        std::size_t size;
    };

    static constexpr unsigned char apart_mark = std::numeric_limits<unsigned char>::max();

    bool is_apart() const noexcept { return static_cast<unsigned char>(bytes_[in_place]) == apart_mark; }
    long_text apart() const noexcept
    {
        long_text found;
        std::memcpy(&found, bytes_.data(), sizeof found);
        return found;
    }
    void put(std::string_view text) // into an empty one
    {
        if (text.size() <= in_place) {
            text.copy(bytes_.data(), text.size());
            bytes_[in_place] = static_cast<char>(in_place - text.size());
            return;
        }
        const long_text fresh{new char[text.size() + 1], text.size()};
        fresh.text[text.copy(fresh.text, text.size())] = '\0';
        std::memcpy(bytes_.data(), &fresh, sizeof fresh);
        bytes_[in_place] = static_cast<char>(apart_mark);
    }

    // The text, then zeros, then how many more would fit, which is the NUL where none would; or a long_text
    // and the mark.
    alignas(long_text) std::array<char, in_place + 1> bytes_{};
};

/// The text of an id. The provider's ids have 24 characters, too many for the place that std::string has in
/// itself: here up to 31 take no memory of their own, and longer ones do. It reads as any basic_text.
using id_text = basic_text<in_place_storage>;

} // namespace videosdk::inline v0
