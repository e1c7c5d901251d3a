// hiredis' reader, with objects of our own: what a peer announces is not allocated before it has come.
#include "redis/reply_reader.hpp"

#include <hiredis/read.h>
#include <new>
#include <utility>

namespace videosdk::inline v0::redis {
namespace {

constexpr int deepest = 7;

/// Puts the reply where it belongs: into the array around it, or alone. Called by a C library, which an
/// exception must not leave; what is null there is out of memory.
void* place(const redisReadTask* task, reply&& what) noexcept
{
    try {
        if (task->parent == nullptr) {
            return new reply(std::move(what));
        }
        int depth = 0;
        for (const redisReadTask* each = task->parent; each != nullptr; each = each->parent) {
            ++depth;
        }
        if (depth > deepest) {
            return nullptr;
        }
        // Only the array that is being filled grows, so that those around it stay where they are.
        return &static_cast<reply*>(task->parent->obj)->elements.emplace_back(std::move(what));
    } catch (const std::exception&) {
        return nullptr;
    }
}

void* make_text(const redisReadTask* task, char* bytes, std::size_t size) noexcept
{
    try {
        reply out;
        out.kind = task->type == REDIS_REPLY_ERROR    ? reply_kind::error
                   : task->type == REDIS_REPLY_STATUS ? reply_kind::status
                                                      : reply_kind::text;
        out.text.assign(bytes, size);
        return place(task, std::move(out));
    } catch (const std::exception&) {
        return nullptr;
    }
}

/// The library's versions differ in the type of the size.
template <class Size>
void* make_array(const redisReadTask* task, Size) noexcept
{
    reply out;
    out.kind = reply_kind::array;
    return place(task, std::move(out));
}

void* make_integer(const redisReadTask* task, long long value) noexcept
{
    reply out;
    out.kind = reply_kind::integer;
    out.number = value;
    return place(task, std::move(out));
}

void* make_nil(const redisReadTask* task) noexcept
{
    return place(task, reply());
}

void free_reply(void* which) noexcept
{
    delete static_cast<reply*>(which);
}

/// What later versions add (doubles and truth values) stays null, and is refused by the reader: they belong
/// to a protocol that is not asked for.
redisReplyObjectFunctions make_functions() noexcept
{
    redisReplyObjectFunctions out{};
    out.createString = make_text;
    out.createArray = make_array;
    out.createInteger = make_integer;
    out.createNil = make_nil;
    out.freeObject = free_reply;
    return out;
}

redisReplyObjectFunctions functions = make_functions();

} // namespace

void reply_reader::deleter::operator()(redisReader* which) const noexcept
{
    redisReaderFree(which);
}

reply_reader::reply_reader(std::size_t limit)
    : reader_(redisReaderCreateWithFunctions(&functions)), limit_(limit)
{
    if (!reader_) {
        throw std::bad_alloc();
    }
}

void reply_reader::fail(trouble what, std::string detail)
{
    trouble_ = what;
    detail_ = std::move(detail);
    reader_.reset();
}

void reply_reader::feed(std::string_view bytes)
{
    if (trouble_ != trouble::none) {
        return;
    }
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != 0) {
        throw std::bad_alloc();
    }
    unread_ += bytes.size();
}

std::optional<reply> reply_reader::next()
{
    if (trouble_ != trouble::none) {
        return std::nullopt;
    }
    void* whole = nullptr;
    if (redisReaderGetReply(reader_.get(), &whole) != 0) {
        // What hiredis says of it holds a byte of the reply: a file's, where Redis was asked for one.
        fail(trouble::malformed, reader_->err == REDIS_ERR_OOM
                                     ? "it is nested too deep, or of a kind that was not asked for"
                                     : "it does not follow the protocol of Redis (RESP2)");
        return std::nullopt;
    }
    if (whole != nullptr) {
        unread_ = reader_->len - reader_->pos;
        const std::unique_ptr<reply> owned(static_cast<reply*>(whole));
        return std::move(*owned);
    }
    if (unread_ > limit_) {
        fail(trouble::too_long, "it is longer than max_reply = " + std::to_string(limit_) + " bytes");
    }
    return std::nullopt;
}

} // namespace videosdk::inline v0::redis
