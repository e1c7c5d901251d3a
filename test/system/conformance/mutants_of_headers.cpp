// Header lines: odd bytes, blanks, folds, copies, marks before and after, other spellings, lists of codings.
#include "mutants.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace conformance {
namespace {

using namespace std::string_literals;

bool alnum(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80;
}

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool blank(char c)
{
    return c == ' ' || c == '\t';
}

bool token(char c)
{
    return alnum(c) || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

enum class spot { before_name, in_name, after_name, before_value, in_value, after_value };

// Whether the byte, put in there, leaves a request that no rule forbids: another header's name, blanks around
// a value, another number, another host, another option.
bool valid_still(const framing& which, spot place, char c)
{
    const bool smuggles = which.name == "Content-Length" || which.name == "Transfer-Encoding";
    switch (place) {
    case spot::before_name:
    case spot::in_name:
    case spot::after_name:
        if (which.name == "Host") {
            return false; // another name leaves the request without a Host
        }
        // A mark in a framing header's name is one that front ends drop or map to another; elsewhere it makes
        // another name.
        return (smuggles ? alnum(c) : token(c)) || (place == spot::in_name && c == ':');
    case spot::before_value:
    case spot::in_value:
    case spot::after_value:
        if (blank(c) && place != spot::in_value) {
            return true;
        }
        if (which.name == "Content-Length") {
            return digit(c);
        }
        if (which.name == "Host") {
            return alnum(c) || (c != '\0' && "-._~"s.find(c) != std::string::npos) ||
                   (c == ':' && place == spot::after_value); // an empty port
        }
        return which.name == "Connection" && (token(c) || c == ',');
    }
    return false;
}

std::string put(const framing& which, spot place, const std::string& what)
{
    const std::string& name = which.name;
    const std::string& value = which.value;
    const std::size_t in_name = name.find('-') == std::string::npos ? 2 : name.find('-');
    const std::size_t in_value = value.size() / 2;
    switch (place) {
    case spot::before_name:
        return what + name + ": " + value;
    case spot::in_name:
        return name.substr(0, in_name) + what + name.substr(in_name) + ": " + value;
    case spot::after_name:
        return name + what + ": " + value;
    case spot::before_value:
        return name + ": " + what + value;
    case spot::in_value:
        return name + ": " + value.substr(0, in_value) + what + value.substr(in_value);
    case spot::after_value:
        return name + ": " + value + what;
    }
    return {};
}

constexpr spot all_spots[] = {spot::before_name,  spot::in_name,  spot::after_name,
                              spot::before_value, spot::in_value, spot::after_value};

void add_line(mutant_list& to, const std::string& kind, const framing& which, const std::string& line)
{
    to.add(kind, which.name, request_with(which.others + line + "\r\n", which.body));
}

// As the first header and as the last.
void add_at_both_ends(mutant_list& to, const std::string& kind, const framing& which, const std::string& line)
{
    to.add(kind, which.name, request_with(line + "\r\n" + which.others, which.body));
    add_line(to, kind, which, line);
}

} // namespace

void add_odd_bytes(mutant_list& to)
{
    for (const framing& which : framings()) {
        for (const spot place : all_spots) {
            for (int byte = 0; byte < 256; ++byte) {
                const char c = static_cast<char>(byte);
                if (!valid_still(which, place, c)) {
                    add_line(to, "odd bytes", which, put(which, place, std::string(1, c)));
                }
            }
        }
    }
}

void add_spacing(mutant_list& to)
{
    for (const framing& which : framings()) {
        for (const auto* space : {" ", "\t", "  ", " \t", "\t ", "\v", "\f", "\r", "\xa0", "\xc2\xa0",
                                  "\xe3\x80\x80", "\xe2\x80\x8b", "        "}) {
            for (const spot place : {spot::before_name, spot::in_name, spot::after_name}) {
                add_at_both_ends(to, "spacing", which, put(which, place, space));
            }
            // An Expect with another value is refused, a Connection may hold any list.
            add_at_both_ends(to, "spacing", which, put(which, spot::in_value, space));
        }
        add_at_both_ends(to, "spacing", which, which.name + " " + which.value);  // no colon
        add_at_both_ends(to, "spacing", which, which.name + "\t" + which.value); // no colon
        add_at_both_ends(to, "spacing", which, which.name);                      // nothing but the name
        add_at_both_ends(to, "spacing", which, ": " + which.value);              // nothing but the value
        add_at_both_ends(to, "spacing", which, ":" + which.text());
    }
    for (const framing& which : smuggling_framings()) {
        for (const auto* empty : {":", ": ", ":\t", ":  \t "}) {
            add_at_both_ends(to, "spacing", which, which.name + empty);
        }
    }
}

void add_folds(mutant_list& to)
{
    for (const framing& which : framings()) {
        for (const auto* fold :
             {"\r\n ", "\r\n\t", "\n ", "\n\t", "\r ", "\r\t", "\r\n  \t", " \r\n ", "\t\r\n\t"}) {
            for (const spot place : all_spots) {
                // A line end before the name is the end of the head, not a fold.
                if (place != spot::before_name || *fold != '\r' || fold[1] != '\n') {
                    add_at_both_ends(to, "obs-fold", which, put(which, place, fold));
                }
            }
            add_at_both_ends(to, "obs-fold", which, "X: y"s + fold + which.text());
            add_at_both_ends(to, "obs-fold", which, "X:"s + fold + which.text());
            add_at_both_ends(to, "obs-fold", which, which.text() + fold + "X: y");
            add_at_both_ends(to, "obs-fold", which, which.text() + "\r\nX: y" + fold + "z");
        }
    }
}

void add_duplicates(mutant_list& to)
{
    const std::vector<std::vector<std::string>> values = {
        {"12", "13", "0", "1", "012", "-12", "+12", "", "12, 12", "0x0c", "99999999999999999999"},
        {"chunked", "identity", "gzip", "", "cow", "CHUNKED", "chunked, chunked", ",chunked", "chunk"},
        {"example.com", "example.org", "", "a", "EXAMPLE.COM", "example.com:80", "localhost"}};
    const std::vector<framing> all = smuggling_framings();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const framing& which = all[i];
        std::string lower = which.name;
        std::ranges::transform(lower, lower.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        for (const std::string& other : values[i]) {
            for (const std::string& name : {which.name, lower}) {
                const std::string copy = name + ": " + other;
                add_at_both_ends(to, "duplicates", which, which.text() + "\r\n" + copy);
                add_at_both_ends(to, "duplicates", which, copy + "\r\n" + which.text());
                add_line(to, "duplicates", which, which.text() + "\r\nX: y\r\n" + copy);
                add_line(to, "duplicates", which, which.text() + "\r\n" + copy + "\r\n" + which.text());
            }
        }
    }
    // Both framings, each in several spellings, in both orders.
    const framing& sized = all[0];
    const framing& chunked = all[1];
    for (const std::string& length : values[0]) {
        for (const std::string& coding : values[1]) {
            const std::string a = sized.name + ": " + length;
            const std::string b = chunked.name + ": " + coding;
            for (const auto* version : {"HTTP/1.1", "HTTP/1.0"}) {
                to.add("duplicates", "both framings",
                       request_with("Host: a\r\n" + a + "\r\n" + b + "\r\n", chunked.body, version));
                to.add("duplicates", "both framings",
                       request_with("Host: a\r\n" + b + "\r\n" + a + "\r\n", chunked.body, version));
            }
        }
    }
}

void add_prefixes_and_suffixes(mutant_list& to)
{
    const std::vector<std::string> marks = {
        "+",  "-",  "0x", "0X",    "0b", "0o",  "\"",           "'",       "(", ")",
        "[",  "{",  "<",  "=",     "==", ";",   ";a",           ";q=1",    ",", ",,",
        ", ", "x",  "\\", "\\x31", "%",  "%20", "%00",          "$",       "#", "&",
        "*",  "@",  "!",  "~",     "^",  "|",   "//",           "/",       "_", "1_",
        ".",  "1.", ".0", "e1",    "L",  "u",   "\xef\xbb\xbf", "\xc3\xa9"};
    const auto keeps_host = [](const std::string& mark) {
        return std::ranges::all_of(mark,
                                   [](char c) { return alnum(c) || "-._~"s.find(c) != std::string::npos; });
    };
    for (const framing& which : smuggling_framings()) {
        for (const std::string& mark : marks) {
            if (which.name == "Host" && keeps_host(mark)) {
                continue;
            }
            add_at_both_ends(to, "prefixes", which, which.name + ": " + mark + which.value);
            add_at_both_ends(to, "suffixes", which, which.name + ": " + which.value + mark);
            if (mark.front() != ' ') {
                add_at_both_ends(to, "suffixes", which, which.name + ": " + which.value + " " + mark);
                add_at_both_ends(to, "prefixes", which, which.name + ": " + mark + " " + which.value);
            }
        }
        // Names that a front end may map to the right one.
        for (const std::string& mark : {"_"s, "-"s, "--"s, "."s, "'"s, "`"s, "!"s, "#"s, "$"s, "%"s, "&"s,
                                        "*"s, "+"s, "^"s, "|"s, "~"s}) {
            add_at_both_ends(to, "prefixes", which, mark + which.text());
            add_at_both_ends(to, "suffixes", which, which.name + mark + ": " + which.value);
            std::string joined = which.text();
            if (const std::size_t dash = joined.find('-'); dash != std::string::npos) {
                joined.replace(dash, 1, mark == "-" ? "" : mark);
                add_at_both_ends(to, "suffixes", which, joined);
            }
        }
    }
}

void add_encodings(mutant_list& to)
{
    const std::vector<std::vector<std::string>> values = {
        {"%31%32", "1%32", "&#49;2", "\xef\xbc\x91\xef\xbc\x92", "\xd9\xa1\xd9\xa2",
         "=?utf-8?q?12?=", "MTI=", "\\u0031\\u0032", "0xC", "014o", "1.2e1", "12.0", "twelve", "XII",
         "1\0002"s, "\xc0\xb1\xc0\xb2", "\xfe\xff\0001\0002"s, "12;charset=utf-8"},
        {"%63hunked", "chunke%64", "&#99;hunked", "\xef\xbd\x83hunked",
         "chun\xc4\xb1"
         "ed",
         "chun\xe2\x84\xaa"
         "ed",
         "=?utf-8?q?chunked?=", "Y2h1bmtlZA==", "\\x63hunked", "ch\x96nked", "chunked\xe2\x80\x8b",
         "\xe2\x80\x8b"
         "chunked",
         "c\0h\0u\0n\0k\0e\0d"s,
         "\xfe\xff"
         "chunked",
         "chunked;charset=utf-8", "(comment) chunked"},
        {"%65xample.com",
         "example%2ecom",
         "ex\xc3\xa1mple.com",
         "example\xe3\x80\x82"
         "com",
         "xn--e1afmkfd.\xd1\x80\xd1\x84",
         "&#101;xample.com",
         "=?utf-8?q?a?=",
         "a\0b"s,
         "\xfe\xff"
         "a",
         "http://example.com",
         "//example.com",
         "example.com/",
         "user@example.com",
         "example.com#a",
         "example.com?a",
         "example.com\\a",
         "[::1",
         "::1",
         "[]",
         "a:b",
         "a:99999",
         "a:-1",
         "a:80:80",
         "a, b",
         "a b",
         "a;b",
         "*",
         "[v1.x]",
         "[::1%25eth0]",
         "a:0x50",
         ":80"}};
    const std::vector<framing> all = smuggling_framings();
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (const std::string& value : values[i]) {
            add_at_both_ends(to, "encodings", all[i], all[i].name + ": " + value);
            add_line(to, "encodings", all[i], all[i].name + ":" + value);
        }
        // The name itself, encoded.
        const std::string& name = all[i].name;
        char first[8];
        std::snprintf(first, sizeof first, "%%%02x", static_cast<unsigned>(name.front()));
        if (name == "Host") {
            add_at_both_ends(to, "encodings", all[i], first + name.substr(1) + ": " + all[i].value);
        }
        add_at_both_ends(to, "encodings", all[i], "\"" + name + "\": " + all[i].value);
        add_at_both_ends(to, "encodings", all[i], "=?utf-8?q?" + name + "?=: " + all[i].value);
        add_at_both_ends(to, "encodings", all[i], "\xef\xbb\xbf" + all[i].text());
        add_at_both_ends(to, "encodings", all[i], "\xc2\xad" + all[i].text());
    }
}

