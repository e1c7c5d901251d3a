// An id of the provider's, which stands in its place instead of on the heap.
#pragma once

#include <videosdk/config.hpp>

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstring>
#if __has_include(<format>)
#include <format>
#endif
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace videosdk::inline v0 {

/// The text of an id. The provider's ids have 24 characters, too many for the place that std::string has in
/// itself: here up to 31 take no memory of their own, and longer ones do. Reads, compares, hashes and prints
/// as that text; becomes a std::string_view, which ends with it, and a std::string where one is wanted. Say
/// view() where neither is clear, as for overloads that take either, for `?:`, and for what takes other
/// views. A reference to a std::string is one to a copy: what a function makes of it must not outlive the
/// statement. Any bytes; a NUL follows the last. As thread-safe as std::string.
class id_text {
    template <class Text>
    static constexpr bool is_text = std::is_convertible_v<const Text&, std::string_view> &&
                                    !std::is_same_v<Text, id_text> && !std::is_same_v<Text, std::nullptr_t>;

public:
    using value_type = char;            ///< As of std::string.
    using size_type = std::size_t;      ///< As of std::string.
    using const_iterator = const char*; ///< As of std::string.
    using iterator = const_iterator;    ///< An id is not changed in parts.

    /// Bytes that stand in place.
    static constexpr std::size_t in_place = 31;

    /// An empty one.
    id_text() noexcept { bytes_[in_place] = static_cast<char>(in_place); }
    /// A copy of a std::string, a literal, or of what else becomes a std::string_view. Throws std::bad_alloc.
    template <class Text>
        requires is_text<Text>
    id_text(const Text& text) : id_text()
    {
        put(std::string_view(text));
    }
    id_text(std::nullptr_t) = delete;
    /// Throws std::bad_alloc.
    id_text(const id_text& other) : bytes_(other.bytes_)
    {
        if (other.is_apart()) {
            bytes_ = id_text().bytes_;
            put(other.view());
        }
    }
    /// Leaves an empty one.
    id_text(id_text&& other) noexcept : bytes_(std::exchange(other.bytes_, id_text().bytes_)) {}
    /// Throws std::bad_alloc, and has changed nothing then.
    id_text& operator=(const id_text& other)
    {
        if (this != &other) {
            *this = id_text(other);
        }
        return *this;
    }
    /// Leaves an empty one.
    id_text& operator=(id_text&& other) noexcept
    {
        id_text taken(std::move(other));
        std::swap(bytes_, taken.bytes_);
        return *this;
    }
    ~id_text()
    {
        if (is_apart()) {
            delete[] apart().text;
        }
    }

    /// Its text, while it lives and is not assigned to.
    std::string_view view() const noexcept { return {data(), size()}; }
    operator std::string_view() const noexcept { return view(); } ///< view()
    operator std::string() const { return std::string(view()); }  ///< A copy. Throws std::bad_alloc.

    /// Its bytes, and a NUL.
    const char* data() const noexcept { return is_apart() ? apart().text : bytes_.data(); }
    const char* c_str() const noexcept { return data(); } ///< data()
    std::size_t size() const noexcept                     ///< Bytes.
    {
        return is_apart() ? apart().size : in_place - static_cast<unsigned char>(bytes_[in_place]);
    }
    std::size_t length() const noexcept { return size(); }            ///< size()
    bool empty() const noexcept { return size() == 0; }               ///< Whether it has no bytes.
    void clear() noexcept { *this = id_text(); }                      ///< Makes it empty.
    const char* begin() const noexcept { return data(); }             ///< Its first byte.
    const char* end() const noexcept { return data() + size(); }      ///< Behind its last byte.
    void swap(id_text& other) noexcept { bytes_.swap(other.bytes_); } ///< Each is the other then.

    /// The byte at a place below size(), or the NUL there.
    const char& operator[](std::size_t at) const noexcept { return data()[at]; }
    const char& front() const noexcept { return data()[0]; }         ///< Its first byte, or the NUL.
    const char& back() const noexcept { return data()[size() - 1]; } ///< Its last byte, if any.
    /// As of std::string.
    std::string substr(std::size_t from, std::size_t most = std::string_view::npos) const
    {
        return std::string(view().substr(from, most));
    }
    /// As of std::string.
    std::size_t find(std::string_view what, std::size_t from = 0) const noexcept
    {
        return view().find(what, from);
    }
    /// As of std::string.
    int compare(std::string_view other) const noexcept { return view().compare(other); }
    /// As of std::string.
    bool starts_with(std::string_view what) const noexcept { return view().starts_with(what); }
    /// As of std::string.
    bool ends_with(std::string_view what) const noexcept { return view().ends_with(what); }

    /// Whether the bytes are the same.
    friend bool operator==(const id_text& a, const id_text& b) noexcept
    {
        return a.is_apart() || b.is_apart() ? a.view() == b.view() : a.bytes_ == b.bytes_;
    }
    /// By bytes, as std::string_view has it.
    friend std::strong_ordering operator<=>(const id_text& a, const id_text& b) noexcept
    {
        return a.view() <=> b.view();
    }
    /// Whether the bytes are those of a text.
    template <class Text>
        requires is_text<Text>
    friend bool operator==(const id_text& a, const Text& b) noexcept
    {
        return a.view() == std::string_view(b);
    }
    /// By bytes, as std::string_view has it.
    template <class Text>
        requires is_text<Text>
    friend std::strong_ordering operator<=>(const id_text& a, const Text& b) noexcept
    {
        return a.view() <=> std::string_view(b);
    }

    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(std::string left, const id_text& right)
    {
        left += right.view();
        return left;
    }
    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(const id_text& left, std::string_view right)
    {
        std::string both(left.view());
        both += right;
        return both;
    }

    /// The two one after the other. Throws std::bad_alloc.
    template <std::same_as<id_text> Id> // so that a text does not become one
    friend std::string operator+(const Id& left, const Id& right)
    {
        return left + right.view();
    }
    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(char left, const id_text& right) { return std::string(1, left) + right; }
    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(const id_text& left, char right)
    {
        return left + std::string_view(&right, 1);
    }

    /// For Boost's tables: std::hash<id_text>.
    friend std::size_t hash_value(const id_text& value) noexcept
    {
        return std::hash<std::string_view>()(value.view());
    }

    /// The text.
    friend std::ostream& operator<<(std::ostream& stream, const id_text& value)
    {
        return stream << value.view();
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

} // namespace videosdk::inline v0

/// As the hash of its text.
template <>
struct std::hash<videosdk::id_text> {
    /// That of the std::string_view.
    std::size_t operator()(const videosdk::id_text& value) const noexcept { return hash_value(value); }
};

// For the algorithms of std::ranges: neither an id nor a string would do, since each becomes the other.

/// What an id and a text are compared as.
template <template <class> class IdQualifiers, template <class> class TextQualifiers>
struct std::basic_common_reference<videosdk::id_text, std::string, IdQualifiers, TextQualifiers> {
    using type = std::string_view; ///< Of both.
};

/// What an id and a text are compared as.
template <template <class> class TextQualifiers, template <class> class IdQualifiers>
struct std::basic_common_reference<std::string, videosdk::id_text, TextQualifiers, IdQualifiers> {
    using type = std::string_view; ///< Of both.
};

/// What an id and a text are compared as.
template <template <class> class IdQualifiers, template <class> class TextQualifiers>
struct std::basic_common_reference<videosdk::id_text, std::string_view, IdQualifiers, TextQualifiers> {
    using type = std::string_view; ///< Of both.
};

/// What an id and a text are compared as.
template <template <class> class TextQualifiers, template <class> class IdQualifiers>
struct std::basic_common_reference<std::string_view, videosdk::id_text, TextQualifiers, IdQualifiers> {
    using type = std::string_view; ///< Of both.
};

#ifdef __cpp_lib_format
/// As the text.
template <>
struct std::formatter<videosdk::id_text> : std::formatter<std::string_view> {
    /// Writes it.
    template <class Context>
    auto format(const videosdk::id_text& value, Context& context) const
    {
        return std::formatter<std::string_view>::format(value.view(), context);
    }
};
#endif
