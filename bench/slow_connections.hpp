// Slow clients, each of which is there again as soon as the server has ended it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace slow {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

/// What a client sends at once, and what it does each second from then on.
struct attack {
    std::string opening;
    std::string more;            ///< Sent each second.
    std::size_t reads = 1 << 20; ///< Bytes each second; what is not read keeps the server from writing.
    bool small_buffers = false;
    std::size_t rate = 1500; ///< Connections each second.
};

/// heads, bodies or reads.
inline attack attack_of(std::string_view name, const std::string& path)
{
    const std::string head =
        "POST " + path + " HTTP/1.1\r\nHost: hooks\r\nContent-Type: application/json\r\n";
    attack out;
    if (name == "heads") {
        out.opening = head + "X-a: ";
        out.more = "b\r\nX-a: ";
    } else if (name == "bodies") {
        out.opening = head + "videosdk-signature: c2ln\r\nContent-Length: 8192\r\n\r\n{";
        out.more = " ";
    } else if (name == "reads") {
        for (int i = 0; i < 1000; ++i) {
            out.opening += "GET / HTTP/1.1\r\nHost:a\r\n\r\n";
        }
        out.reads = 64;
        out.small_buffers = true;
        out.rate = 400; // each has a hundred requests answered before the server's write waits
    } else {
        throw std::runtime_error("an attack is heads, bodies or reads");
    }
    return out;
}

class crowd {
public:
    crowd(attack how, std::uint16_t port, std::size_t size)
        : how_(std::move(how)), port_(port), clients_(size), epoll_(::epoll_create1(EPOLL_CLOEXEC))
    {
        for (client& each : clients_) {
            absent_.push_back(&each);
        }
    }
    ~crowd()
    {
        for (client& each : clients_) {
            leave(each);
        }
        ::close(epoll_);
    }
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    void run_for(std::chrono::seconds duration)
    {
        const auto begun = clock_type::now();
        auto last = begun;
        double budget = 0;
        for (auto now = begun; now < begun + duration; now = clock_type::now()) {
            budget += std::chrono::duration<double>(now - last).count() * double(how_.rate);
            budget = std::min(budget, double(how_.rate) / 10); // no bursts after a stall
            last = now;
            for (; budget >= 1 && !absent_.empty(); --budget) {
                client& next = *absent_.back();
                absent_.pop_back();
                enter(next);
            }
            see_ends();
            for (client& each : clients_) {
                if (each.handle >= 0 && each.due <= now) {
                    each.due = now + 1s;
                    be_slow(each);
                }
            }
        }
    }

private:
    struct client {
        int handle = -1;
        clock_type::time_point due;
    };

    void enter(client& who)
    {
        who.handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (who.handle < 0) {
            throw std::runtime_error("too few descriptors");
        }
        if (how_.small_buffers) {
            // Small segments make the server's own buffer small too: the kernel sizes it by them.
            const int least = 1;
            const int segment = 300;
            ::setsockopt(who.handle, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
            ::setsockopt(who.handle, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        epoll_event event{};
        event.events = EPOLLRDHUP;
        event.data.ptr = &who;
        if (::connect(who.handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::send(who.handle, how_.opening.data(), how_.opening.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ||
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, who.handle, &event) != 0) {
            leave(who);
        }
        who.due = clock_type::now() + 1s;
    }

    void leave(client& who)
    {
        if (who.handle >= 0) {
            ::close(who.handle);
            who.handle = -1;
            absent_.push_back(&who);
        }
    }

    void see_ends()
    {
        std::vector<epoll_event> events(256);
        const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 2);
        for (int i = 0; i < count; ++i) {
            leave(*static_cast<client*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
    }

    void be_slow(client& who)
    {
        std::vector<char> scrap(std::min<std::size_t>(how_.reads, 4096));
        ::recv(who.handle, scrap.data(), scrap.size(), MSG_DONTWAIT);
        if (!how_.more.empty()) {
            ::send(who.handle, how_.more.data(), how_.more.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        }
    }

    attack how_;
    std::uint16_t port_;
    std::vector<client> clients_;
    std::vector<client*> absent_;
    int epoll_;
};

} // namespace slow
