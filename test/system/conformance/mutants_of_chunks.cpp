// Chunks: their sizes, their ends, what may stand behind a size and behind the last chunk.
#include "mutants.hpp"
#include "place.hpp"

#include <array>

namespace conformance {
namespace {

using namespace std::string_literals;

void add_body(mutant_list& to, const std::string& kind, const std::string& body)
{
    to.add(kind, "chunks", request_with("Host: a\r\nTransfer-Encoding: chunked\r\n", body));
}

bool hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool token(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && "!#$%&'*+-.^_`|~"s.find(c) != std::string::npos);
}

bool of_quoted(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return c != '"' && c != '\\' && (byte >= 0x20 || c == '\t') && byte != 0x7f;
}

const std::string last_chunk = "\r\n0\r\n\r\n";

} // namespace

void add_chunk_sizes(mutant_list& to)
{
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (!hex(c)) {
            add_body(to, "chunk sizes", c + "5\r\nhello"s + last_chunk);
            add_body(to, "chunk sizes", "5"s + c + "\r\nhello" + last_chunk);
            add_body(to, "chunk sizes", "0"s + c + "5\r\nhello" + last_chunk);
            add_body(to, "chunk sizes", "5\r\nhello\r\n"s + c + "0\r\n\r\n");
            add_body(to, "chunk sizes", "5\r\nhello\r\n0"s + c + "\r\n\r\n");
        }
        // Between a chunk's data and the line end that it needs; a size would be a byte too small.
        add_body(to, "chunk sizes", "5\r\nhello"s + c + last_chunk);
        if (c != '\r') {
            add_body(to, "chunk sizes", "5\r\nhello"s + c + "\n0\r\n\r\n");
            add_body(to, "chunk sizes",
                     "5"s + (hex(c) || c == ';' ? "\v"s : std::string(1, c)) + "\nhello" + last_chunk);
        }
        if (c != '\n') {
            add_body(to, "chunk sizes", "5\r\nhello\r"s + c + "0\r\n\r\n");
            add_body(to, "chunk sizes", "5\r"s + c + "hello" + last_chunk);
            add_body(to, "chunk sizes", "5\r\nhello\r\n0\r"s + c + "\r\n");
            add_body(to, "chunk sizes", "5\r\nhello\r\n0\r\n\r"s + c);
        }
    }
    for (const auto* size : {"",
                             " ",
                             "-5",
                             "+5",
                             "0x5",
                             "0X5",
                             "x5",
                             "5h",

                             "5.0",

                             "1_0",
                             "0_5",
                             "5,",
                             "5,5",
                             "5 5",
                             "\"5\"",
                             "'5'",
                             "(5)",
                             "5L",
                             "%35",
                             "\xef\xbc\x95",
                             "\xd9\xa5",
                             "five",
                             "g",
                             "5 ",
                             "5\t",
                             " 5",
                             "\t5",
                             "5\v",
                             "5\f",
                             "5\r",
                             "00000000000000005",
                             "10000000000000005",
                             "100000005",
                             "ffffffff",
                             "fffffffffffffff",
                             "7fffffffffffffff",
                             "8000000000000000",
                             "ffffffffffffffff",
                             "fffffffffffffffff",
                             "4",
                             "6",
                             "3",
                             "-0",
                             "+0",
                             "0x0",
                             "-1",
                             "0_0",
                             "00x0"}) {
        add_body(to, "chunk sizes", size + "\r\nhello"s + last_chunk);
    }
    for (const auto* body : {"hello",
                             "5\r\nhello0\r\n\r\n",
                             "5\r\nhello\r\n\r\n0\r\n\r\n",
                             "5\r\n\r\nhello\r\n0\r\n\r\n",
                             "\r\n5\r\nhello\r\n0\r\n\r\n",
                             "5hello\r\n0\r\n\r\n",
                             "5\nhello\n0\n\n",
                             "5\rhello\r0\r\r",
                             "5\r\nhello\n0\r\n\r\n",
                             "5\r\nhello\r\n0\n\r\n",
                             "5\r\nhello\r\n0\r\n\n",
                             "5\r\nhello\r\n0\r\r",
                             "5\r\nhello\r\n0\r\n\rX",
                             "5\r\nhello\r\n-0\r\n\r\n",
                             "5\r\nhello\r\n \r\n\r\n",
                             "5\r\nhello\r\n\r\n",
                             "INVALID!!!\r\n",
                             "Z\r\nZZ\r\nZZZ\r\n\r\n",
                             "-0x0\r\n\r\n",
                             "0_2e\r\n\r\n",
                             "1\r0\n",
                             "0\r\n0\r\n\r\n",
                             "0\r\n5\r\nhello\r\n0\r\n\r\n",
                             "1\r\n5\r\nhello\r\n0\r\n\r\n",
                             "10001\r\n"}) {
        add_body(to, "chunk sizes", body);
    }
    // Many small ones that are too long together.
    std::string many;
    for (int i = 0; i < 17; ++i) {
        many += "1000\r\n" + std::string(4096, 'x') + "\r\n";
    }
    add_body(to, "chunk sizes", many + "0\r\n\r\n");
}

