// Makes replies of bytes that come in pieces of any size, by hiredis' reader, in bounded memory.
#pragma once

#include "redis/reply.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct redisReader; // NOLINT: of hiredis

namespace videosdk::inline v0::redis {

class reply_reader {
public:
    /// A reply of more than `limit` bytes is refused; at most about twice as many are held.
    explicit reply_reader(std::size_t limit);

    enum class trouble : std::uint8_t { none = 1, malformed, too_long };

    void feed(std::string_view bytes);
    /// The next whole reply. Empty where more bytes are needed, and after any trouble.
    std::optional<reply> next();
    trouble failed() const noexcept { return trouble_; }
    /// What is wrong, for people; without a byte of any reply.
    const std::string& detail() const noexcept { return detail_; }
    /// Whether a part of a reply has come.
    bool started() const noexcept { return unread_ != 0; }

private:
    struct deleter {
        void operator()(redisReader* which) const noexcept;
    };
    void fail(trouble what, std::string detail);

    std::unique_ptr<redisReader, deleter> reader_;
    std::size_t limit_;
    std::size_t unread_ = 0; ///< Bytes fed since the last whole reply.
    trouble trouble_ = trouble::none;
    std::string detail_;
};

} // namespace videosdk::inline v0::redis
