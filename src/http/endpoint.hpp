// Where a URL leads: scheme, host, port and base path.
#pragma once

#include <videosdk/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

struct endpoint {
    bool tls = true;
    std::string host; ///< A name, or an address without brackets.
    std::uint16_t port = 443;
    std::string path; ///< As in the URL, without a trailing slash: empty, or starts with `/`. A query is kept
                      ///< where allowed.

    /// The `Host` header: with brackets for IPv6, without the scheme's own port.
    std::string authority() const;
    /// `host:port`, with brackets for IPv6, always with the port.
    std::string host_and_port() const;
    /// Whether its host is localhost or a loopback address: nothing leaves the machine.
    bool on_this_machine() const;
};

/// Reads an http or https URL. `allow_query` keeps `?…` at the end of `path`. The failure text says what is
/// wrong with it, without quoting user and password.
boost::system::result<endpoint, std::string> parse_endpoint(std::string_view url, bool allow_query = false);

} // namespace videosdk::inline v0::http