void add_chunk_extensions(mutant_list& to)
{
    const auto with = [&](const std::string& extension) {
        add_body(to, "chunk extensions", "5" + extension + "\r\nhello" + last_chunk);
        add_body(to, "chunk extensions", "5\r\nhello\r\n0" + extension + "\r\n\r\n");
    };
    for (const auto* extension : {";",           "; ",          ";;",
                                  ";a;",         ";=",          ";=a",
                                  ";a=",         ";a= ",        ";a==b",
                                  ";a=b=c",      ";a b",        ";a=b c",
                                  ";a=b;",       ";a=b;;c",     ";a,b",
                                  ";\"a\"",      ";a=\"",       ";a=\"b",
                                  ";a=b\"c\"",   ";a=\"b\"c",   ";a=\"b\"\"c\"",
                                  ";a='b c'",    ";a=\"b\\\"",  ";a=(b)",
                                  ";[a]",        ";bad[=x",     ";a/b",
                                  ";a@b",        ";a:b",        ";a ",
                                  ";a\t",        ";a=b ",       " ",
                                  " ;",          ";a\v",        ";a\r",
                                  ";a\n",        ";\r",         ";\n",
                                  ";a=\r",       ";a=\n",       ";a=\"\r\"",
                                  ";a=\"\n\"",   ";a=\"\r\n\"", ";a=\"\\\r\"",
                                  ";a=\"\\\n\"", ";\xc3\xa9",   ";a=\xc3\xa9",
                                  ";a=\x80",     ",a",          ":a",
                                  "=a",          "/a",          "#a",
                                  "?a",          "&a",          "\r;a",
                                  "\r\r;a",      ";a\r\r",      ";a\rX",
                                  ";a=b\rX"}) {
        with(extension);
    }
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (!token(c) && c != ' ' && c != '\t') {
            with(";"s + c + "a");
            with(";a="s + (c == '"' ? "\"\"\""s : std::string(1, c) + "b"));
        }
        if (!token(c) && c != '=' && c != ';') {
            with(";a"s + c + "b");
        }
        if (!token(c) && c != ';') {
            with(";a=b"s + c + "d");
        }
        if (!of_quoted(c) && c != '"' && c != '\\') {
            with(";a=\"b"s + c + "d\"");
            with(";a=\"b\\"s + c + "d\"");
        }
    }
    with(";\0"s);
    for (const std::size_t size : {2000UL, 20'000UL, 100'000UL}) {
        with(";" + std::string(size, 'a'));
        with(";a=" + std::string(size, 'b'));
        with(";a=\"" + std::string(size, 'b') + "\"");
        with(std::string(size, ' ') + ";a");
        std::string many;
        for (std::size_t i = 0; i < size; i += 4) {
            many += ";a=b";
        }
        with(many);
    }
    // Little in each chunk, much together.
    std::string chunks;
    for (int i = 0; i < 1000; ++i) {
        chunks += "1;abcdefgh=ijklmnop\r\nx\r\n";
    }
    add_body(to, "chunk extensions", chunks + "0\r\n\r\n");
}

void add_trailers(mutant_list& to)
{
    const auto with = [&](const std::string& trailer) {
        add_body(to, "trailers", "5\r\nhello\r\n0\r\n" + trailer + "\r\n");
        add_body(to, "trailers", "5\r\nhello\r\n0\r\nX: y\r\n" + trailer + "\r\n");
    };
    // RFC 9110 6.5.1: what frames, routes, authenticates, controls or says how to read the content.
    for (const auto* name : {"Content-Length",
                             "Transfer-Encoding",
                             "Host",
                             "Connection",
                             "Expect",
                             "Trailer",
                             "TE",
                             "Upgrade",
                             "Keep-Alive",
                             "Proxy-Connection",
                             "Authorization",
                             "Proxy-Authorization",
                             "Cookie",
                             "Set-Cookie",
                             "Content-Type",
                             "Content-Encoding",
                             "Content-Range",
                             "Cache-Control",
                             "Max-Forwards",
                             "Range",
                             "If-Match",
                             "If-None-Match",
                             "If-Modified-Since",
                             "Content_Length",
                             "Transfer_Encoding",
                             "TransferEncoding",
                             "content-length",
                             "HOST"}) {
        with(name + ": 5\r\n"s);
    }
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (!token(c)) {
            with(c + "A: b\r\n"s);
            if (c != ':') {
                with("A"s + c + ": b\r\n");
                with("A"s + c + "B: b\r\n");
            }
        }
        const auto number = static_cast<unsigned>(byte);
        if ((number < 0x20 && c != '\t') || number == 0x7f) {
            with("A: b"s + c + "c\r\n");
            with("A: b"s + (c == '\n' ? "\r\r"s : std::string(1, c)) + "\r\n");
        }
    }
    for (const auto* trailer : {"A\r\n", "A b\r\n", ": b\r\n", "A : b\r\n", " A: b\r\n", "A: b\r\n c\r\n",
                                "A: b\r\n\tc\r\n", " \r\n", "A: b\n", "A: b\r", "A: b\r\r\n", "A: b\n\r",
                                "GET /smuggled HTTP/1.1\r\n", "X:POST / HTTP/1.1\n"}) {
        with(trailer);
    }
    for (const std::size_t size : {10'000UL, 100'000UL}) {
        with("A: " + std::string(size, 'b') + "\r\n");
        with(std::string(size, 'a') + ": b\r\n");
        std::string many;
        for (std::size_t i = 0; i < size; i += 4) {
            many += "A:\r\n";
        }
        with(many);
    }
}

} // namespace conformance
