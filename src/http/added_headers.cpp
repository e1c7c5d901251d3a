// Judging the headers of client_options.
#include "http/added_headers.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <iterator>

namespace videosdk::inline v0::http {
namespace {

/// Those that the library sends by itself, and those that would change what a message means, how long it is
/// or what becomes of its connection. An answer that comes compressed, in part or not at all could not be
/// read.
constexpr std::string_view owned[] = {"Accept",
                                      "Accept-Encoding",
                                      "Authorization",
                                      "Connection",
                                      "Content-Encoding",
                                      "Content-Length",
                                      "Content-Range",
                                      "Content-Type",
                                      "Expect",
                                      "Host",
                                      "HTTP2-Settings",
                                      "If-Match",
                                      "If-Modified-Since",
                                      "If-None-Match",
                                      "If-Range",
                                      "If-Unmodified-Since",
                                      "Keep-Alive",
                                      "Proxy-Authenticate",
                                      "Proxy-Authorization",
                                      "Proxy-Connection",
                                      "Range",
                                      "TE",
                                      "Traceparent",
                                      "Trailer",
                                      "Transfer-Encoding",
                                      "Upgrade",
                                      "User-Agent"};

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) noexcept
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

bool is_owned(std::string_view name) noexcept
{
    return std::any_of(std::begin(owned), std::end(owned),
                       [name](std::string_view each) { return boost::algorithm::iequals(each, name); });
}

} // namespace

bool is_plain_value(std::string_view text) noexcept
{
    const bool printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    return printable && !text.starts_with(' ') && !text.ends_with(' ');
}

std::string fault_of(const header_list& headers)
{
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto& [name, value] = headers[i];
        const std::string which = "headers[" + std::to_string(i) + "]";
        if (!is_token(name)) {
            return which + " must have a name of letters, digits and !#$%&'*+-.^_`|~";
        }
        const std::string named = which + " (" + name.substr(0, 64) + ")";
        if (is_owned(name)) {
            return named + " must not be set: the library sends or needs that header itself" +
                   (boost::algorithm::iequals(name, "User-Agent")      ? " (set user_agent)"
                    : boost::algorithm::iequals(name, "Authorization") ? " (set credentials)"
                                                                       : "");
        }
        if (!is_plain_value(value)) {
            return named + " must have a value of printable ASCII without blanks at either end";
        }
        bytes += name.size() + value.size() + 4; // ": " and the end of the line
        if (bytes > most_of_added_headers) {
            return named + " goes beyond the " + std::to_string(most_of_added_headers) +
                   " bytes that headers may have in all";
        }
    }
    return {};
}

} // namespace videosdk::inline v0::http
