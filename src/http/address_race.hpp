// Connecting to whichever of a host's addresses answers first (RFC 8305, in its simple form).
#pragma once

#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace videosdk::inline v0::http {

namespace asio = boost::asio;

/// How long an attempt has to itself before the next address is tried beside it (RFC 8305, section 5).
inline constexpr std::chrono::milliseconds attempt_delay(250);

/// The families take turns, beginning with that of the first address; within a family the order stays, which
/// is the resolver's (RFC 6724).
std::vector<asio::ip::tcp::endpoint> interleaved(const std::vector<asio::ip::tcp::endpoint>& addresses);

/// One after the other is tried: the next when the last has failed, or has not ended within attempt_delay.
/// The first that connects wins, and the others are closed. Lives on its executor.
class address_race final : public std::enable_shared_from_this<address_race>, private alarm {
public:
    /// Called once, with the winner's socket, which is the caller's then, or with the failure of the last
    /// attempt that ended. Not called after close().
    using done = std::function<void(const boost::system::error_code& failure, int socket)>;

    /// At least one address. `time` outlives it, or close() is called before.
    address_race(asio::any_io_executor executor, scheduler& time,
                 std::vector<asio::ip::tcp::endpoint> addresses);

    void start(done report);
    void close() noexcept;

private:
    void on_alarm() override;
    void begin_next();
    void on_attempt(std::size_t which, boost::system::error_code failure);
    void finish(const boost::system::error_code& failure, int socket);

    asio::any_io_executor executor_;
    scheduler& time_;
    std::vector<asio::ip::tcp::endpoint> addresses_;
    std::vector<asio::ip::tcp::socket> sockets_; ///< Of the attempts begun, in the order of the addresses.
    std::size_t ended_ = 0;                      ///< Attempts that failed.
    done report_;                                ///< Until it is over.
};

} // namespace videosdk::inline v0::http
