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

template <class List>
bool linked(const watched& who) noexcept
{
    return static_cast<const boost::intrusive::list_base_hook<boost::intrusive::tag<List>>&>(who).is_linked();
}

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

/// Not of room, which there is nearly always: an event that told of both would still be there when the bytes
/// have been read without having been told of.
constexpr std::uint32_t told_always = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET;

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
    what.events = told_always;
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
    if (linked<to_look_again>(who)) {
        again_.erase(again_.iterator_to(who));
    }
    forget_due(who);
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
    if (!linked<to_look_again>(who)) {
        again_.push_back(who);
        turn_later();
    }
}

void socket_watch::expect_answer(watched& who) noexcept
{
    forget_due(who);
    who.asked_in_ = turn_;
    due_.push_back(who);
}

void socket_watch::answered(watched& who) noexcept
{
    forget_due(who);
    try {
        wait(); // Before anybody is told: who is told may run the context himself until something happens.
    } catch (const std::exception&) {
        return; // The end of the turn tries again.
    }
}

void socket_watch::forget_due(watched& who) noexcept
{
    if (linked<to_be_answered>(who)) {
        due_.erase(due_.iterator_to(who));
    }
    if (in_vain_ == &who) {
        in_vain_ = nullptr;
    }
}

void socket_watch::ask_for_room(int socket, watched& who, bool wanted) noexcept
{
    if (is_open()) {
        epoll_event what{};
        what.events = wanted ? told_always | EPOLLOUT : told_always;
        what.data.ptr = &who;
        ::epoll_ctl(epoll_->native_handle(), EPOLL_CTL_MOD, socket, &what);
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

/// Coming back from Asio's loop takes three system calls, so that whoever has been answered by the time that
/// these are served is served with them: after a look that found several, another look; otherwise the oldest
/// is tried; where that does not pay, now and then a look. Not for ever: others on the executor have their
/// turns.
void socket_watch::serve()
{
    constexpr unsigned enough = 64;      // or a look's more
    constexpr unsigned most_unasked = 3; // only the epoll finds who is not due
    if (!is_open()) {
        return;
    }
    ++turn_;
    unsigned told = 0;
    if (served_ == count_ && unasked_++ < most_unasked && anybody_due() &&
        begin_with_oldest_.worth_trying()) {
        told = try_oldest(begin_with_oldest_) ? 1 : 0;
    }
    const bool one_by_one = go_on_with_oldest_.worth_trying();
    bool several = false;
    while (is_open()) {
        if (told >= enough) {
            unasked_ = most_unasked;
            break;
        }
        if (told != 0 && one_by_one && !several && anybody_due()) {
            if (!try_oldest(go_on_with_oldest_)) {
                break;
            }
            ++told;
        } else if (told == 0 || several || look_once_more_.worth_trying()) {
            const std::size_t found = look();
            if (told != 0) {
                look_once_more_.count(found != 0);
            }
            tell_found();
            if (found == 0 || sockets_ <= found) {
                break; // nobody else could have got anything
            }
            told += static_cast<unsigned>(found);
            several = found > 1;
        } else {
            break;
        }
    }
    for (std::size_t due = again_.size(); due > 0 && !again_.empty() && is_open(); --due) {
        watched& each = again_.front();
        again_.pop_front();
        each.on_ready(false);
    }
}

/// Who has asked in this turn cannot have been answered yet.
bool socket_watch::anybody_due() const noexcept
{
    return !due_.empty() && due_.front().asked_in_ != turn_;
}

bool socket_watch::try_oldest(wager& by)
{
    watched& oldest = due_.front();
    const bool had = oldest.on_due(); // and perhaps it is no more
    by.count(had);
    in_vain_ = had ? in_vain_ : &oldest;
    return had;
}

/// Returns how many are to be told.
std::size_t socket_watch::look()
{
    if (served_ == count_) {
        served_ = 0;
        count_ = 0;
        unasked_ = 0;
        const int found =
            ::epoll_wait(epoll_->native_handle(), ready_.data(), static_cast<int>(ready_.size()), 0);
        count_ = static_cast<std::size_t>(std::max(found, 0));
        wait(); // Before anybody is told, as in answered().
    }
    return count_ - served_;
}

void socket_watch::tell_found()
{
    const bool any = served_ != count_;
    // Who is told may fork: in the child they are its parent's.
    while (served_ < count_ && is_open()) {
        const epoll_event each = ready_[served_++];
        if (each.data.ptr != nullptr) {
            static_cast<watched*>(each.data.ptr)
                ->on_ready((each.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) != 0);
        }
    }
    // Others have got something, and the one that was tried before them has not: it seems to take its time.
    if (any && in_vain_ != nullptr && !due_.empty() && &due_.front() == in_vain_) {
        forget_due(due_.front());
    }
}

void socket_watch::go_on()
{
    wait();
    if (is_open() && (served_ < count_ || !again_.empty())) {
        turn_later();
    }
}

} // namespace videosdk::inline v0::http
