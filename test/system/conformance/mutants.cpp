// What the mutations are made from.
#include "mutants.hpp"

#include "place.hpp"

#include <utility>

namespace conformance {

void mutant_list::add(std::string kind, std::string where, std::string bytes)
{
    if (known_.insert(bytes).second) {
        all_.push_back({std::move(kind), std::move(where), std::move(bytes)});
    }
}

const std::vector<framing>& framings()
{
    static const std::vector<framing> all = {
        {"Content-Length", "12", "Host: a\r\n", "hello, world"},
        {"Transfer-Encoding", "chunked", "Host: a\r\n", "5\r\nhello\r\n0\r\n\r\n"},
        {"Host", "example.com", "", ""},
        {"Connection", "close", "Host: a\r\n", ""},
        {"Expect", "100-continue", "Host: a\r\nContent-Length: 5\r\n", "hello"},
    };
    return all;
}

std::vector<framing> smuggling_framings()
{
    return {framings().begin(), framings().begin() + 3};
}

std::string request_with(const std::string& lines, const std::string& body, const std::string& version)
{
    return "POST /first " + version + "\r\n" + lines + "\r\n" + body + smuggled;
}

} // namespace conformance
