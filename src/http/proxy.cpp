// Reading the URL of a proxy and the list of those who go without.
#include "http/proxy.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace videosdk::inline v0::http {
namespace {

using boost::system::error_code;

constexpr std::string_view scheme = "http://";

std::optional<unsigned char> hex_value(char c) noexcept
{
    unsigned char value = 0;
    const auto [end, failure] = std::from_chars(&c, &c + 1, value, 16);
    return failure == std::errc() && end == &c + 1 ? std::optional(value) : std::nullopt;
}

/// Nothing where an escape is none, or stands for a control byte, which Basic has no place for (RFC 7617,
/// section 2).
std::optional<std::string> decode(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
            const auto low = high ? hex_value(text[i + 2]) : std::nullopt;
            if (!low) {
                return std::nullopt;
            }
            c = static_cast<char>(*high * 16 + *low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            return std::nullopt;
        }
        out += c;
    }
    return out;
}

std::string base64(std::string_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0'); // EVP_EncodeBlock ends it with a NUL.
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string_view without_dot_at_end(std::string_view name) noexcept
{
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

/// One of proxy_options::no_proxy.
struct exception {
    std::string_view host;
    std::string_view port; ///< Empty where it is for all.
};

exception split(std::string_view entry) noexcept
{
    if (entry.starts_with('[')) {
        const std::size_t end = entry.find(']');
        if (end == std::string_view::npos) {
            return {};
        }
        const std::string_view rest = entry.substr(end + 1);
        return {entry.substr(1, end - 1), rest.starts_with(':') ? rest.substr(1) : std::string_view()};
    }
    const std::size_t colon = entry.find(':');
    if (colon == std::string_view::npos || entry.find(':', colon + 1) != std::string_view::npos) {
        return {entry, {}}; // A name, or an IPv6 address.
    }
    return {entry.substr(0, colon), entry.substr(colon + 1)};
}

bool is_in_network(const asio::ip::address& address, std::string_view network)
{
    error_code failure;
    if (address.is_v4()) {
        const auto net = asio::ip::make_network_v4(network, failure);
        return !failure &&
               asio::ip::network_v4(address.to_v4(), net.prefix_length()).canonical() == net.canonical();
    }
    const auto net = asio::ip::make_network_v6(network, failure);
    return !failure &&
           asio::ip::network_v6(address.to_v6(), net.prefix_length()).canonical() == net.canonical();
}

bool covers(std::string_view entry, const endpoint& where)
{
    if (entry == "*") {
        return true;
    }
    error_code failure;
    const auto address = asio::ip::make_address(where.host, failure);
    const bool numeric = !failure;
    if (entry.find('/') != std::string_view::npos) {
        return numeric && is_in_network(address, entry);
    }
    auto [host, port] = split(entry);
    if (!port.empty() && port != std::to_string(where.port)) {
        return false;
    }
    if (numeric) {
        const auto other = asio::ip::make_address(host, failure);
        return !failure && other == address;
    }
    if (host.starts_with("*.")) {
        host.remove_prefix(1);
    }
    if (host.starts_with('.')) {
        host.remove_prefix(1);
    }
    host = without_dot_at_end(host);
    const std::string_view name = without_dot_at_end(where.host);
    if (host.empty() || !boost::algorithm::iends_with(name, host)) {
        return false;
    }
    return name.size() == host.size() || name[name.size() - host.size() - 1] == '.';
}

} // namespace

boost::system::result<proxy_address, std::string> parse_proxy(std::string_view url)
{
    if (!boost::algorithm::istarts_with(url, scheme)) {
        return std::string("it does not begin with http://, the only way to a proxy that there is");
    }
    std::string_view rest = url.substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::size_t at = authority.rfind('@');
    proxy_address out;
    if (at != std::string_view::npos) {
        const std::string_view userinfo = authority.substr(0, at);
        const std::size_t colon = userinfo.find(':');
        const auto user = decode(userinfo.substr(0, colon));
        const auto password =
            decode(colon == std::string_view::npos ? std::string_view() : userinfo.substr(colon + 1));
        if (!user || !password) {
            return std::string("its user or password holds a control byte, or a % that begins no escape");
        }
        if (user->find(':') != std::string::npos) {
            return std::string("its user holds a colon, which Basic authentication has no place for");
        }
        out.authorization = base64(*user + ":" + *password);
        rest.remove_prefix(at + 1);
    }
    auto where = parse_endpoint(std::string(scheme) + std::string(rest));
    if (!where) {
        return where.error();
    }
    if (!where->path.empty()) {
        return std::string("it has a path");
    }
    const std::string_view host_and_port = rest.substr(0, rest.find('/'));
    const std::size_t colon = host_and_port.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == host_and_port.size() ||
        host_and_port.find(']', colon) != std::string_view::npos) {
        return std::string("it names no port");
    }
    out.where = std::move(*where);
    return out;
}

bool goes_direct(std::string_view no_proxy, const endpoint& where)
{
    if (where.on_this_machine()) {
        return true;
    }
    constexpr std::string_view between = ", \t";
    while (!no_proxy.empty()) {
        const std::size_t end = std::min(no_proxy.find_first_of(between), no_proxy.size());
        if (end != 0 && covers(no_proxy.substr(0, end), where)) {
            return true;
        }
        no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
    }
    return false;
}

std::shared_ptr<const proxy> proxy_to(const endpoint& where, const proxy_options& options)
{
    if (options.url.empty() || goes_direct(options.no_proxy, where)) {
        return {};
    }
    const auto address = parse_proxy(options.url);
    auto made = std::make_shared<proxy>();
    made->where = address->where;
    made->target = where.host_and_port();
    made->has_authorization = !address->authorization.empty();
    made->request = "CONNECT " + made->target + " HTTP/1.1\r\nHost: " + made->target + "\r\n";
    if (made->has_authorization) {
        made->request += "Proxy-Authorization: Basic " + address->authorization + "\r\n";
    }
    made->request += "\r\n";
    return made;
}

} // namespace videosdk::inline v0::http
