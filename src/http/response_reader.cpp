// Response reading on Beast's incremental parser, with fields and body kept in place.
#include "http/response_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>

namespace videosdk::inline v0::http {
namespace {

using boost::beast::error_code;
using boost::beast::string_view;
namespace beast_http = boost::beast::http;

constexpr std::size_t first_buffer = 4096;
constexpr std::size_t most_kept = 64 * 1024; // from one response to the next
constexpr unsigned most_interim = 16;

/// A stretch of the buffer; offsets, because the buffer may move while it grows.
struct stretch {
    std::size_t begin = 0;
    std::size_t size = 0;
};

struct field {
    stretch name;
    stretch value;
};

/// Notes where fields and body lie instead of copying them.
class in_place_parser final : private beast_http::basic_parser<false> {
public:
    using base = beast_http::basic_parser<false>;
    using base::chunked;
    using base::is_done;
    using base::is_header_done;
    using base::keep_alive;
    using base::need_eof;

    in_place_parser(std::vector<char>& buffer, std::vector<field>& fields, const response_limits& limits)
        : buffer_(buffer), fields_(fields)
    {
        eager(true);
        // Exceeded by nothing that head_is_too_long() lets through: Beast's own counting depends on the cut.
        header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(limits.max_head, UINT32_MAX - 1) + 1));
        body_limit(limits.max_body);
        fields_.clear();
    }

    std::size_t take(std::size_t from, std::size_t to, error_code& failure)
    {
        return put(asio::const_buffer(buffer_.data() + from, to - from), failure);
    }

    void take_end(error_code& failure) { put_eof(failure); }

    unsigned status() const noexcept { return status_; }
    stretch body() const noexcept { return body_; }

private:
    std::size_t offset(const char* place) const noexcept
    {
        return static_cast<std::size_t>(place - buffer_.data());
    }

    bool inside(string_view text) const noexcept
    {
        return text.data() >= buffer_.data() && text.data() + text.size() <= buffer_.data() + buffer_.size();
    }

    void add_body(string_view part) noexcept
    {
        if (body_.size == 0) {
            body_.begin = offset(part.data());
        } else if (offset(part.data()) != body_.begin + body_.size) {
            std::memmove(buffer_.data() + body_.begin + body_.size, part.data(), part.size());
        }
        body_.size += part.size();
    }

    void on_request_impl(beast_http::verb, string_view, string_view, int, error_code&) override {}

    void on_response_impl(int code, string_view, int, error_code&) override
    {
        status_ = static_cast<unsigned>(code);
    }

    void on_field_impl(beast_http::field, string_view name, string_view value, error_code&) override
    {
        stretch where{offset(value.data()), value.size()};
        if (value.empty()) {
            where.begin = offset(name.data());
        } else if (!inside(value)) {
            // A folded line, unfolded elsewhere by the parser: it is shorter than what it stood as, behind
            // the colon.
            where.begin = offset(name.data()) + name.size() + 1;
            std::memcpy(buffer_.data() + where.begin, value.data(), value.size());
        }
        fields_.push_back({{offset(name.data()), name.size()}, where});
    }

    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

    std::size_t on_body_impl(string_view part, error_code&) override
    {
        add_body(part);
        return part.size();
    }

    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code&) override
    {
        add_body(part);
        return part.size();
    }

    void on_finish_impl(error_code&) override {}

    std::vector<char>& buffer_;
    std::vector<field>& fields_;
    unsigned status_ = 0;
    stretch body_;
};

errc meaning(const error_code& failure) noexcept
{
    using error = beast_http::error;
    if (failure == error::header_limit || failure == error::body_limit || failure == error::buffer_overflow) {
        return errc::response_too_large;
    }
    if (failure == error::partial_message || failure == error::end_of_stream) {
        return errc::truncated_response;
    }
    return errc::malformed_response;
}

std::string limit_text(const char* option, std::size_t bytes)
{
    return std::string("pool.") + option + " is " + std::to_string(bytes) + " bytes";
}

/// With the option to change, where the answer is right but for its size.
std::string in_words(const error_code& failure, const response_limits& limits)
{
    using error = beast_http::error;
    if (failure == error::header_limit) {
        return "its head is too long (" + limit_text("max_response_head", limits.max_head) + ")";
    }
    if (failure == error::body_limit) {
        return "its body is too long (" + limit_text("max_response_body", limits.max_body) + ")";
    }
    return failure.message();
}

} // namespace

struct response_reader::parts {
    std::optional<in_place_parser> parser;
    std::vector<field> fields;
};

response_reader::response_reader(const response_limits& limits)
    : limits_(limits), parts_(std::make_unique<parts>())
{
    reset();
}

response_reader::~response_reader() = default;

void response_reader::reset()
{
    if (buffer_.size() > most_kept) {
        std::vector<char>(first_buffer).swap(buffer_);
    }
    filled_ = 0;
    parsed_ = 0;
    begin_ = 0;
    searched_ = 0;
    status_ = 0;
    interim_ = 0;
    headers_.clear();
    detail_.clear();
    parts_->parser.emplace(buffer_, parts_->fields, limits_);
}

std::span<char> response_reader::prepare()
{
    if (filled_ == buffer_.size()) {
        make_room();
    }
    return {buffer_.data() + filled_, buffer_.size() - filled_};
}

