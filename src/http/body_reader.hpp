// Reads the body of one request, by its length or in chunks: pure, incremental and bounded.
#pragma once

#include "http/head.hpp"

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
    unsigned status = 0;    ///< 400 or 413.
    const char* reason = "";
};

/// RFC 9112 6 and 7, strictly: chunk sizes are 1 to 16 hexadecimal digits and nothing else, chunk extensions
/// and trailers are refused, lines end in CR LF. Refuses as early as the bytes allow.
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
        size_lf,
        chunk_data,
        data_cr,
        data_lf,
        last_cr,
        last_lf,
        complete,
        refused
    };
    void framing(char c) noexcept;
    void size_digit(char c) noexcept;
    void refuse(unsigned status, const char* reason) noexcept;

    state state_ = state::complete;
    std::uint64_t left_ = 0; ///< Of the body or of the chunk.
    std::uint64_t room_ = 0; ///< What the chunks to come may hold together.
    int digits_ = 0;
    unsigned status_ = 0;
    const char* reason_ = "";
};

} // namespace videosdk::inline v0::http
