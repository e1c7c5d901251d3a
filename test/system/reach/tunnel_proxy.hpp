// A proxy of the tests: answers CONNECT as a test says, and carries bytes to a port of this machine.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace test {

inline constexpr const char* tunnel_opened = "HTTP/1.1 200 Connection established\r\n\r\n";

/// Listens on 127.0.0.1. Whatever host it is asked for, it means that port of 127.0.0.1.
class tunnel_proxy {
public:
    /// What to say to the head of a request; `nth` counts connections. Where it is empty, nothing is ever
    /// said. Where the last status in it is 200, a tunnel is opened; else the connection ends behind it.
    using answer_function = std::function<std::string(const std::string& head, unsigned nth)>;

    explicit tunnel_proxy(answer_function answer);
    /// Opens tunnels.
    tunnel_proxy();
    ~tunnel_proxy();
    tunnel_proxy(const tunnel_proxy&) = delete;
    tunnel_proxy& operator=(const tunnel_proxy&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    std::string name() const { return "127.0.0.1:" + std::to_string(port_); }
    /// `http://<userinfo>127.0.0.1:<port>`.
    std::string url(const std::string& userinfo = {}) const { return "http://" + userinfo + name(); }
    /// The heads of all requests so far.
    std::vector<std::string> heads() const;

private:
    void accept_all();
    void talk(int socket, unsigned nth);

    answer_function answer_;
    int listener_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    std::vector<int> sockets_; ///< Open ones, to be woken at the end.
    std::vector<std::thread> threads_;
    bool stopping_ = false;
    std::thread accepting_;
};

} // namespace test
