// Whose request it is when it comes through a proxy: X-Forwarded-For, believed only of those who are trusted.
#pragma once

#include <videosdk/transport.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/system/result.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::http {

/// An IPv4 address that came as IPv6 (`::ffff:192.0.2.1`) as IPv4; any other as it is.
asio::ip::address plain_address(const asio::ip::address& address);

/// Addresses and networks (`10.0.0.0/8`, `2001:db8::/32`) of proxies.
class trusted_networks {
public:
    trusted_networks() = default;
    /// Adds one entry; the text says what is wrong with it, nothing when it was right.
    std::optional<std::string> add(std::string_view entry);
    bool empty() const noexcept { return v4_.empty() && v6_.empty(); }
    bool hold(const asio::ip::address& address) const;

private:
    std::vector<asio::ip::network_v4> v4_;
    std::vector<asio::ip::network_v6> v6_;
};

/// The client's address by the X-Forwarded-For of a trusted peer: read from the right, over all headers of
/// that name, the first entry that is not itself trusted; the left-most when all are. Nothing when there is
/// none, or an entry on the way is no address: then the peer counts as the client.
///
/// Entries are addresses, with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`,
/// `[2001:db8::1]:80`.
std::optional<asio::ip::address> forwarded_address(std::span<const header_view> headers,
                                                   const trusted_networks& trusted);

} // namespace videosdk::inline v0::http
