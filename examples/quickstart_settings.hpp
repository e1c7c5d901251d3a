// Where the quickstart goes, from the environment: to the real service, or to one played in its own process.
#pragma once

#include <videosdk/videosdk.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

class settings {
public:
    settings() = default;

    bool real = false;
    std::string api_key = "quickstart";
    std::string secret = "a secret of nobody, for the service in this process";
    std::string endpoint;
    std::string ca_pem; // of the service in this process
    std::string public_url;
    std::string listen;
    std::string room_id = "abcd-efgh-ijkl";
};

inline std::string environment(const char* name, std::string otherwise = std::string())
{
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::string(value) : otherwise;
}

/// A port that is free now: the webhook URL must be known before anything listens there.
inline std::string free_port(boost::asio::io_context& context)
{
    const boost::asio::ip::tcp::endpoint any(boost::asio::ip::address_v4::loopback(), 0);
    const boost::asio::ip::tcp::acceptor acceptor(context, any);
    return std::to_string(acceptor.local_endpoint().port());
}

inline settings settings_from_environment(boost::asio::io_context& context)
{
    settings chosen;
    const std::string key = environment("VIDEOSDK_API_KEY");
    const std::string secret = environment("VIDEOSDK_SECRET");
    const std::string public_url = environment("VIDEOSDK_PUBLIC_URL");
    if (public_url.empty()) {
        if (!key.empty()) {
            std::cout << "VIDEOSDK_PUBLIC_URL is not set, so the real service is left alone\n";
        }
        const std::string port = free_port(context);
        chosen.listen = "127.0.0.1:" + port;
        chosen.public_url = "http://127.0.0.1:" + port;
        return chosen;
    }
    if (key.empty() || secret.empty()) {
        throw std::runtime_error("VIDEOSDK_PUBLIC_URL is set: the real service needs VIDEOSDK_API_KEY and "
                                 "VIDEOSDK_SECRET too");
    }
    chosen.real = true;
    chosen.api_key = key;
    chosen.secret = secret;
    chosen.public_url = public_url;
    chosen.endpoint = videosdk::endpoint_from_environment();
    chosen.listen = environment("VIDEOSDK_LISTEN", "0.0.0.0:8080");
    chosen.room_id = environment("VIDEOSDK_ROOM_ID");
    return chosen;
}

inline videosdk::client_options client_options_of(const settings& chosen)
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::key_and_secret(chosen.api_key, chosen.secret);
    options.endpoint = chosen.endpoint;
    options.tls.ca_pem = chosen.ca_pem;
    options.serial_executor = true; // one thread runs the context
    return options;
}

inline videosdk::webhook_options webhook_options_of(const settings& chosen)
{
    videosdk::webhook_options options;
    options.public_url = chosen.public_url;
    options.owner = "quickstart";
    return options;
}
