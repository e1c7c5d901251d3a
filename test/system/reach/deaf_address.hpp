// An address of this machine where connections are neither accepted nor refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace test {

/// Its queue of one is full, so that Linux drops whatever else wants to connect.
class deaf_address {
public:
    /// `address` is one of 127.0.0.0/8 but 127.0.0.1; `port` 0 lets the system choose.
    explicit deaf_address(const char* address, std::uint16_t port = 0);
    ~deaf_address();
    deaf_address(const deaf_address&) = delete;
    deaf_address& operator=(const deaf_address&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// Sockets of this machine that are trying to connect to it now.
    std::size_t attempts() const;

private:
    int listener_;
    int filler_;
    std::uint16_t port_ = 0;
    std::string remote_; ///< As /proc/net/tcp writes it.
};

} // namespace test
