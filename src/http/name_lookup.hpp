// Looking up a host's addresses, once for all connections that are being opened at the same time.
#pragma once

#include "http/endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace videosdk::inline v0::http {

/// Asio does one look-up at a time: of as many as there are cold connections, the last would wait for all
/// others. So those who ask while a look-up is under way get its result, and whoever asks later asks anew.
/// Lives on its executor.
class name_lookup : public std::enable_shared_from_this<name_lookup> {
public:
    using addresses = asio::ip::tcp::resolver::results_type;
    /// Called once, at a turn of its own. Whoever has left in the meantime is still called, and must not
    /// mind.
    using done = std::function<void(const boost::system::error_code&, const addresses&)>;

    name_lookup(const asio::any_io_executor& executor, const endpoint& where);

    /// One look-up, and those who wait for it.
    struct round {
        std::vector<done> waiting;
        std::size_t interested = 0;
    };
    std::weak_ptr<round> ask(done report);
    /// One of those who asked has given up. A look-up that nobody wants is given up too: one that waits for
    /// its turn is skipped then, one that has begun takes its time, for nobody.
    void leave(const std::weak_ptr<round>& which) noexcept;
    /// The execution context is going away.
    void shutdown() noexcept;

private:
    void finish(const std::shared_ptr<round>& which, const boost::system::error_code& failure,
                const addresses& found);

    std::string host_;
    std::string port_;
    std::optional<asio::ip::tcp::resolver> resolver_;
    std::shared_ptr<round> current_;
};

} // namespace videosdk::inline v0::http
