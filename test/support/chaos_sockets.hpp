// The sockets of the chaos proxy: IPv4 on loopback, by the system's own calls.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace test_support {

inline void require(bool done, const char* what)
{
    if (!done) {
        throw std::system_error(errno, std::generic_category(), std::string("chaos proxy: ") + what);
    }
}

/// A descriptor and its owner.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int native) : native_(native) {}
    descriptor(descriptor&& other) noexcept : native_(std::exchange(other.native_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept
    {
        close();
        native_ = std::exchange(other.native_, -1);
        return *this;
    }
    ~descriptor() { close(); }

    int get() const noexcept { return native_; }
    bool open() const noexcept { return native_ >= 0; }

    void close() noexcept
    {
        if (open()) {
            ::close(std::exchange(native_, -1));
        }
    }

    void reset() noexcept
    {
        const linger now{1, 0};
        ::setsockopt(native_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }

private:
    int native_ = -1;
};

inline sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

inline descriptor make_socket(int flags)
{
    descriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    require(made.open(), "a socket");
    return made;
}

inline int connect_to(const descriptor& from, std::uint16_t port)
{
    const sockaddr_in address = loopback(port);
    return ::connect(from.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

inline descriptor listen_at(std::uint16_t port)
{
    descriptor made = make_socket(SOCK_NONBLOCK);
    const int on = 1;
    ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    require(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
    require(::listen(made.get(), SOMAXCONN) == 0, "listen");
    return made;
}

inline std::uint16_t port_of(int socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    const bool known = ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
                       address.sin_family == AF_INET;
    return known ? ntohs(address.sin_port) : std::uint16_t(0);
}

inline std::uint16_t peer_port_of(int socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    const bool known = ::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
                       address.sin_family == AF_INET;
    return known ? ntohs(address.sin_port) : std::uint16_t(0);
}

/// A socket of somebody else in this process. Told from later ones with the same number by its inode.
class foreign_socket {
public:
    foreign_socket() = default;
    explicit foreign_socket(int native) : native_(native), inode_(inode_of(native)) {}

    bool known() const noexcept { return native_ >= 0; }
    bool open() const noexcept { return known() && inode_of(native_) == inode_; }
    int get() const noexcept { return native_; }

private:
    static ino_t inode_of(int native) noexcept
    {
        struct stat what{};
        return native >= 0 && ::fstat(native, &what) == 0 ? what.st_ino : 0;
    }

    int native_ = -1;
    ino_t inode_ = 0;
};

} // namespace test_support
