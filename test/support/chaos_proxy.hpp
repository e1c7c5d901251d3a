// A TCP proxy of the tests, in the same process as client and server: passes bytes on unread, so that TLS
// goes end to end, and does to them what a plan says.
//
// It works in turns: a turn moves all that can be moved now. Left to itself (start()) it takes a turn
// whenever a socket has something to say; a test that wants to decide by events instead of by time takes the
// turns itself, between two handlers of its client, and acts on the byte counts that it finds.
#pragma once

#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace test_support {

/// Which way bytes go.
enum class flow : std::uint8_t { up, down };

/// How a connection ends. Linux's loopback has told the other side when the call that ends it returns.
enum class ending : std::uint8_t {
    fin_to_client, ///< Half-close: nothing comes down any more, while all that comes up still passes.
    fin_to_server, ///< The other half.
    fin,           ///< Both; what still comes is swallowed, so that no reset follows.
    rst            ///< To both.
};

/// What becomes of the bytes of one direction. Places are counted in the bytes that passed that way since the
/// connection began, injected ones not included; a plan may be changed at any time.
struct flow_plan {
    std::chrono::nanoseconds latency{};
    std::chrono::nanoseconds jitter{};     ///< Up to so much more for each piece, by the proxy's seed.
    std::uint64_t bytes_per_second = 0;    ///< 0: as fast as they come.
    std::size_t slice = 0;                 ///< At most so many bytes a turn; 0: all.
    std::optional<std::uint64_t> stall_at; ///< No byte passes from here on.
    bool swallow = false; ///< What comes from now on is lost, its end included; nobody is told of anything.
    std::optional<std::uint64_t> corrupt_at; ///< Of this byte one bit is turned.
    std::optional<std::uint64_t> inject_at;  ///< Here `injected` is put between.
    std::string injected;
    std::optional<std::uint64_t> end_at; ///< When so many have passed, the connection ends as `end_how` says.
    ending end_how = ending::fin;
};

/// The other end of a connection, where it is a socket of this process; else -1.
int other_end_of(int socket);
/// Waits until the kernel has delivered FIN or RST to a socket that nobody reads meanwhile.
void wait_for_end_at(int socket);

/// A TLS record with an alert, as it stands before keys are agreed on: level 2 is fatal.
std::string tls_alert(unsigned char level, unsigned char description);

struct link_plan {
    flow_plan up;
    flow_plan down;
    bool mute = false; ///< Accepted, and nothing more: the server never hears of it.
};

/// One connection through the proxy. Lives as long as the proxy, or until it is forgotten.
class chaos_link {
public:
    virtual ~chaos_link() = default;
    virtual flow_plan& plan(flow way) noexcept = 0;
    /// Bytes that came from the sender of that direction.
    virtual std::uint64_t seen(flow way) const noexcept = 0;
    /// Bytes that went to its receiver.
    virtual std::uint64_t passed(flow way) const noexcept = 0;
    virtual void end(ending how) noexcept = 0;
    /// Whether the plan or the test has ended it.
    virtual bool ended() const noexcept = 0;
    /// Whether client and server have closed their sides too, where they are in this process: nothing that
    /// was under way can still have an effect.
    virtual bool closed() const noexcept = 0;
    /// Waits until the kernel has delivered to the client's own socket that the connection has ended; returns
    /// at once when the client has closed it.
    virtual void wait_until_client_is_told() const = 0;
};

/// What becomes of those who want to connect.
enum class door : std::uint8_t {
    open,
    refusing, ///< The kernel answers with RST.
    silent    ///< The kernel drops what they send: nobody answers at all.
};

/// Listens on 127.0.0.1 for one server there. Not thread-safe; after start(), on the executor only.
class chaos_proxy {
public:
    /// `time` says how late a piece is, and wakes a proxy that is left to itself.
    chaos_proxy(std::uint16_t server_port, std::shared_ptr<videosdk::scheduler> time, std::uint64_t seed = 1);
    ~chaos_proxy();

    std::uint16_t port() const noexcept;
    /// For the connections that are accepted from now on.
    void set_plan(link_plan plan);
    /// Asked for each of them, instead.
    void set_planner(std::function<link_plan()> planner);
    void set_door(door how);

    /// Moves what can be moved now; whether there was anything.
    bool turn();
    /// When the next piece that is held back may go; time_point::max() when there is none.
    videosdk::scheduler::time_point next_due() const noexcept;
    /// Turns are taken by themselves from here on. io_context::run does not return until stop().
    void start(const boost::asio::any_io_executor& executor);
    void stop() noexcept;

    /// Connections accepted so far.
    std::size_t links() const noexcept;
    chaos_link& link(std::size_t nth) noexcept;
    chaos_link& newest() noexcept { return link(links() - 1); }
    /// Forgets those that are over, for who runs for long: the others are counted anew. Not within a turn.
    void forget_ended();

private:
    class core;
    std::shared_ptr<core> core_;
};

} // namespace test_support
