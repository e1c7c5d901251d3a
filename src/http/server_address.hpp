// The address that a server listens on, as text.
#pragma once

#include <videosdk/config.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// Reads `host:port` with a numeric host (`0.0.0.0`, `[::1]`) or `localhost`; nothing when it is not that.
std::optional<asio::ip::tcp::endpoint> parse_listen_address(std::string_view address);

/// `127.0.0.1:4711` or `[::1]:4711`.
std::string to_text(const asio::ip::tcp::endpoint& endpoint);

} // namespace videosdk::inline v0::http
