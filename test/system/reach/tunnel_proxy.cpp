// Blocking sockets, a thread a connection.
#include "tunnel_proxy.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace test {
namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

void write_all(int socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// False at the end.
bool read_some(int socket, std::string& into)
{
    char bytes[4096];
    const auto count = ::recv(socket, bytes, sizeof bytes, 0);
    into.append(bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return count > 0;
}

/// False when that side has ended.
bool pass_on(int from, int to)
{
    std::string bytes;
    const bool more = read_some(from, bytes);
    write_all(to, bytes);
    return more;
}

void relay(int client, int server)
{
    pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    while (::poll(both, 2, -1) > 0) {
        for (int side = 0; side < 2; ++side) {
            if (both[side].revents != 0 && !pass_on(both[side].fd, both[1 - side].fd)) {
                return;
            }
        }
    }
}

std::uint16_t port_asked_for(const std::string& head)
{
    const std::size_t end = head.find(" HTTP/1.1\r\n");
    const std::size_t colon = head.rfind(':', end);
    return static_cast<std::uint16_t>(std::stoul(head.substr(colon + 1, end - colon - 1)));
}

bool opens(const std::string& answer)
{
    const std::size_t last = answer.rfind("HTTP/1.");
    return last != std::string::npos && answer.compare(last + 8, 4, " 200") == 0 &&
           answer.find("\r\n\r\n", last) != std::string::npos;
}

} // namespace

tunnel_proxy::tunnel_proxy() : tunnel_proxy([](const std::string&, unsigned) { return tunnel_opened; }) {}

tunnel_proxy::tunnel_proxy(answer_function answer)
    : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, raw, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, raw, &size) != 0) {
        throw std::runtime_error("the proxy of the tests cannot listen");
    }
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
}

tunnel_proxy::~tunnel_proxy()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const int each : sockets_) {
            ::shutdown(each, SHUT_RDWR);
        }
    }
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (std::thread& each : threads_) {
        each.join();
    }
    ::close(listener_);
}

std::vector<std::string> tunnel_proxy::heads() const
{
    const std::lock_guard lock(mutex_);
    return heads_;
}

void tunnel_proxy::accept_all()
{
    for (unsigned nth = 0;; ++nth) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        const std::lock_guard lock(mutex_);
        if (socket < 0 || stopping_) {
            ::close(socket);
            return;
        }
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket, nth] {
            talk(socket, nth);
            const std::lock_guard closing(mutex_);
            std::erase(sockets_, socket);
            ::close(socket);
        });
    }
}

void tunnel_proxy::talk(int socket, unsigned nth)
{
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
        if (!read_some(socket, head)) {
            return;
        }
    }
    {
        const std::lock_guard lock(mutex_);
        heads_.push_back(head);
    }
    const std::string answer = answer_(head, nth);
    write_all(socket, answer);
    if (opens(answer)) {
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(port_asked_for(head));
        if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
            relay(socket, server);
        }
        ::close(server);
    } else if (!answer.empty()) {
        ::shutdown(socket, SHUT_WR);
    }
    // Unread bytes would turn the end into a reset, which may overtake the answer.
    while (read_some(socket, head)) {}
}

} // namespace test
