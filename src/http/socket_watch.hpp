// One epoll for the sockets of a pool: a turn of the event loop serves all that are ready, and none of them
// costs an operation of Asio's.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include <sys/epoll.h>

namespace videosdk::inline v0::http {

namespace asio = boost::asio;

/// The lists of a socket_watch.
struct to_look_again;
struct to_be_answered;

/// Whoever is told that something happened to a socket.
class watched : public boost::intrusive::list_base_hook<boost::intrusive::tag<to_look_again>>,
                public boost::intrusive::list_base_hook<boost::intrusive::tag<to_be_answered>> {
public:
    /// There may be bytes, or room for some where that was asked for. `ended` where the end of the stream, an
    /// error or urgent data is among what is waiting; it is told each time from then on.
    virtual void on_ready(bool ended) = 0;
    /// An answer is due, and may have come. Returns whether somebody was told of something.
    virtual bool on_due() = 0;

protected:
    ~watched() = default;

private:
    friend class socket_watch;
    unsigned asked_in_ = 0; ///< The turn of the watch.
};

/// Decides whether something that costs little, and saves more where it succeeds, is tried once more: always
/// while it has succeeded of late, and now and then where it has not.
class wager {
public:
    /// `gain`: what one success is worth, in failures.
    explicit constexpr wager(unsigned gain) noexcept : gain_(gain) {}
    /// To be asked before each try.
    bool worth_trying() noexcept { return credit_ != 0 || ++refused_ % tried_each == 0; }
    void count(bool success) noexcept
    {
        if (success) {
            credit_ = credit_ + gain_ < most ? credit_ + gain_ : most;
        } else if (credit_ != 0) {
            --credit_;
        }
    }

private:
    static constexpr unsigned most = 12;
    static constexpr unsigned tried_each = 8;
    unsigned gain_;
    unsigned credit_ = 0;
    unsigned refused_ = 0;
};

/// Edge-triggered: what is told once is told again only when more has come, so whoever stops before the
/// socket is empty must ask for look_again(). An Asio descriptor waits for the epoll itself, on the executor
/// of the pool, and keeps the context busy as long as there are sockets. Lives on its executor.
///
/// A server that answers in the order of the requests, as most do that have nothing to wait for, has answered
/// the oldest one whenever it has answered any. So that one's socket is read before the epoll is asked which
/// it is, as long as that finds the answer: it costs no call that the answer would not cost anyway.
class socket_watch : public std::enable_shared_from_this<socket_watch> {
public:
    explicit socket_watch(asio::any_io_executor executor) noexcept : executor_(std::move(executor)) {}
    socket_watch(const socket_watch&) = delete;
    socket_watch& operator=(const socket_watch&) = delete;

    /// `who` is told of `socket` from now on, at turns of its own. Fails where the system has no epoll to
    /// give, and after shutdown().
    boost::system::error_code add(int socket, watched& who) noexcept;
    /// `who` hears no more. To be called before the socket is closed.
    void remove(int socket, watched& who) noexcept;
    /// `who` is told at the next turn, whatever the socket does.
    void look_again(watched& who);
    /// `who`, whose socket took all of a request, waits for its answer behind all who did before.
    void expect_answer(watched& who) noexcept;
    /// It has got something, and is about to say so.
    void answered(watched& who) noexcept;
    /// Whether `who` is told of room too: each time that there is some, from now on.
    void ask_for_room(int socket, watched& who, bool wanted) noexcept;
    /// The execution context is going away.
    void shutdown() noexcept;

private:
    void open(boost::system::error_code& failure) noexcept;
    bool is_open() const noexcept;
    void turn();
    void serve();
    std::size_t look();
    void tell_found();
    bool anybody_due() const noexcept;
    bool try_oldest(wager& by);
    void forget_due(watched& who) noexcept;
    void go_on();
    void wait();
    void turn_later();

    template <class List>
    using queue = boost::intrusive::list<
        watched, boost::intrusive::base_hook<boost::intrusive::list_base_hook<boost::intrusive::tag<List>>>,
        boost::intrusive::constant_time_size<false>>;

    asio::any_io_executor executor_;
    std::optional<asio::posix::stream_descriptor> epoll_;
    std::array<epoll_event, 32>
        ready_{};            ///< Few enough, and twice, that others on the executor have their turns.
    std::size_t served_ = 0; ///< Of those that are ready.
    std::size_t count_ = 0;
    queue<to_look_again> again_;
    queue<to_be_answered> due_;        ///< The oldest request first.
    const watched* in_vain_ = nullptr; ///< The oldest, if it was tried and had nothing; only compared.
    std::size_t sockets_ = 0;
    unsigned turn_ = 0;
    // Each failure costs a system call. To know who is ready saves the question; to find somebody at the end
    // of a turn saves the next turn's three.
    wager begin_with_oldest_{1};
    wager go_on_with_oldest_{3};
    wager look_once_more_{3};
    unsigned unasked_ = 0; ///< Turns in a row that did without the epoll.
    bool waiting_ = false; ///< For the epoll.
    bool posted_ = false;  ///< A turn that does not wait.
    bool shut_down_ = false;
    unsigned forks_ = 0; ///< At the time when the epoll was made.
};

} // namespace videosdk::inline v0::http
