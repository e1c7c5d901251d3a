// What looks odd and is right: the mutations over which no two readers of the RFCs differ.
#include "mutants.hpp"

#include <cctype>

namespace conformance {
namespace {

using namespace std::string_literals;

class harmless_list {
public:
    /// `POST /first` with these header lines.
    void add(std::string kind, std::string where, const std::string& lines, const std::string& raw = {},
             std::string body = {}, const std::string& version = "HTTP/1.1")
    {
        add_whole(std::move(kind), std::move(where), "POST /first " + version + "\r\n" + lines + "\r\n" + raw,
                  std::move(body));
    }
    void add_whole(std::string kind, std::string where, std::string bytes, std::string body = {})
    {
        all.push_back({std::move(kind), std::move(where), std::move(bytes), std::move(body)});
    }
    std::vector<harmless> all;
};

std::string cased(std::string text, int how)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool upper = how == 0 || (how == 2 && i % 2 == 0) || (how == 3 && i % 3 == 0);
        text[i] = static_cast<char>(upper ? std::toupper(c) : std::tolower(c));
    }
    return text;
}

const std::string hello = "5\r\nhello\r\n0\r\n\r\n";

void add_blanks(harmless_list& to)
{
    for (const auto& before : {""s, " "s, "\t"s, "  "s, " \t "s, std::string(100, ' ')}) {
        for (const auto& after : {""s, " "s, "\t"s, "\t \t"s, std::string(100, '\t')}) {
            to.add("spacing", "Content-Length", "Host: a\r\nContent-Length:" + before + "5" + after + "\r\n",
                   "hello", "hello");
            to.add("spacing", "Transfer-Encoding",
                   "Host: a\r\nTransfer-Encoding:" + before + "chunked" + after + "\r\n", hello, "hello");
            to.add("spacing", "Host", "Host:" + before + "a.example:80" + after + "\r\n");
        }
    }
}

void add_cases(harmless_list& to)
{
    for (int name = 0; name < 4; ++name) {
        for (int value = 0; value < 4; ++value) {
            to.add("case", "Transfer-Encoding",
                   cased("Host", name) + ": a\r\n" + cased("Transfer-Encoding", name) + ": " +
                       cased("chunked", value) + "\r\n",
                   hello, "hello");
            to.add("case", "Connection",
                   "Host: a\r\n" + cased("Connection", name) + ": " + cased("keep-alive", value) + "\r\n");
            to.add("case", "Expect",
                   "Host: a\r\nContent-Length: 5\r\n" + cased("Expect", name) + ": " +
                       cased("100-continue", value) + "\r\n",
                   "hello", "hello");
        }
        to.add("case", "Content-Length", cased("Content-Length", name) + ": 5\r\nHost: a\r\n", "hello",
               "hello");
    }
    // Methods are told apart by case: these are others, which the service does not know.
}

void add_other_names(harmless_list& to)
{
    for (const auto* name : {"XContent-Length",
                             "X-Content-Length",
                             "Content-Lengths",
                             "Content-Length2",
                             "Contents-Length",
                             "XTransfer-Encoding",
                             "Transfer-Encodings",
                             "X-Transfer-Encoding",
                             "Not-Transfer-Encoding",
                             "Content-Encoding",
                             "TE",
                             "Trailer",
                             "Transfer",
                             "Length",
                             "Encoding",
                             "Hosts",
                             "X-Host",
                             "X-Forwarded-Host",
                             "Proxy-Connection",
                             "Keep-Alive"}) {
        for (const auto* value : {"5", "chunked", "a, b", ""}) {
            to.add("names", name, "Host: a\r\n"s + name + ": " + value + "\r\n");
        }
    }
    for (int byte = 1; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if ((byte >= 0x20 && byte != 0x7f) || c == '\t') {
            to.add("odd bytes", "X", "Host: a\r\nX: y"s + c + "Transfer-Encoding: chunked\r\n");
        }
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
            "!#$%&'*+-.^_`|~"s.find(c) != std::string::npos) {
            to.add("odd bytes", "X", "Host: a\r\nX"s + c + "Y: chunked\r\n");
        }
    }
}

