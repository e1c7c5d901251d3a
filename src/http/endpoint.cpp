// Reading URLs, by Boost.URL.
#include "http/endpoint.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace videosdk::inline v0::http {
namespace {

std::string_view view(boost::core::string_view text) noexcept
{
    return {text.data(), text.size()};
}

bool has_odd_bytes(std::string_view text) noexcept
{
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
            return true;
        }
    }
    return false;
}

/// What a URL may write as `%00` or `%0d` must not get into a header, a look-up or a certificate's check.
bool is_host_name(std::string_view text) noexcept
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == '_';
    };
    return text.size() <= 254 && std::all_of(text.begin(), text.end(), fits);
}

} // namespace

std::string endpoint::authority() const
{
    if (port != (tls ? 443 : 80)) {
        return host_and_port();
    }
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string endpoint::host_and_port() const
{
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

bool endpoint::on_this_machine() const
{
    boost::system::error_code failure;
    const auto address = asio::ip::make_address(host, failure);
    return failure ? boost::algorithm::iequals(host, "localhost") : address.is_loopback();
}

boost::system::result<endpoint, std::string> parse_endpoint(std::string_view url, bool allow_query)
{
    if (url.empty()) {
        return std::string("the URL is empty");
    }
    if (has_odd_bytes(url)) {
        return std::string("the URL holds a blank, a control byte or a byte beyond ASCII");
    }
    const auto parsed = boost::urls::parse_uri(boost::core::string_view(url.data(), url.size()));
    if (!parsed) {
        return std::string("it is not an absolute URL such as https://host/path");
    }
    const boost::urls::url_view& parts = *parsed;
    endpoint where;
    if (parts.scheme_id() == boost::urls::scheme::https) {
        where.tls = true;
    } else if (parts.scheme_id() == boost::urls::scheme::http) {
        where.tls = false;
    } else {
        return std::string("its scheme is neither http nor https");
    }
    if (parts.has_userinfo()) {
        return std::string("it holds a user or a password");
    }
    if (parts.has_fragment()) {
        return std::string("it has a fragment (#)");
    }
    if (parts.has_query() && !allow_query) {
        return std::string("it has a query (?)");
    }
    where.host =
        parts.host_type() == boost::urls::host_type::ipv6 ? parts.host_address() : std::string(parts.host());
    if (where.host.empty()) {
        return std::string("it has no host");
    }
    if (parts.host_type() != boost::urls::host_type::ipv6 && !is_host_name(where.host)) {
        return std::string("its host is neither a name of letters, digits, '-', '.' and '_' nor an address");
    }
    where.port = where.tls ? 443 : 80;
    if (parts.has_port()) {
        const std::string_view digits = view(parts.port());
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), where.port);
        if (failure != std::errc() || end != digits.data() + digits.size() || where.port == 0) {
            return std::string("its port is not a number from 1 to 65535");
        }
    }
    where.path = std::string(view(parts.encoded_path()));
    if (!where.path.empty() && where.path.front() != '/') {
        // Boost.URL takes `127.0.0.1.example.com` for the address 127.0.0.1 and a path `.example.com`.
        return std::string("its host begins like an address, but is none");
    }
    if (!parts.has_query()) {
        while (!where.path.empty() && where.path.back() == '/') {
            where.path.pop_back();
        }
    } else {
        where.path += "?" + std::string(view(parts.encoded_query()));
    }
    return where;
}

} // namespace videosdk::inline v0::http
