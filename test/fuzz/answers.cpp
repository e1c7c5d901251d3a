// RFC 9112 to the letter: status line, fields, and a body of the length that was said.
#include "answers.hpp"

#include "fuzz.hpp"

#include <charconv>

namespace fuzz {
namespace {

std::string_view pop_crlf_line(std::string_view& bytes)
{
    const std::size_t end = bytes.find("\r\n");
    require(end != std::string_view::npos, "every line of an answer's head ends in CR LF");
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    require(is_one_line(line), "no control byte stands in an answer's head");
    return line;
}

std::size_t number(std::string_view digits)
{
    std::size_t value = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    require(!digits.empty() && end.ec == std::errc() && end.ptr == digits.data() + digits.size(),
            "a length is a number");
    return value;
}

} // namespace

std::string_view seen_answer::header(std::string_view name) const
{
    for (const auto& [each, value] : headers) {
        if (each == name) {
            return value;
        }
    }
    return {};
}

seen_answer pop_answer(std::string_view& bytes, bool to_head)
{
    seen_answer answer;
    const std::string_view line = pop_crlf_line(bytes);
    require(line.size() > 13 && line.starts_with("HTTP/1.1 ") && line[12] == ' ',
            "an answer begins with a status line");
    answer.status = static_cast<int>(number(line.substr(9, 3)));
    require(answer.status >= 100 && answer.status <= 599, "a status is from 100 to 599");
    for (std::string_view field = pop_crlf_line(bytes); !field.empty(); field = pop_crlf_line(bytes)) {
        const std::size_t colon = field.find(": ");
        require(colon != std::string_view::npos && colon > 0, "a field has a name and a value");
        const std::string_view name = field.substr(0, colon);
        require(name != "Transfer-Encoding" && answer.header(name).empty(), "no field of ours comes twice");
        answer.headers.emplace_back(name, field.substr(colon + 2));
    }
    const bool without_length = answer.status < 200 || answer.status == 204;
    const std::string_view length = answer.header("Content-Length");
    require(length.empty() == without_length, "an answer that may have a body says how long it is");
    if (!without_length && !to_head) {
        const std::size_t size = number(length);
        require(size <= bytes.size(), "a body is as long as its answer says");
        answer.body = bytes.substr(0, size);
        bytes.remove_prefix(size);
    }
    return answer;
}

} // namespace fuzz