void add_numbers(harmless_list& to)
{
    for (const auto* length : {"5", "05", "000000000000000000000000000000005"}) {
        to.add("numbers", "Content-Length", "Host: a\r\nContent-Length: "s + length + "\r\n", "hello",
               "hello");
    }
    to.add("numbers", "Content-Length", "Host: a\r\nContent-Length: 0\r\n");
    to.add("numbers", "Content-Length", "Host: a\r\nContent-Length: 00\r\n");
    to.add("numbers", "Content-Length", "Host: a\r\nContent-Length: 0200\r\n", std::string(200, 'A'),
           std::string(200, 'A'));
    to.add("numbers", "Content-Length", "Host: a\r\nContent-Length: 65536\r\n", std::string(65536, 'A'),
           std::string(65536, 'A'));
    // What stands in a body is a body.
    const std::string request = "POST /inner HTTP/1.1\r\nHost: a\r\n\r\n";
    to.add("numbers", "Content-Length",
           "Host: a\r\nContent-Length: " + std::to_string(request.size()) + "\r\n", request, request);
    to.add("numbers", "Content-Length", "Host: a\r\nContent-Length: 5\r\n", "0\r\n\r\n", "0\r\n\r\n");
}

void add_chunks(harmless_list& to)
{
    const auto chunks = [&](const char* kind, const std::string& raw, const std::string& body) {
        to.add(kind, "chunks", "Host: a\r\nTransfer-Encoding: chunked\r\n", raw, body);
    };
    const std::string last = "\r\n0\r\n\r\n";
    chunks("chunk sizes", "0\r\n\r\n", "");
    for (const auto* size : {"5", "05", "0000000000000005"}) {
        chunks("chunk sizes", size + "\r\nhello"s + last, "hello");
    }
    for (const auto* size : {"a", "A", "0a"}) {
        chunks("chunk sizes", size + "\r\n0123456789"s + last, "0123456789");
    }
    chunks("chunk sizes", "5\r\nhello\r\n7\r\n, world\r\n000\r\n\r\n", "hello, world");
    chunks("chunk sizes", "5\r\n0\r\n\r\n" + last, "0\r\n\r\n");
    chunks("chunk sizes", "10000\r\n" + std::string(65536, 'A') + last, std::string(65536, 'A'));
    // RFC 9112 7.1.1: extensions that are not known are to be ignored.
    for (const auto* extension : {";a",
                                  ";a=b",
                                  ";a=\"b\"",
                                  ";a;b",
                                  ";a=b;c=d",
                                  ";a=\"\"",
                                  ";a=\"b c\"",
                                  ";a=\"b\\\"c\"",
                                  ";a=\"b;c=d\"",
                                  ";a=\"\\\\\"",
                                  "; a",
                                  ";\ta",
                                  " ;a",
                                  "\t; a",
                                  ";a =b",
                                  ";a= b",
                                  ";a = b",
                                  ";a ;b",
                                  "; a = \"b\" ; c",
                                  ";a=\"\xc3\xa9\"",
                                  ";a=\"\t\"",
                                  ";5",
                                  ";0=0",
                                  ";!#$%&'*+-.^_`|~=!#$%&'*+-.^_`|~"}) {
        chunks("chunk extensions", "5"s + extension + "\r\nhello" + last, "hello");
        chunks("chunk extensions", "5\r\nhello\r\n0"s + extension + "\r\n\r\n", "hello");
    }
    // RFC 9112 7.1.2: trailers may be thrown away.
    for (const auto* trailer :
         {"X-Checksum: abc\r\n", "A: b\r\nC: d\r\n", "A:\r\n", "A: \t b \t \r\n", "A:b\r\n",
          "A: \xc3\xa9\r\n", "A: Content-Length: 5\r\n", "X-Content-Length: 5\r\n", "Hosts: a\r\n",
          "A: b\tc\r\n", "A-very-long-name-that-is-longer-than-any-which-matters-to-us: b\r\n"}) {
        chunks("trailers", "5\r\nhello\r\n0\r\n"s + trailer + "\r\n", "hello");
        chunks("trailers", "0\r\n"s + trailer + "\r\n", "");
    }
}

void add_request_lines(harmless_list& to)
{
    to.add_whole("line ends", "request line", "\r\nPOST /first HTTP/1.1\r\nHost: a\r\n\r\n");
    to.add("versions", "request line", "Connection: keep-alive\r\n", "", "", "HTTP/1.0");
    to.add("versions", "request line", "Host: a\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n", "hello",
           "hello", "HTTP/1.0");
    for (const auto* target :
         {"http://a/first", "HTTP://a/first", "https://a/first", "hTTpS://a.example:443/first",
          "http://[::1]:8080/first", "http://127.0.0.1/first"}) {
        for (const auto* host : {"a", "other.example"}) {
            to.add_whole("targets", "request line",
                         "POST "s + target + " HTTP/1.1\r\nHost: " + host +
                             "\r\nContent-Length: 5\r\n\r\nhello",
                         "hello");
        }
    }
}

} // namespace

std::vector<harmless> harmless_mutants()
{
    harmless_list all;
    add_blanks(all);
    add_cases(all);
    add_other_names(all);
    add_numbers(all);
    add_chunks(all);
    add_request_lines(all);
    return std::move(all.all);
}

} // namespace conformance
