// Non-blocking sockets under one epoll descriptor, which is what Asio watches when the proxy is left to
// itself.
#include "chaos_proxy.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace test_support {
namespace {

using time_point = videosdk::scheduler::time_point;

/// Of a piece under a bandwidth cap, so that bytes trickle instead of coming in a lump.
constexpr std::size_t capped_piece = 1024;

void require(bool done, const char* what)
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

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

descriptor make_socket(int flags)
{
    descriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    require(made.open(), "a socket");
    return made;
}

int connect_to(const descriptor& from, std::uint16_t port)
{
    const sockaddr_in address = loopback(port);
    return ::connect(from.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

descriptor listen_at(std::uint16_t port)
{
    descriptor made = make_socket(SOCK_NONBLOCK);
    const int on = 1;
    ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    require(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
    require(::listen(made.get(), SOMAXCONN) == 0, "listen");
    return made;
}

std::uint16_t port_of(int socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    const bool known = ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
                       address.sin_family == AF_INET;
    return known ? ntohs(address.sin_port) : std::uint16_t(0);
}

std::uint16_t peer_port_of(int socket)
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

/// One direction: what came, and has not gone yet.
class lane {
public:
    flow_plan plan;
    std::uint64_t seen = 0;
    std::uint64_t passed = 0;
    bool source_ended = false; ///< Its FIN was read.
    bool over = false;         ///< The receiver was told; what still comes is swallowed.

    void add(std::string_view bytes, time_point now, std::mt19937_64& random)
    {
        seen += bytes.size();
        if (over) {
            return;
        }
        const std::size_t most = plan.bytes_per_second == 0 ? bytes.size() : capped_piece;
        for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size()))) {
            add_piece(bytes.substr(0, most), now, random);
        }
    }

    bool empty() const noexcept { return pieces_.empty(); }
    time_point due() const noexcept { return pieces_.empty() ? time_point::max() : pieces_.front().due; }
    void drop() noexcept { pieces_.clear(); }

    /// The bytes to send next: up to the next place at which something happens.
    std::string next(time_point now)
    {
        if (plan.inject_at && *plan.inject_at <= passed) {
            plan.inject_at.reset();
            injecting_ = plan.injected;
        }
        if (!injecting_.empty() || due() > now) {
            return injecting_;
        }
        std::string bytes = pieces_.front().bytes;
        std::size_t size = plan.slice == 0 ? bytes.size() : std::min(plan.slice, bytes.size());
        for (const auto& place : {plan.stall_at, plan.inject_at, plan.end_at}) {
            if (place && passed + size > *place) {
                size = static_cast<std::size_t>(std::max(*place, passed) - passed);
            }
        }
        bytes.resize(size);
        if (plan.corrupt_at && *plan.corrupt_at >= passed && *plan.corrupt_at < passed + size) {
            bytes[static_cast<std::size_t>(*plan.corrupt_at - passed)] ^= 1;
        }
        return bytes;
    }

    void sent(std::size_t count)
    {
        if (!injecting_.empty()) {
            injecting_.erase(0, count);
            return;
        }
        passed += count;
        std::string& front = pieces_.front().bytes;
        front.erase(0, count);
        if (front.empty()) {
            pieces_.pop_front();
        }
    }

    bool must_end() const noexcept { return !over && plan.end_at && passed >= *plan.end_at; }
    bool may_pass_end() const noexcept { return source_ended && pieces_.empty() && !over; }
    bool stalled() const noexcept { return plan.stall_at && passed >= *plan.stall_at; }

private:
    struct piece {
        time_point due;
        std::string bytes;
    };

    void add_piece(std::string_view bytes, time_point now, std::mt19937_64& random)
    {
        std::chrono::nanoseconds late = plan.latency;
        if (plan.jitter.count() > 0) {
            late += std::chrono::nanoseconds(random() % static_cast<std::uint64_t>(plan.jitter.count() + 1));
        }
        // Never before the piece ahead of it.
        last_due_ = std::max(last_due_, now + late);
        if (plan.bytes_per_second != 0) {
            last_due_ += std::chrono::nanoseconds(bytes.size() * 1'000'000'000 / plan.bytes_per_second);
        }
        pieces_.push_back({last_due_, std::string(bytes)});
    }

    std::deque<piece> pieces_;
    std::string injecting_;
    time_point last_due_{};
};

class relay final : public chaos_link {
public:
    relay(descriptor client, std::uint16_t server_port, link_plan plan)
        : client_(std::move(client)), client_end_(other_end_of(client_.get())), mute_(plan.mute)
    {
        up_.plan = std::move(plan.up);
        down_.plan = std::move(plan.down);
        if (mute_) {
            return;
        }
        // Blocking, and at once on loopback: the server's kernel answers for it.
        server_ = make_socket(0);
        if (connect_to(server_, server_port) != 0) {
            end(ending::rst);
            return;
        }
        for (const descriptor* each : {&client_, &server_}) {
            const int on = 1;
            ::setsockopt(each->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
    }

    flow_plan& plan(flow way) noexcept override { return of(way).plan; }
    std::uint64_t seen(flow way) const noexcept override { return of(way).seen; }
    std::uint64_t passed(flow way) const noexcept override { return of(way).passed; }
    bool ended() const noexcept override { return ended_; }

    void end(ending how) noexcept override
    {
        ended_ = true;
        if (!server_end_.known() && server_.open()) {
            server_end_ = foreign_socket(other_end_of(server_.get()));
        }
        if (how == ending::rst) {
            client_.reset();
            server_.reset();
            for (lane* each : {&up_, &down_}) {
                each->over = true;
                each->drop();
            }
            return;
        }
        if (how != ending::fin_to_server) {
            finish(down_, client_);
        }
        if (how != ending::fin_to_client) {
            finish(up_, server_);
        }
    }

    void wait_until_client_is_told() const override
    {
        if (client_end_.open()) {
            wait_for_end_at(client_end_.get());
        }
    }

    bool closed() const noexcept override { return !open() && !client_end_.open() && !server_end_.open(); }
    bool open() const noexcept { return client_.open() || server_.open(); }
    int client() const noexcept { return client_.get(); }
    int server() const noexcept { return server_.get(); }
    time_point due() const noexcept { return std::min(due_of(up_), due_of(down_)); }

    bool turn(time_point now, std::mt19937_64& random)
    {
        bool moved = read(client_, up_, now, random);
        moved = read(server_, down_, now, random) || moved;
        moved = write(up_, server_, now) || moved;
        moved = write(down_, client_, now) || moved;
        const bool both_gone = up_.source_ended && (mute_ || down_.source_ended);
        if (open() && both_gone &&
            (mute_ || ((up_.over || up_.stalled()) && (down_.over || down_.stalled())))) {
            client_.close();
            server_.close();
        }
        return moved;
    }

private:
    lane& of(flow way) noexcept { return way == flow::up ? up_ : down_; }
    const lane& of(flow way) const noexcept { return way == flow::up ? up_ : down_; }

    static time_point due_of(const lane& way) noexcept
    {
        return way.stalled() ? time_point::max() : way.due();
    }

    static void finish(lane& way, const descriptor& to) noexcept
    {
        if (!way.over && to.open()) {
            ::shutdown(to.get(), SHUT_WR);
        }
        way.over = true;
        way.drop();
    }

    bool read(const descriptor& from, lane& way, time_point now, std::mt19937_64& random)
    {
        bool moved = false;
        char bytes[16 * 1024];
        while (from.open() && !way.source_ended) {
            const auto count = ::recv(from.get(), bytes, sizeof bytes, MSG_DONTWAIT);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
                break;
            }
            moved = true;
            if (count > 0) {
                way.add({bytes, static_cast<std::size_t>(count)}, now, random);
            } else if (count == 0) {
                way.source_ended = true;
            } else {
                pass_reset();
            }
        }
        if (mute_) {
            way.drop();
        }
        return moved;
    }

    bool write(lane& way, const descriptor& to, time_point now)
    {
        bool moved = false;
        std::size_t left = way.plan.slice == 0 ? SIZE_MAX : way.plan.slice;
        while (to.open() && !way.over && !way.must_end() && left > 0) {
            const std::string bytes = way.next(now);
            if (bytes.empty()) {
                break;
            }
            const auto count = ::send(to.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0) {
                if (errno != EAGAIN && errno != EINTR) {
                    pass_reset();
                }
                break;
            }
            moved = true;
            way.sent(static_cast<std::size_t>(count));
            left -= std::min(left, static_cast<std::size_t>(count));
        }
        if (way.must_end()) {
            end(way.plan.end_how);
            way.plan.end_at.reset();
            moved = true;
        } else if (way.may_pass_end() && !mute_) {
            finish(way, to);
            moved = true;
        }
        return moved;
    }

    /// One side has reset its connection: so does the proxy the other.
    void pass_reset() noexcept
    {
        const bool was_ended = ended_;
        end(ending::rst);
        ended_ = was_ended;
    }

    descriptor client_;
    descriptor server_;
    foreign_socket client_end_;
    foreign_socket server_end_;
    lane up_;
    lane down_;
    bool mute_;
    bool ended_ = false;
};

} // namespace

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
            links.push_back(std::make_unique<relay>(std::move(client), server_port_, plan));
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

} // namespace test_support
