// The bytes of an answer: status line, the server's own headers, the handler's, body.
#include "http/server_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace videosdk::inline v0::http {
namespace {

void append_number(std::string& out, std::uint64_t value)
{
    std::array<char, 20> digits; // NOLINT: filled by to_chars
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

bool token(std::string_view name) noexcept
{
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    const auto fits = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    };
    return !name.empty() && std::ranges::all_of(name, fits);
}

bool field_value(std::string_view value) noexcept
{
    return std::ranges::none_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

bool framing_name(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 5> own = {"content-length", "transfer-encoding", "connection",
                                                     "date", "content-type"};
    return std::ranges::any_of(own, [&](std::string_view each) { return same_field_name(each, name); });
}

} // namespace

std::string_view reason_phrase(unsigned status) noexcept
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 205:
        return "Reset Content";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 402:
        return "Payment Required";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return status < 300   ? "Success"
               : status < 400 ? "Redirection"
               : status < 500 ? "Client Error"
                              : "Server Error";
    }
}

std::string_view unfit_answer(const server_response& answer) noexcept
{
    if (answer.status < 200 || answer.status > 599) {
        return "a status outside of 200 to 599";
    }
    if (!field_value(answer.content_type)) {
        return "a control byte in the content type";
    }
    for (const auto& [name, value] : answer.headers) {
        if (!token(name) || !field_value(value)) {
            return "a header that is none";
        }
        if (framing_name(name)) {
            return "a header that is the server's own";
        }
    }
    const auto allow = [](const auto& header) { return same_field_name(header.first, "allow"); };
    if (answer.status == 405 && std::ranges::none_of(answer.headers, allow)) {
        return "a 405 without the header Allow"; // RFC 9110 15.5.6
    }
    return {};
}

void write_answer(std::string& out, const server_response& answer, const answer_frame& frame)
{
    // RFC 9110 6.4.1: no content in the answer to HEAD and in these.
    const bool bare = answer.status == 204 || answer.status == 304;
    const bool empty = bare || answer.status == 205;
    const bool with_body = !empty && !frame.head_only;
    out.assign("HTTP/1.1 ");
    append_number(out, answer.status);
    out.append(1, ' ').append(reason_phrase(answer.status)).append("\r\nDate: ").append(frame.date);
    if (!empty && !answer.content_type.empty()) {
        out.append("\r\nContent-Type: ").append(answer.content_type);
    }
    // RFC 9110 8.6: a 204 has no length; a 304, and an answer to HEAD, none but that of the answer to GET,
    // which a handler that gives no body to HEAD does not tell. 15.3.6: a 205 says that it is empty.
    if (!bare && !(frame.head_only && answer.body.empty())) {
        out.append("\r\nContent-Length: ");
        append_number(out, empty ? 0 : answer.body.size());
    }
    if (!frame.keep_alive) {
        out.append("\r\nConnection: close");
    } else if (frame.minor_version == 0) {
        out.append("\r\nConnection: keep-alive");
    }
    for (const auto& [name, value] : answer.headers) {
        out.append("\r\n").append(name).append(": ").append(value);
    }
    out.append("\r\n\r\n");
    if (with_body) {
        out.append(answer.body);
    }
}

server_response bare_answer(unsigned status, std::string_view text)
{
    std::string body(text.empty() ? reason_phrase(status) : text);
    body.append(1, '\n');
    return server_response(status, std::move(body), "text/plain");
}

server_response busy_answer(std::string_view text)
{
    server_response answer = bare_answer(503, text);
    answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

} // namespace videosdk::inline v0::http