void add_coding_lists(mutant_list& to)
{
    const framing& which = framings()[1];
    const std::vector<std::string> codings = {"chunked", "gzip", "identity", "deflate", "compress", "x-gzip",
                                              "cow",     "",     "chunke",   "br",      "CHUNKED"};
    for (const auto* between : {", ", ",", " , ", ";", " ", "\t", "/", "|", "+", "\\", ",,", ", ,"}) {
        for (const std::string& a : codings) {
            for (const std::string& b : codings) {
                const std::string value = a + between + b;
                const std::size_t begin = value.find_first_not_of(" \t");
                const std::size_t end = value.find_last_not_of(" \t");
                const std::string bare =
                    begin == std::string::npos ? "" : value.substr(begin, end - begin + 1);
                if (bare == "chunked" || bare == "CHUNKED") {
                    continue; // one exact coding, with blanks around it
                }
                add_line(to, "coding lists", which, which.name + ": " + value);
            }
        }
    }
    for (const std::string& only : codings) {
        if (only != "chunked" && only != "CHUNKED") {
            add_line(to, "coding lists", which, which.name + ": " + only);
        }
        add_line(to, "coding lists", which, which.name + ": gzip\r\n" + which.name + ": " + only);
        add_line(to, "coding lists", which, which.name + ": " + only + "\r\n" + which.name + ": chunked");
        to.add("coding lists", which.name,
               request_with("Host: a\r\n" + which.name + ": " + only + "\r\n", which.body, "HTTP/1.0"));
    }
}

} // namespace conformance
