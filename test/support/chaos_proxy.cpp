// Accepting and taking turns. Sockets are non-blocking, under one epoll descriptor, which is what Asio
// watches when the proxy is left to itself.
#include "chaos_proxy.hpp"

#include "chaos_relay.hpp"
#include "chaos_sockets.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/epoll.h>

namespace test_support {

int other_end_of(int socket)
{
    constexpr int most = 1024;
    const std::uint16_t own = port_of(socket);
    const std::uint16_t other = peer_port_of(socket);
    for (int each = 0; each < most; ++each) {
        if (port_of(each) == other && peer_port_of(each) == own) {
            return each;
        }
    }
    return -1;
}

void wait_for_end_at(int socket)
{
    pollfd waiting{socket, POLLRDHUP, 0};
    while (waiting.revents == 0) {
        require(::poll(&waiting, 1, -1) >= 0 || errno == EINTR, "poll");
    }
}

std::string tls_alert(unsigned char level, unsigned char description)
{
    const unsigned char bytes[] = {21, 3, 3, 0, 2, level, description};
    return std::string(reinterpret_cast<const char*>(bytes), sizeof bytes);
}

class chaos_proxy::core final : public std::enable_shared_from_this<core>, private videosdk::alarm {
public:
    core(std::uint16_t server_port, std::shared_ptr<videosdk::scheduler> time, std::uint64_t seed)
        : server_port_(server_port),
          time_(std::move(time)),
          random_(seed),
          listener_(listen_at(0)),
          port_(port_of(listener_.get()))
    {
    }

    ~core()
    {
        if (armed()) {
            time_->cancel(*this);
        }
    }

    void set_door(door how)
    {
        callers_.clear();
        listener_.close();
        door_ = how;
        if (how == door::refusing) {
            return;
        }
        listener_ = listen_at(port_);
        watch(listener_.get());
        if (how == door::silent) {
            fill_queue();
        }
    }

    bool turn()
    {
        bool moved = accept_all();
        for (const auto& each : links) {
            if (each->open()) {
                moved = each->turn(time_->now(), random_) || moved;
            }
        }
        return moved;
    }

    void start(const boost::asio::any_io_executor& executor)
    {
        const int made = ::epoll_create1(EPOLL_CLOEXEC);
        require(made >= 0, "epoll");
        watcher_.emplace(executor, made);
        watch(listener_.get());
        for (const auto& each : links) {
            watch(each->client());
            watch(each->server());
        }
        wait();
        turn_and_plan();
    }

    void stop() noexcept
    {
        watcher_.reset();
        if (armed()) {
            time_->cancel(*this);
        }
    }

    std::vector<std::unique_ptr<relay>> links;
    link_plan plan;
    std::function<link_plan()> planner;

    std::uint16_t port() const noexcept { return port_; }

    time_point next_due() const noexcept
    {
        time_point next = time_point::max();
        for (const auto& each : links) {
            next = std::min(next, each->open() ? each->due() : time_point::max());
        }
        return next;
    }

private:
    bool accept_all()
    {
        bool moved = false;
        while (listener_.open() && door_ == door::open) {
            descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (!client.open()) {
                break;
            }
            moved = true;
            links.push_back(
                std::make_unique<relay>(std::move(client), server_port_, planner ? planner() : plan));
            watch(links.back()->client());
            watch(links.back()->server());
        }
        return moved;
    }

    /// A queue of one, and callers of our own in it: Linux drops what comes beyond.
    void fill_queue()
    {
        require(::listen(listener_.get(), 0) == 0, "listen");
        for (int i = 0; i < 2; ++i) {
            callers_.push_back(make_socket(SOCK_NONBLOCK));
            require(connect_to(callers_.back(), port_) == 0 || errno == EINPROGRESS, "connect");
        }
    }

    /// Edge by edge: a turn leaves nothing behind that could be moved.
    void watch(int socket)
    {
        if (watcher_ && socket >= 0) {
            epoll_event event{};
            event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
            require(::epoll_ctl(watcher_->native_handle(), EPOLL_CTL_ADD, socket, &event) == 0, "epoll");
        }
    }

    void wait()
    {
        watcher_->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                             [weak = weak_from_this()](const boost::system::error_code& failure) {
                                 const auto self = weak.lock();
                                 if (self && self->watcher_ && !failure) {
                                     epoll_event ignored[64];
                                     while (::epoll_wait(self->watcher_->native_handle(), ignored, 64, 0) ==
                                            64) {}
                                     self->wait();
                                     self->turn_and_plan();
                                 }
                             });
    }

    void turn_and_plan()
    {
        if (turn()) {
            // A slice at a time, with the others' turns between.
            boost::asio::post(watcher_->get_executor(), [weak = weak_from_this()] {
                if (const auto self = weak.lock(); self && self->watcher_) {
                    self->turn_and_plan();
                }
            });
            return;
        }
        const time_point next = next_due();
        if (next > time_->now() && next != time_point::max()) {
            time_->wait_until(next, *this);
        }
    }

    void on_alarm() override { turn_and_plan(); }

    std::uint16_t server_port_;
    std::shared_ptr<videosdk::scheduler> time_;
    std::mt19937_64 random_;
    descriptor listener_;
    std::uint16_t port_;
    door door_ = door::open;
    std::vector<descriptor> callers_;
    std::optional<boost::asio::posix::stream_descriptor> watcher_;
};

chaos_proxy::chaos_proxy(std::uint16_t server_port, std::shared_ptr<videosdk::scheduler> time,
                         std::uint64_t seed)
    : core_(std::make_shared<core>(server_port, std::move(time), seed))
{
}

chaos_proxy::~chaos_proxy()
{
    stop();
}

std::uint16_t chaos_proxy::port() const noexcept
{
    return core_->port();
}

void chaos_proxy::set_plan(link_plan plan)
{
    core_->plan = std::move(plan);
}

void chaos_proxy::set_planner(std::function<link_plan()> planner)
{
    core_->planner = std::move(planner);
}

void chaos_proxy::set_door(door how)
{
    core_->set_door(how);
}

bool chaos_proxy::turn()
{
    return core_->turn();
}

videosdk::scheduler::time_point chaos_proxy::next_due() const noexcept
{
    return core_->next_due();
}

void chaos_proxy::start(const boost::asio::any_io_executor& executor)
{
    core_->start(executor);
}

void chaos_proxy::stop() noexcept
{
    core_->stop();
}

std::size_t chaos_proxy::links() const noexcept
{
    return core_->links.size();
}

chaos_link& chaos_proxy::link(std::size_t nth) noexcept
{
    return *core_->links[nth];
}

void chaos_proxy::forget_ended()
{
    std::erase_if(core_->links, [](const auto& each) { return !each->open(); });
}

} // namespace test_support
