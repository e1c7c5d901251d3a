// A provider that sends webhooks over loopback, on a thread of its own, and stamps each just before its bytes
// leave.
#pragma once

#include "signed_events.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

/// CLOCK_MONOTONIC.
inline std::int64_t nanoseconds_now() noexcept
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct sending {
    std::uint16_t port = 0;
    std::string path;
    std::size_t connections = 16;      ///< At most so many webhooks wait for their answer at once.
    bool kept = true;                  ///< Or each webhook has a connection of its own.
    std::chrono::nanoseconds pause{0}; ///< From one webhook to the next; 0: as fast as they are answered.
    /// Until the next one's time it looks for answers without sleeping: what is sent is sent in time, where
    /// its core does nothing else. Or it sleeps.
    bool awake = true;
};

class provider {
public:
    provider(const sending& how, const signed_events& events)
        : how_(how),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          stamps_(new std::atomic<std::int64_t>[events.all.size()])
    {
        for (const signed_event& each : events.all) {
            requests_.push_back(
                "POST " + how.path +
                " HTTP/1.1\r\nHost: hooks.example.com\r\nUser-Agent: webhooks\r\nAccept: */*\r\n"
                "Content-Type: application/json\r\n" +
                std::string(how.kept ? "" : "Connection: close\r\n") +
                "videosdk-signature: " + each.signature +
                "\r\nContent-Length: " + std::to_string(each.body.size()) + "\r\n\r\n" + each.body);
        }
    }
    ~provider()
    {
        for (const int each : idle_) {
            ::close(each);
        }
        ::close(epoll_);
    }
    provider(const provider&) = delete;
    provider& operator=(const provider&) = delete;

    /// When the n-th webhook's one send() began. From any thread, once its event was seen.
    std::int64_t sent_at(std::size_t number) const noexcept
    {
        return stamps_[number].load(std::memory_order_acquire);
    }

    /// Sends all, and returns when each was answered with 200.
    void send_all()
    {
        auto due = std::chrono::steady_clock::now();
        std::size_t next = 0;
        while (answered_ < requests_.size()) {
            const bool in_time = how_.pause.count() == 0 || std::chrono::steady_clock::now() >= due;
            if (next < requests_.size() && waiting_ < how_.connections && in_time) {
                send(next++);
                due += how_.pause;
            }
            const bool may_send = next < requests_.size() && waiting_ < how_.connections;
            std::chrono::nanoseconds longest = std::chrono::seconds(1);
            if (may_send) {
                const auto rest = due - std::chrono::steady_clock::now();
                longest = how_.awake ? rest.zero() : std::max(rest, rest.zero());
            }
            take_answers(longest);
        }
    }

private:
    int connected()
    {
        if (how_.kept && !idle_.empty()) {
            const int handle = idle_.back();
            idle_.pop_back();
            return handle;
        }
        const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(how_.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = handle;
        if (handle < 0 ||
            ::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, handle, &event) != 0) {
            throw std::runtime_error("a webhook could not be sent: no connection");
        }
        return handle;
    }

    void send(std::size_t number)
    {
        const int handle = connected();
        const std::string& request = requests_[number];
        stamps_[number].store(nanoseconds_now(), std::memory_order_release);
        if (::send(handle, request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size())) {
            throw std::runtime_error("a webhook could not be sent whole");
        }
        ++waiting_;
    }

    void take_answers(std::chrono::nanoseconds longest)
    {
        epoll_event events[64];
        const timespec limit{longest.count() / 1'000'000'000, longest.count() % 1'000'000'000};
        const int count = ::epoll_pwait2(epoll_, events, 64, &limit, nullptr);
        if (count < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "epoll_pwait2, of Linux 5.11 or later");
        }
        for (int i = 0; i < count; ++i) {
            const int handle = events[i].data.fd;
            char answer[1024];
            const ssize_t size = ::recv(handle, answer, sizeof answer, 0);
            const std::string_view text(answer, size > 0 ? static_cast<std::size_t>(size) : 0);
            if (!text.starts_with("HTTP/1.1 200 ")) {
                throw std::runtime_error("a webhook was not acknowledged: " +
                                         std::string(text.substr(0, 40)));
            }
            ++answered_;
            --waiting_;
            if (how_.kept) {
                idle_.push_back(handle);
            } else {
                ::close(handle);
            }
        }
    }

    sending how_;
    int epoll_;
    std::vector<std::string> requests_;
    std::unique_ptr<std::atomic<std::int64_t>[]> stamps_;
    std::vector<int> idle_;
    std::size_t waiting_ = 0;
    std::size_t answered_ = 0;
};

} // namespace bench
