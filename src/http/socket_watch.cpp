// Waiting for many sockets with one operation.
#include "http/socket_watch.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <exception>
#include <utility>

#include <pthread.h>
#include <unistd.h>

namespace videosdk::inline v0::http {
namespace {

boost::system::error_code last_failure() noexcept
{
    return {errno, boost::system::system_category()};
}

/// How often this process and those it comes from have forked since somebody first asked.
unsigned forks() noexcept
{
    static std::atomic<unsigned> count = 0;
    [[maybe_unused]] static const int registered =
        ::pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });
    return count.load(std::memory_order_relaxed);
}

} // namespace

void socket_watch::open(boost::system::error_code& failure) noexcept
{
    forks_ = forks();
    const int native = ::epoll_create1(EPOLL_CLOEXEC);
    if (native < 0) {
        failure = last_failure();
        return;
    }
    try {
        epoll_.emplace(executor_, native);
    } catch (const boost::system::system_error& refused) {
        ::close(native);
        failure = refused.code();
    } catch (const std::exception&) {
        ::close(native);
        failure = asio::error::no_memory;
    }
}

boost::system::error_code socket_watch::add(int socket, watched& who) noexcept
{
    boost::system::error_code failure;
    if (shut_down_) {
        return asio::error::operation_aborted;
    }
    if (!epoll_) {
        open(failure);
        if (failure) {
            return failure;
        }
    }
    if (forks_ != forks()) {
        return asio::error::operation_not_supported; // the parent's epoll
    }
    epoll_event what{};
    what.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
    what.data.ptr = &who;
    if (::epoll_ctl(epoll_->native_handle(), EPOLL_CTL_ADD, socket, &what) != 0) {
        return last_failure();
    }
    ++sockets_;
    try {
        wait();
    } catch (const std::exception&) {
        remove(socket, who);
        return asio::error::no_memory;
    }
    return {};
}

void socket_watch::remove(int socket, watched& who) noexcept
{
    if (who.is_linked()) {
        again_.erase(again_.iterator_to(who));
    }
    for (std::size_t i = served_; i < count_; ++i) {
        if (ready_[i].data.ptr == &who) {
            ready_[i].data.ptr = nullptr;
        }
    }
    if (epoll_) {
        if (forks_ == forks()) {
            ::epoll_ctl(epoll_->native_handle(), EPOLL_CTL_DEL, socket, nullptr);
        }
        if (--sockets_ == 0) {
            boost::system::error_code ignored;
            epoll_->cancel(ignored);
        }
    }
}

void socket_watch::look_again(watched& who)
{
    if (!who.is_linked()) {
        again_.push_back(who);
        turn_later();
    }
}

void socket_watch::shutdown() noexcept
{
    shut_down_ = true;
    epoll_.reset();
    executor_ = {};
}

/// Not after shutdown(), and not in a child process: the epoll is its parent's.
bool socket_watch::is_open() const noexcept
{
    return epoll_ && forks_ == forks();
}

void socket_watch::wait()
{
    if (waiting_ || sockets_ == 0 || !is_open()) {
        return;
    }
    epoll_->async_wait(asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](const boost::system::error_code&) {
                           if (const auto self = weak.lock()) {
                               self->waiting_ = false;
                               self->turn();
                           }
                       });
    waiting_ = true;
}

void socket_watch::turn_later()
{
    if (posted_ || shut_down_) {
        return;
    }
    asio::post(executor_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->posted_ = false;
            self->turn();
        }
    });
    posted_ = true;
}

void socket_watch::turn()
{
    // What a handler throws goes to whoever runs the context, and must cost the other sockets nothing.
    try {
        serve();
    } catch (...) {
        go_on();
        throw;
    }
    go_on();
}

/// While many answer, more have come by the time that these are served: they are asked for at once, since
/// coming back from Asio's loop takes three system calls. Not for ever: others on the executor have their
/// turns.
void socket_watch::serve()
{
    constexpr unsigned most_rounds = 8;
    for (unsigned round = 0; round != most_rounds; ++round) {
        if (!is_open()) {
            return;
        }
        if (served_ == count_) {
            served_ = 0;
            count_ = 0;
            const int found =
                ::epoll_wait(epoll_->native_handle(), ready_.data(), static_cast<int>(ready_.size()), 0);
            count_ = static_cast<std::size_t>(std::max(found, 0));
            // Before anybody is told: who is told may run the context himself until something happens.
            wait();
        }
        const std::size_t found = count_;
        if (round != 0) {
            count_look(found != 0);
        }
        while (served_ < count_) {
            const epoll_event each = ready_[served_++];
            if (each.data.ptr != nullptr) {
                static_cast<watched*>(each.data.ptr)
                    ->on_ready((each.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) != 0);
            }
        }
        if (found == 0 || sockets_ <= found || (found == 1 && !looking_pays())) {
            break; // nobody else could have got anything, or hardly anybody
        }
    }
    for (std::size_t due = again_.size(); due > 0 && !again_.empty(); --due) {
        watched& each = again_.front();
        again_.pop_front();
        each.on_ready(false);
    }
}

/// One that finds something saves three system calls, and one that does not costs one.
void socket_watch::count_look(bool found) noexcept
{
    constexpr unsigned most = 12;
    if (found) {
        credit_ = std::min(credit_ + 3, most);
    } else if (credit_ != 0) {
        --credit_;
    }
}

/// Where it did not of late, it is tried now and then.
bool socket_watch::looking_pays() noexcept
{
    constexpr unsigned tried_each = 8;
    return credit_ != 0 || ++thin_turns_ % tried_each == 0;
}

void socket_watch::go_on()
{
    wait();
    if (is_open() && (served_ < count_ || !again_.empty())) {
        turn_later();
    }
}

} // namespace videosdk::inline v0::http
