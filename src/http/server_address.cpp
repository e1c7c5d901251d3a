// Reading and writing of socket addresses.
#include "http/server_address.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <cstdint>

namespace videosdk::inline v0::http {

std::optional<asio::ip::tcp::endpoint> parse_listen_address(std::string_view address)
{
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = address.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || bad != std::errc() || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    std::string host(address.substr(0, colon));
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    } else if (host == "localhost") {
        host = "127.0.0.1";
    }
    boost::system::error_code failure;
    const auto parsed = asio::ip::make_address(host, failure);
    if (failure || parsed.is_v6() != bracketed) {
        return std::nullopt;
    }
    return asio::ip::tcp::endpoint(parsed, port);
}

std::string to_text(const asio::ip::tcp::endpoint& endpoint)
{
    std::string text = endpoint.address().to_string();
    if (endpoint.address().is_v6()) {
        text.insert(0, 1, '[').append(1, ']');
    }
    return text.append(1, ':').append(std::to_string(endpoint.port()));
}

} // namespace videosdk::inline v0::http
