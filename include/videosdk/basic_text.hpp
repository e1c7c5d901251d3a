// A text that reads like a std::string and is kept otherwise: what id_text and shared_text have in common.
#pragma once

#include <videosdk/config.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#if __has_include(<format>)
#include <format>
#endif
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace videosdk::inline v0 {

/// Reads, compares, hashes and prints as its text; becomes a std::string_view, which ends with it, and a
/// std::string where one is wanted. Say view() where neither is clear, as for overloads that take either, for
/// `?:`, and for what takes other views. A reference to a std::string is one to a copy: what a function makes
/// of it must not outlive the statement. Any bytes; a NUL follows the last. It is assigned to as a whole, and
/// as thread-safe as std::string: several threads may read one, and those that share memory know nothing of
/// each other. `Storage` is the library's: in_place_storage or shared_storage.
template <class Storage>
class basic_text {
    template <class Text>
    static constexpr bool is_text =
        std::is_convertible_v<const Text&, std::string_view> && !std::is_same_v<Text, basic_text> &&
        !std::is_same_v<Text, std::nullptr_t>;

public:
    using value_type = char;            ///< As of std::string.
    using size_type = std::size_t;      ///< As of std::string.
    using const_iterator = const char*; ///< As of std::string.
    using iterator = const_iterator;    ///< A text is not changed in parts.

    /// An empty one.
    basic_text() noexcept = default;
    /// A copy of a std::string, a literal, or of what else becomes a std::string_view. Throws std::bad_alloc.
    template <class Text>
        requires is_text<Text>
    basic_text(const Text& text) : storage_(std::string_view(text))
    {
    }
    basic_text(std::nullptr_t) = delete;

    /// Its text, while it lives and is not assigned to.
    std::string_view view() const noexcept { return {data(), size()}; }
    operator std::string_view() const noexcept { return view(); } ///< view()
    operator std::string() const { return std::string(view()); }  ///< A copy. Throws std::bad_alloc.

    /// Its bytes, and a NUL.
    const char* data() const noexcept { return storage_.data(); }
    const char* c_str() const noexcept { return data(); }         ///< data()
    std::size_t size() const noexcept { return storage_.size(); } ///< Bytes.
    std::size_t length() const noexcept { return size(); }        ///< size()
    bool empty() const noexcept { return size() == 0; }           ///< Whether it has no bytes.
    void clear() noexcept { *this = basic_text(); }               ///< Makes it empty.
    const char* begin() const noexcept { return data(); }         ///< Its first byte.
    const char* end() const noexcept { return data() + size(); }  ///< Behind its last byte.
    /// Each is the other then.
    void swap(basic_text& other) noexcept { std::swap(storage_, other.storage_); }

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
    std::size_t find(char what, std::size_t from = 0) const noexcept { return view().find(what, from); }
    /// As of std::string.
    std::size_t rfind(std::string_view what, std::size_t from = std::string_view::npos) const noexcept
    {
        return view().rfind(what, from);
    }
    /// As of std::string.
    std::size_t rfind(char what, std::size_t from = std::string_view::npos) const noexcept
    {
        return view().rfind(what, from);
    }
    /// As of std::string.
    int compare(std::string_view other) const noexcept { return view().compare(other); }
    /// As of std::string.
    bool starts_with(std::string_view what) const noexcept { return view().starts_with(what); }
    /// As of std::string.
    bool ends_with(std::string_view what) const noexcept { return view().ends_with(what); }

    /// Whether the bytes are the same.
    friend bool operator==(const basic_text& a, const basic_text& b) noexcept
    {
        return Storage::same(a.storage_, b.storage_);
    }
    /// By bytes, as std::string_view has it.
    friend std::strong_ordering operator<=>(const basic_text& a, const basic_text& b) noexcept
    {
        return a.view() <=> b.view();
    }
    /// Whether the bytes are those of a text.
    template <class Text>
        requires is_text<Text>
    friend bool operator==(const basic_text& a, const Text& b) noexcept
    {
        return a.view() == std::string_view(b);
    }
    /// By bytes, as std::string_view has it.
    template <class Text>
        requires is_text<Text>
    friend std::strong_ordering operator<=>(const basic_text& a, const Text& b) noexcept
    {
        return a.view() <=> std::string_view(b);
    }

    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(std::string left, const basic_text& right)
    {
        left += right.view();
        return left;
    }
    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(const basic_text& left, std::string_view right)
    {
        std::string both(left.view());
        both += right;
        return both;
    }

    /// The two one after the other. Throws std::bad_alloc.
    template <std::same_as<basic_text> Itself> // so that a text does not become one
    friend std::string operator+(const Itself& left, const Itself& right)
    {
        return left + right.view();
    }
    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(char left, const basic_text& right) { return std::string(1, left) + right; }
    /// The two one after the other. Throws std::bad_alloc.
    friend std::string operator+(const basic_text& left, char right)
    {
        return left + std::string_view(&right, 1);
    }

    /// For Boost's tables: std::hash of it.
    friend std::size_t hash_value(const basic_text& value) noexcept
    {
        return std::hash<std::string_view>()(value.view());
    }

    /// The text.
    friend std::ostream& operator<<(std::ostream& stream, const basic_text& value)
    {
        return stream << value.view();
    }

private:
    Storage storage_;
};

/// The two one after the other. Throws std::bad_alloc.
template <class Left, class Right>
    requires(!std::is_same_v<Left, Right>)
std::string operator+(const basic_text<Left>& left, const basic_text<Right>& right)
{
    return left + right.view();
}

} // namespace videosdk::inline v0

