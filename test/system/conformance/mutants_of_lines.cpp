// Line ends, the request line, and all that is too long.
#include "mutants.hpp"
#include "place.hpp"

#include <array>

namespace conformance {
namespace {

using namespace std::string_literals;

const std::string line_name = "request line";

// Everything around the request line is right, and says in three ways where the request ends.
void add_request_line(mutant_list& to, const std::string& kind, const std::string& line)
{
    for (const framing& which : smuggling_framings()) {
        to.add(kind, line_name,
               line + "\r\n" + which.others + which.text() + "\r\n\r\n" + which.body + smuggled);
    }
}

void add_once(mutant_list& to, const std::string& kind, const std::string& line)
{
    to.add(kind, line_name, line + "\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + smuggled);
}

bool of_target(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && "-._~!$&'()*+,;=:@/?"s.find(c) != std::string::npos);
}

bool of_method(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && "!#$%&'*+-.^_`|~"s.find(c) != std::string::npos);
}

} // namespace

void add_line_ends(mutant_list& to)
{
    const std::vector<std::string> ends = {
        "\n",       "\r",   "\r\r\n",       "\n\r",         "\0\r\n"s, "\v\r\n", "\f\r\n",
        "\x85\r\n", "\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\\r\\n",  "%0d%0a", "\xc4\x8d\xc4\x8a",
        "",         "\x1e", "\r\0\n"s,      "\r \n",        "\r\t\n",  "\n\n",   "\r\r"};
    // Behind a header that nobody reads, these would only be more of its value.
    const auto goes_on = [](const std::string& end) {
        return end.empty() || static_cast<unsigned char>(end.front()) >= 0x80 || end.front() == '\\' ||
               end.front() == '%';
    };
    for (const framing& which : smuggling_framings()) {
        const std::string second = which.name == "Host" ? "Y: z" : "Host: a";
        const std::vector<std::string> lines = {"POST /first HTTP/1.1", second, "X: y", which.text(), ""};
        for (std::size_t changed = 0; changed < lines.size(); ++changed) {
            for (const std::string& end : ends) {
                if (goes_on(end) && (lines[changed] == "X: y" || lines[changed] == "Y: z")) {
                    continue;
                }
                std::string bytes;
                for (std::size_t i = 0; i < lines.size(); ++i) {
                    bytes += lines[i] + (i == changed ? end : "\r\n");
                }
                to.add("line ends", which.name, bytes + which.body + smuggled);
            }
        }
        // Every line of it.
        for (const auto* end : {"\n", "\r", "\n\r", "\r\r\n"}) {
            std::string bytes;
            for (const std::string& each : lines) {
                bytes += each + end;
            }
            to.add("line ends", which.name, bytes + which.body + smuggled);
        }
        // Before the request line.
        for (const auto* before :
             {"\n", "\r", " \r\n", "\t\r\n", "\r\n\r\n", "\r\n\n", "\r\n ", "\xef\xbb\xbf", "\v", "\x80"}) {
            to.add("line ends", which.name,
                   before + request_with(which.others + which.text() + "\r\n", which.body));
        }
        to.add("line ends", which.name,
               "\0"s + request_with(which.others + which.text() + "\r\n", which.body));
    }
}

