// What every fuzz target uses: the list of targets, a check that ends the program, and a cutter of inputs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

// The targets, each in the file of its name. Each takes any bytes, and aborts where a promise is broken.
void check_head(std::string_view input);
void request_reader(std::string_view input);
void server_requests(std::string_view input);
void webhook_receiver(std::string_view input);
void json_answers(std::string_view input);
void response_reader(std::string_view input);
void client_calls(std::string_view input);
void base64(std::string_view input);
void pem(std::string_view input);
void retry_after(std::string_view input);
void url(std::string_view input);
void proxy(std::string_view input);
void token(std::string_view input);
void redis_replies(std::string_view input); // where the component redis is built

/// Ends the program where a promise was not kept, and says which.
inline void require(bool kept, const char* promise)
{
    if (!kept) {
        std::fprintf(stderr, "a promise was broken: %s\n", promise);
        std::abort();
    }
}

/// Hands out a text in pieces. Their sizes follow from the text itself: an input is all that it takes to see
/// a failure again.
class cutter {
public:
    /// Pieces of 1 to `largest` bytes.
    cutter(std::string_view text, std::size_t largest) noexcept : rest_(text), largest_(largest)
    {
        for (const char c : text) {
            step(static_cast<unsigned char>(c)); // FNV-1a
        }
    }

    bool empty() const noexcept { return rest_.empty(); }
    /// Of at most `room` bytes.
    std::string_view next(std::size_t room) noexcept
    {
        step(0xA5);
        const std::size_t size = std::min({1 + state_ % largest_, room, rest_.size()});
        const std::string_view piece = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return piece;
    }

private:
    void step(unsigned char byte) noexcept { state_ = (state_ ^ byte) * 0x100000001B3U; }

    std::string_view rest_;
    std::size_t largest_;
    std::uint64_t state_ = 0xCBF29CE484222325U;
};

/// The line before the first line end; `text` keeps what follows.
inline std::string_view pop_line(std::string_view& text) noexcept
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// Whether what is meant for a log stays on one line.
inline bool is_one_line(std::string_view text) noexcept
{
    return std::ranges::none_of(text,
                                [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

} // namespace fuzz