void response_reader::make_room()
{
    // What a chunked body leaves behind between its chunks is closed up before the buffer grows.
    const stretch body = parts_->parser->body();
    if (const std::size_t end = body.begin + body.size; body.size != 0 && parsed_ > end + first_buffer) {
        std::memmove(buffer_.data() + end, buffer_.data() + parsed_, filled_ - parsed_);
        filled_ -= parsed_ - end;
        parsed_ = end;
        return;
    }
    buffer_.resize(std::max(first_buffer, buffer_.size() * 2));
}

response_reader::state response_reader::commit(std::size_t count)
{
    filled_ += count;
    return parse();
}

// Beast asserts that it is not asked twice about a last chunk of which four bytes have come. Behind a head at
// least five follow.
bool response_reader::too_few_for_a_chunk() const noexcept
{
    return parts_->parser->is_header_done() && parts_->parser->chunked() &&
           parts_->parser->body().size == 0 && filled_ - parsed_ < std::string_view("0\r\n\r\n").size();
}

bool response_reader::head_is_too_long() noexcept
{
    if (parts_->parser->is_header_done()) {
        return false;
    }
    constexpr std::string_view mark = "\r\n\r\n";
    const std::string_view bytes(buffer_.data(), filled_);
    const std::size_t from = std::max(begin_, searched_);
    const std::size_t end = bytes.find(mark, from);
    searched_ = std::max(begin_, filled_ - std::min(filled_, mark.size() - 1));
    return (end == std::string_view::npos ? filled_ : end + mark.size()) - begin_ > limits_.max_head;
}

response_reader::state response_reader::parse()
{
    for (;;) {
        if (head_is_too_long()) {
            return fail(errc::response_too_large,
                        "its head is too long (" + limit_text("max_response_head", limits_.max_head) + ")");
        }
        if (too_few_for_a_chunk() && !parts_->parser->is_done()) {
            return state::needs_more;
        }
        error_code failure;
        parsed_ += parts_->parser->take(parsed_, filled_, failure);
        if (failure == beast_http::error::need_more) {
            // The parser sets no bound to a chunk's extensions.
            return filled_ - parsed_ <= limits_.max_head + first_buffer
                       ? state::needs_more
                       : fail(errc::response_too_large,
                              "a line between chunks is longer than a head may be (" +
                                  limit_text("max_response_head", limits_.max_head) + ")");
        }
        if (failure) {
            return fail(meaning(failure), in_words(failure, limits_));
        }
        if (parts_->parser->is_header_done() && parts_->parser->status() < 100) {
            return fail(errc::malformed_response, "a status below 100");
        }
        if (!parts_->parser->is_done()) {
            return state::needs_more;
        }
        const unsigned status = parts_->parser->status();
        if (status == 101) {
            return fail(errc::malformed_response, "an upgrade (101) that nobody asked for");
        }
        if (status >= 200) {
            return finish();
        }
        // An interim response (100, 103): the real one follows.
        if (++interim_ > most_interim) {
            return fail(errc::response_too_large, "interim responses without end");
        }
        parts_->parser.emplace(buffer_, parts_->fields, limits_);
        begin_ = parsed_;
        searched_ = parsed_;
        if (parsed_ == filled_) {
            return state::needs_more;
        }
    }
}

// Beast parses the beginning of a head once, and then waits for the head's end. Parsed as a whole, a head
// that was never going to end is told from one that was cut off, however its bytes came; and so is a first
// chunk.
bool response_reader::beginning_is_malformed()
{
    if (parts_->parser->is_header_done() && !too_few_for_a_chunk()) {
        return false;
    }
    parts_->parser.emplace(buffer_, parts_->fields, limits_);
    error_code failure;
    parts_->parser->take(begin_, filled_, failure);
    if (!failure || failure == beast_http::error::need_more) {
        return false;
    }
    fail(meaning(failure), in_words(failure, limits_));
    return true;
}

response_reader::state response_reader::commit_end(bool truncated)
{
    if (beginning_is_malformed()) {
        return state::failed;
    }
    if (!parts_->parser->is_header_done() || !parts_->parser->need_eof()) {
        return fail(errc::truncated_response, "the connection ended in the middle of the response");
    }
    if (truncated) {
        return fail(errc::truncated_response,
                    "the TLS connection ended without close_notify in a body without length");
    }
    error_code failure;
    parts_->parser->take_end(failure);
    if (failure) {
        return fail(meaning(failure), in_words(failure, limits_));
    }
    return finish();
}

response_reader::state response_reader::fail(errc why, std::string detail)
{
    failure_ = why;
    detail_ = std::move(detail);
    return state::failed;
}

response_reader::state response_reader::finish()
{
    status_ = parts_->parser->status();
    for (const field& each : parts_->fields) {
        headers_.push_back({{buffer_.data() + each.name.begin, each.name.size},
                            {buffer_.data() + each.value.begin, each.value.size}});
    }
    return state::complete;
}

std::string_view response_reader::body() const noexcept
{
    const stretch body = parts_->parser->body();
    return {buffer_.data() + body.begin, body.size};
}

std::optional<std::string_view> response_reader::header(std::string_view name) const noexcept
{
    for (const header_view& each : headers_) {
        if (boost::beast::iequals(each.name, name)) {
            return each.value;
        }
    }
    return std::nullopt;
}

bool response_reader::reusable() const noexcept
{
    return parts_->parser->is_done() && parts_->parser->keep_alive() && parsed_ == filled_;
}

} // namespace videosdk::inline v0::http