void add_versions(mutant_list& to)
{
    for (char major = '0'; major <= '9'; ++major) {
        for (char minor = '0'; minor <= '9'; ++minor) {
            if (major != '1' || minor > '1') {
                add_request_line(to, "versions", "POST /first HTTP/"s + major + "." + minor);
            }
        }
    }
    const std::string upper = "HTTP";
    for (unsigned which = 1; which < 16; ++which) {
        std::string name = upper;
        for (unsigned bit = 0; bit < 4; ++bit) {
            name[bit] = static_cast<char>((which >> bit & 1) != 0 ? name[bit] + 32 : name[bit]);
        }
        add_request_line(to, "versions", "POST /first " + name + "/1.1");
    }
    for (const auto* version : {"",
                                " ",
                                "H",
                                "HTTP",
                                "HTTP/",
                                "HTTP/1",
                                "HTTP/1.",
                                "HTTP/.1",
                                "HTTP/1.10",
                                "HTTP/1.01",
                                "HTTP/1.1.1",
                                "HTTP/11.1",
                                "HTTP/01.1",
                                "HTTP/1,1",
                                "HTTP/1-1",
                                "HTTP/1_1",
                                "HTTP/1 1",
                                "HTTP/1.1x",
                                "HTTP/1.1 ",
                                "HTTP/1.1\t",
                                "HTTP/1.1 x",
                                "HTTP/1.1 HTTP/1.1",
                                "HTTP/1.1;a",
                                "HTTP/1.1\v",
                                "HTTP/1.1\x80",
                                "HTTP/ 1.1",
                                "HTTP /1.1",
                                "HTTP/1 .1",
                                "HTTP/1. 1",
                                "HTTP\\1.1",
                                "HTTP//1.1",
                                "HTTP:1.1",
                                "HTTP1.1",
                                "HTP/1.1",
                                "HTTTP/1.1",
                                "XHTTP/1.1",
                                "HTTPS/1.1",
                                "ICY/1.1",
                                "RTSP/1.0",
                                "SIP/2.0",
                                "HTCPCP/1.0",
                                "1.1",
                                "HTTP/+1.1",
                                "HTTP/-1.1",
                                "HTTP/1.-1",
                                "HTTP/0x1.1",
                                "HTTP/a.b",
                                "HTTP/1.\xb9",
                                "HTTP/1.\xef\xbc\x91",
                                "\"HTTP/1.1\"",
                                "'HTTP/1.1'",
                                "(HTTP/1.1)",
                                "HTTP/4294967297.1",
                                "HTTP/1.4294967297",
                                "HTTP/\r\r1.1",
                                "HTTP/1\r.1",
                                "HTTP/1.\n1",
                                "%48TTP/1.1",
                                "HTTP%2f1.1",
                                "HTTP/1%2e1"}) {
        add_request_line(to, "versions", "POST /first "s + version);
    }
    add_request_line(to, "versions", "POST /first");
    add_request_line(to, "versions", "POST /firstHTTP/1.1");
    add_request_line(to, "versions", "POST /first HTTP/1.\0001"s);
    // What is older has no chunks.
    for (const auto* coding :
         {"chunked", "CHUNKED", "identity", "gzip", "", "gzip, chunked", "chunked, gzip", "cow"}) {
        for (const auto* other : {"", "Content-Length: 5\r\n", "Connection: keep-alive\r\n"}) {
            to.add("versions", "Transfer-Encoding",
                   request_with("Host: a\r\n"s + other + "Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n",
                                "HTTP/1.0"));
        }
    }
}

void add_methods(mutant_list& to)
{
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (!of_method(c)) {
            add_once(to, "methods", c + "POST /first HTTP/1.1"s);
            add_once(to, "methods", "PO"s + c + "ST /first HTTP/1.1");
            add_once(to, "methods", "POST"s + c + " /first HTTP/1.1");
        }
    }
    for (const auto* line : {"CONNECT a:80 HTTP/1.1",
                             "CONNECT /first HTTP/1.1",
                             "CONNECT http://a/ HTTP/1.1",
                             "CONNECT * HTTP/1.1",
                             "/first HTTP/1.1",
                             " /first HTTP/1.1",
                             "POST",
                             "POST ",
                             "POST HTTP/1.1",
                             "POST  HTTP/1.1",
                             "POST\t/first\tHTTP/1.1",
                             "POST  /first HTTP/1.1",
                             "POST /first  HTTP/1.1",
                             "POST \t/first HTTP/1.1",
                             "POST /first\tHTTP/1.1",
                             "POST\xa0/first HTTP/1.1",
                             "HTTP/1.1 200 OK",
                             "HTTP/1.1 POST /first",
                             "POST /first POST /first HTTP/1.1",
                             "\x16\x03\x01\x02",
                             "SSH-2.0-OpenSSH_9.2",
                             "PRI * HTTP/2.0",
                             "GET /first\nHTTP/1.1"}) {
        add_request_line(to, "methods", line);
    }
}

