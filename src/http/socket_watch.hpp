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

/// Whoever is told that something happened to a socket.
class watched : public boost::intrusive::list_base_hook<> {
public:
    /// There may be bytes, or room for some. `ended` where the end of the stream, an error or urgent data is
    /// among what is waiting; it is told each time from then on.
    virtual void on_ready(bool ended) = 0;

protected:
    ~watched() = default;
};

/// Edge-triggered: what is told once is told again only when more has come, so whoever stops before the
/// socket is empty must ask for look_again(). An Asio descriptor waits for the epoll itself, on the executor
/// of the pool, and keeps the context busy as long as there are sockets. Lives on its executor.
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
    /// The execution context is going away.
    void shutdown() noexcept;

private:
    void open(boost::system::error_code& failure) noexcept;
    bool is_open() const noexcept;
    void turn();
    void serve();
    void count_look(bool found) noexcept;
    bool looking_pays() noexcept;
    void go_on();
    void wait();
    void turn_later();

    using queue = boost::intrusive::list<watched, boost::intrusive::constant_time_size<false>>;

    asio::any_io_executor executor_;
    std::optional<asio::posix::stream_descriptor> epoll_;
    std::array<epoll_event, 32>
        ready_{};            ///< Few enough, eight times, that others on the executor have their turns.
    std::size_t served_ = 0; ///< Of those that are ready.
    std::size_t count_ = 0;
    queue again_;
    std::size_t sockets_ = 0;
    unsigned credit_ = 0;     ///< What looking again was worth of late.
    unsigned thin_turns_ = 0; ///< In which one answer came, and nobody looked for another.
    bool waiting_ = false;    ///< For the epoll.
    bool posted_ = false;     ///< A turn that does not wait.
    bool shut_down_ = false;
    unsigned forks_ = 0; ///< At the time when the epoll was made.
};

} // namespace videosdk::inline v0::http
