// Networks of proxies, and the reading of X-Forwarded-For.
#include "http/server_forwarded.hpp"

#include "http/head.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ranges>

namespace videosdk::inline v0::http {
namespace {

using asio::ip::address;
using boost::system::error_code;

constexpr unsigned short mapped_prefix = 96; // bits of ::ffff:0:0/96 (RFC 4291, 2.5.5.2)

std::string_view trim(std::string_view text) noexcept
{
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

bool is_port(std::string_view digits) noexcept
{
    std::uint16_t port = 0;
    const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return !digits.empty() && bad == std::errc() && end == digits.data() + digits.size();
}

/// No scope (`%eth0`): it means nothing to another machine.
std::optional<address> read_address(std::string_view text)
{
    if (text.find('%') != std::string_view::npos) {
        return std::nullopt;
    }
    error_code failure;
    const address read = asio::ip::make_address(std::string(text), failure);
    return failure ? std::nullopt : std::optional(plain_address(read));
}

std::optional<address> read_entry(std::string_view entry)
{
    if (entry.starts_with('[')) {
        const std::size_t end = entry.find(']');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view after = entry.substr(end + 1);
        if (!after.empty() && !(after.front() == ':' && is_port(after.substr(1)))) {
            return std::nullopt;
        }
        const std::string_view inside = entry.substr(1, end - 1);
        return inside.find(':') == std::string_view::npos ? std::nullopt : read_address(inside);
    }
    const std::size_t colon = entry.find(':');
    if (colon != std::string_view::npos && colon == entry.rfind(':')) { // IPv4 and a port
        return is_port(entry.substr(colon + 1)) ? read_address(entry.substr(0, colon)) : std::nullopt;
    }
    return read_address(entry);
}

template <class Network>
std::string host_bits(std::string_view entry, const Network& network)
{
    return "\"" + std::string(entry) + "\" has bits beyond its prefix: write " +
           network.canonical().to_string();
}

} // namespace

address plain_address(const address& which)
{
    if (which.is_v6() && which.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, which.to_v6());
    }
    return which;
}

std::optional<std::string> trusted_networks::add(std::string_view entry)
{
    std::string wrong = "\"" + std::string(entry) +
                        "\" is no address or network such as 10.0.0.0/8, 192.0.2.1 or 2001:db8::/32";
    if (entry.find('/') == std::string_view::npos) {
        const std::optional<address> single = read_address(entry);
        if (!single) {
            return wrong;
        }
        if (single->is_v4()) {
            v4_.emplace_back(single->to_v4(), static_cast<unsigned short>(32));
        } else {
            v6_.emplace_back(single->to_v6(), static_cast<unsigned short>(128));
        }
        return std::nullopt;
    }
    error_code failure;
    const auto v4 = asio::ip::make_network_v4(std::string(entry), failure);
    if (!failure) {
        if (v4 != v4.canonical()) {
            return host_bits(entry, v4);
        }
        v4_.push_back(v4);
        return std::nullopt;
    }
    const auto v6 = asio::ip::make_network_v6(std::string(entry), failure);
    if (failure || entry.find('%') != std::string_view::npos) {
        return wrong;
    }
    if (v6 != v6.canonical()) {
        return host_bits(entry, v6);
    }
    if (v6.address().is_v4_mapped() && v6.prefix_length() >= mapped_prefix) { // as hold() sees such peers
        v4_.emplace_back(plain_address(v6.address()).to_v4(),
                         static_cast<unsigned short>(v6.prefix_length() - mapped_prefix));
        return std::nullopt;
    }
    v6_.push_back(v6);
    return std::nullopt;
}

bool trusted_networks::hold(const address& which) const
{
    const address plain = plain_address(which);
    if (plain.is_v4()) {
        return std::ranges::any_of(v4_, [&](const asio::ip::network_v4& each) {
            return asio::ip::network_v4(plain.to_v4(), each.prefix_length()).canonical() == each;
        });
    }
    asio::ip::address_v6 unscoped = plain.to_v6();
    unscoped.scope_id(0);
    return std::ranges::any_of(v6_, [&](const asio::ip::network_v6& each) {
        return asio::ip::network_v6(unscoped, each.prefix_length()).canonical() == each;
    });
}

std::optional<address> forwarded_address(std::span<const header_view> headers,
                                         const trusted_networks& trusted)
{
    std::optional<address> found;
    for (const header_view& header : headers | std::views::reverse) {
        if (!same_field_name(header.name, "X-Forwarded-For")) {
            continue;
        }
        std::string_view list = header.value;
        for (bool more = true; more;) {
            const std::size_t comma = list.rfind(',');
            more = comma != std::string_view::npos;
            const std::string_view entry = trim(more ? list.substr(comma + 1) : list);
            list = more ? list.substr(0, comma) : std::string_view();
            found = read_entry(entry);
            if (!found || !trusted.hold(*found)) {
                return found;
            }
        }
    }
    return found;
}

} // namespace videosdk::inline v0::http
