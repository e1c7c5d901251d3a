// The proxy on the way to an endpoint: where it is, when it is used, and what it is asked for.
#pragma once

#include "http/endpoint.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/error.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// A proxy as its URL names it.
struct proxy_address {
    endpoint where;
    std::string authorization; ///< `user:password` in base64; empty where the URL names none. A secret.
};

/// Reads `http://[user:password@]host:port`. The failure text quotes neither user nor password.
boost::system::result<proxy_address, std::string> parse_proxy(std::string_view url);

/// Whether proxy_options::no_proxy, or that it is on this machine, keeps an endpoint from the proxy.
bool goes_direct(std::string_view no_proxy, const endpoint& where);

/// The way through a proxy to one endpoint.
struct proxy {
    endpoint where;
    std::string request;            ///< CONNECT, to the empty line. May hold a secret.
    std::string target;             ///< The endpoint's host and port.
    bool has_authorization = false; ///< Whether the request holds one.

    /// `proxy.example.com:3128`.
    std::string name() const { return where.host_and_port(); }
};

/// Empty where the endpoint is reached without. `options` have been validated.
std::shared_ptr<const proxy> proxy_to(const endpoint& where, const proxy_options& options);

} // namespace videosdk::inline v0::http
