// A listener whose queue is full.
#include "deaf_address.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace test {

deaf_address::deaf_address(const char* address, std::uint16_t port)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      filler_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &place.sin_addr);
    socklen_t size = sizeof place;
    auto* const raw = reinterpret_cast<sockaddr*>(&place);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 0) != 0 ||
        ::getsockname(listener_, raw, &size) != 0 || ::connect(filler_, raw, size) != 0) {
        throw std::runtime_error("a deaf address cannot be made");
    }
    port_ = ntohs(place.sin_port);
    char text[32];
    std::snprintf(text, sizeof text, "%08X:%04X", static_cast<unsigned>(place.sin_addr.s_addr),
                  static_cast<unsigned>(port_));
    remote_ = text;
}

deaf_address::~deaf_address()
{
    ::close(filler_);
    ::close(listener_);
}

std::size_t deaf_address::attempts() const
{
    std::ifstream table("/proc/net/tcp");
    std::size_t found = 0;
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields(line);
        std::string number;
        std::string local;
        std::string remote;
        std::string state;
        fields >> number >> local >> remote >> state;
        found += remote == remote_ && state == "02" ? 1 : 0; // SYN_SENT
    }
    return found;
}

} // namespace test
