// Reads the body of one request, by its length or in chunks: pure, incremental and bounded.
#pragma once

#include "http/head.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace videosdk::inline v0::http {

/// What body_reader::next() made of the bytes.
struct body_step {
    enum class kind : std::uint8_t {
        needs_more, ///< All bytes were consumed, and the body has not ended.
        piece,      ///< `piece` belongs to the body; call again with what follows `consumed`.
        complete,   ///< The body has ended; what follows `consumed` belongs to the next request.
        refused     ///< Answer `status` and close.
    };
    kind what = kind::needs_more;
    std::size_t consumed = 0;
    std::string_view piece; ///< Points into the bytes given; its end is `consumed`.
    unsigned status = 0;    ///< 400, 413 or 431.
    const char* reason = "";
};

/// RFC 9112 6 and 7, strictly: chunk sizes are 1 to 16 hexadecimal digits, lines end in CR LF. Chunk
/// extensions and trailers that are well-formed and short are thrown away; those that are not are refused, as
/// are trailers that RFC 9110 6.5.1 forbids: what frames, routes, authenticates, or says how to read the
/// content. Refuses as early as the bytes allow.
class body_reader {
public:
    body_reader() = default;
    /// A body beyond `max_body` is refused: by its declared length before its first byte.
    body_reader(const checked_head& head, std::size_t max_body) noexcept;

    body_step next(std::string_view bytes) noexcept;

private:
    enum class state : std::uint8_t {
        sized_data,
        size_first,
        size_more,
        extension_due,        // blanks, and then a `;`
        extension_name_first, // behind the `;`
        extension_name,
        extension_name_end, // blanks behind a name
        extension_value_first,
        extension_value,
        extension_quoted,
        extension_escaped,
        extension_quoted_end,
        size_lf,
        chunk_data,
        data_cr,
        data_lf,
        trailer_first, // at a line's begin
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf,
        complete,
        refused
    };
    void framing(char c) noexcept;
    void size_digit(char c) noexcept;
    void extension(char c) noexcept;
    void behind_extension(char c) noexcept;
    void trailer(char c) noexcept;
    void expect(char c, char wanted, state after, const char* reason) noexcept;
    bool forbidden_trailer() const noexcept;
    void refuse(unsigned status, const char* reason) noexcept;

    state state_ = state::complete;
    std::uint64_t left_ = 0; ///< Of the body or of the chunk.
    std::uint64_t room_ = 0; ///< What the chunks to come may hold together.
    int digits_ = 0;
    std::size_t extensions_ = 0;     ///< Bytes of them so far, in all chunks.
    std::size_t trailers_ = 0;       ///< Bytes of them so far.
    std::array<char, 24> letters_{}; ///< Of the trailer's name: those of its bytes that no reader overlooks.
    std::size_t letter_count_ = 0;
    unsigned status_ = 0;
    const char* reason_ = "";
};

} // namespace videosdk::inline v0::http