void add_targets(mutant_list& to)
{
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (!of_target(c)) {
            add_once(to, "targets", "POST "s + c + "/first HTTP/1.1");
            add_once(to, "targets", "POST /fi"s + c + "rst HTTP/1.1");
            add_once(to, "targets", "POST /first?"s + c + " HTTP/1.1");
        }
    }
    for (const auto* target : {"first",
                               "?a",
                               "#a",
                               "/first#a",
                               "*",
                               "*a",
                               "*/",
                               "a",
                               "a:80",
                               "a.example:443",
                               "[::1]:80",
                               "http:/",
                               "http:",
                               "http://",
                               "http:///first",
                               "http:a",
                               "http:/a",
                               "http//a/",
                               "http://a b/",
                               "http://user@a/",
                               "http://user:pw@a/",
                               "http://a:b/",
                               "http://a:99999/",
                               "http://[::1/",
                               "http://a\\b/",
                               "http://a#b",
                               "http://a,b/",
                               "http://%61/",
                               "http://a/first#b",
                               "http://a/%zz",
                               "http://a/\x80",
                               "http://\xc3\xa9/",
                               "ftp://a/",
                               "ws://a/",
                               "file:///first",
                               "javascript:1",
                               "mailto:a@b",
                               "urn:a",
                               "httpx://a/",
                               "https//a",
                               "http:\\\\a\\",
                               "http://a,http://b/",
                               "http://a/ http://b/",
                               "/%",
                               "/%2",
                               "/%g0",
                               "/%0g",
                               "/%%20",
                               "/a%",
                               "/\"a\"",
                               "/<a>",
                               "/{a}",
                               "/a|b",
                               "/a^b",
                               "/a`b",
                               "/[a]",
                               "\\first",
                               "..",
                               "./first",
                               "../first"}) {
        add_request_line(to, "targets", "POST "s + target + " HTTP/1.1");
    }
    add_request_line(to, "targets", "POST /\0first HTTP/1.1"s);
    add_request_line(to, "targets", "GET * HTTP/1.1");
    add_request_line(to, "targets", "OPTIONS *a HTTP/1.1");
    add_request_line(to, "targets", "OPTIONS */ HTTP/1.1");
    add_request_line(to, "targets", "OPTIONS ** HTTP/1.1");
}

void add_too_long(mutant_list& to)
{
    const http::head_limits limits;
    const std::array<std::size_t, 5> sizes = {limits.max_head, limits.max_head + 1, 2 * limits.max_head,
                                              70'000, 200'000};
    const std::string hosted = "Host: a\r\n";
    for (const std::size_t size : sizes) {
        const std::string much(size, 'a');
        add_once(to, "too long", much + " /first HTTP/1.1");
        add_once(to, "too long", "POST /" + much + " HTTP/1.1");
        add_once(to, "too long", "POST /?" + much + " HTTP/1.1");
        add_once(to, "too long", "POST http://a/" + much + " HTTP/1.1");
        add_once(to, "too long", "POST http://" + much + "/ HTTP/1.1");
        add_once(to, "too long", "POST /first HTTP/1." + std::string(size, '1'));
        add_once(to, "too long", much);
        to.add("too long", "Host", request_with("Host: " + much + "\r\n", ""));
        to.add("too long", "X", request_with(hosted + "X: " + much + "\r\n", ""));
        to.add("too long", "X", request_with(hosted + much + ": X\r\n", ""));
        to.add("too long", "X", request_with(hosted + much, ""));
        to.add("too long", "X", request_with(hosted + "X: " + std::string(size, ' ') + "\r\n", ""));
        to.add("too long", "Content-Length",
               request_with(hosted + "Content-Length: " + std::string(size, '0') + "\r\n", ""));
        to.add("too long", "Content-Length",
               request_with(hosted + "Content-Length: " + std::string(size, '9') + "\r\n", ""));
        to.add("too long", "Content-Length",
               request_with(hosted + "Content-Length:" + std::string(size, ' ') + "5\r\n", "hello"));
        to.add("too long", "Transfer-Encoding",
               request_with(hosted + "Transfer-Encoding:" + std::string(size, '\t') + "chunked\r\n",
                            "0\r\n\r\n"));
        to.add("too long", "Transfer-Encoding",
               request_with(hosted + "Transfer-Encoding: " + much + "\r\n", "0\r\n\r\n"));
        to.add("too long", "Connection", request_with(hosted + "Connection: " + much + "\r\n", ""));
        to.add("too long", "Expect", request_with(hosted + "Expect: " + much + "\r\n", ""));
    }
    for (const std::size_t count : {limits.max_headers, 2 * limits.max_headers, 20 * limits.max_headers}) {
        for (const auto* line : {"X:\r\n", "X: y\r\n", "Connection: keep-alive\r\n"}) {
            std::string lines = hosted;
            for (std::size_t i = 0; i < count; ++i) {
                lines += line;
            }
            to.add("too long", "X", request_with(lines, ""));
        }
    }
    // Lengths that no body may have, and numbers that no counter holds.
    for (const auto* length :
         {"65537", "99999999", "4294967295", "4294967296", "4294967301", "9223372036854775807",
          "9223372036854775808", "18446744073709551615", "18446744073709551616", "18446744073709551621",
          "99999999999999999999", "340282366920938463463374607431768211461"}) {
        to.add("too long", "Content-Length",
               request_with(hosted + "Content-Length: " + length + "\r\n", "hello"));
        to.add("too long", "Content-Length",
               request_with(hosted + "Content-Length: " + length + "\r\nExpect: 100-continue\r\n", "hello"));
    }
}

} // namespace conformance