/// As the hash of its text.
template <class Storage>
struct std::hash<videosdk::basic_text<Storage>> {
    /// That of the std::string_view.
    std::size_t operator()(const videosdk::basic_text<Storage>& value) const noexcept
    {
        return hash_value(value);
    }
};

// For the algorithms of std::ranges: neither a text nor a string would do, since each becomes the other.

/// What the two are compared as.
template <class Storage, template <class> class Qualifiers, template <class> class OtherQualifiers>
struct std::basic_common_reference<videosdk::basic_text<Storage>, std::string, Qualifiers, OtherQualifiers> {
    using type = std::string_view; ///< Of both.
};

/// What the two are compared as.
template <class Storage, template <class> class OtherQualifiers, template <class> class Qualifiers>
struct std::basic_common_reference<std::string, videosdk::basic_text<Storage>, OtherQualifiers, Qualifiers> {
    using type = std::string_view; ///< Of both.
};

/// What the two are compared as.
template <class Storage, template <class> class Qualifiers, template <class> class OtherQualifiers>
struct std::basic_common_reference<videosdk::basic_text<Storage>, std::string_view, Qualifiers,
                                   OtherQualifiers> {
    using type = std::string_view; ///< Of both.
};

/// What the two are compared as.
template <class Storage, template <class> class OtherQualifiers, template <class> class Qualifiers>
struct std::basic_common_reference<std::string_view, videosdk::basic_text<Storage>, OtherQualifiers,
                                   Qualifiers> {
    using type = std::string_view; ///< Of both.
};

/// What the two are compared as.
template <class Left, class Right, template <class> class LeftQualifiers,
          template <class> class RightQualifiers>
    requires(!std::is_same_v<Left, Right>)
struct std::basic_common_reference<videosdk::basic_text<Left>, videosdk::basic_text<Right>, LeftQualifiers,
                                   RightQualifiers> {
    using type = std::string_view; ///< Of both.
};

#ifdef __cpp_lib_format
/// As the text.
template <class Storage>
struct std::formatter<videosdk::basic_text<Storage>> : std::formatter<std::string_view> {
    /// Writes it.
    template <class Context>
    auto format(const videosdk::basic_text<Storage>& value, Context& context) const
    {
        return std::formatter<std::string_view>::format(value.view(), context);
    }
};
#endif
