// Resolving, and then racing for a connection.
#include "http/tcp_connector.hpp"

#include <videosdk/errc.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>

#include <utility>

namespace videosdk::inline v0::http {

using asio::ip::tcp;
using boost::system::error_code;

void tcp_connector::race(std::vector<tcp::endpoint> addresses, done report)
{
    const std::size_t count = addresses.size();
    race_ = std::make_shared<address_race>(executor_, time_, interleaved(addresses));
    race_->start([this, count, report = std::move(report)](const error_code& failure, int socket) {
        race_.reset();
        if (failure == asio::error::operation_aborted) {
            report(failure, {}, -1);
        } else if (!failure) {
            report({}, {}, socket);
        } else if (count == 1) {
            report(errc::connect_failed, who_ + " did not accept a connection: " + failure.message(), -1);
        } else {
            report(errc::connect_failed,
                   who_ + " did not accept a connection at any of its " + std::to_string(count) +
                       " addresses: " + failure.message(),
                   -1);
        }
    });
}

void tcp_connector::connect(const endpoint& where, done report)
{
    error_code failure;
    const asio::ip::address address = asio::ip::make_address(where.host, failure);
    if (!failure) {
        race({tcp::endpoint(address, where.port)}, std::move(report));
        return;
    }
    asked_ = names_->ask([this, host = where.host, report = std::move(report)](
                             const error_code& why, const name_lookup::addresses& addresses) mutable {
        asked_.reset();
        if (closed_ || why == asio::error::operation_aborted) {
            report(asio::error::operation_aborted, {}, -1);
        } else if (why) {
            report(errc::resolve_failed, "the host name " + host + " was not resolved: " + why.message(), -1);
        } else {
            race({addresses.begin(), addresses.end()}, std::move(report));
        }
    });
}

void tcp_connector::close() noexcept
{
    closed_ = true;
    names_->leave(std::exchange(asked_, {}));
    if (const auto running = std::exchange(race_, {})) {
        running->close();
    }
}

std::string tcp_connector::waiting_for() const
{
    return race_ ? who_ + " has not accepted a connection" : "the name of " + who_ + " is not resolved";
}

} // namespace videosdk::inline v0::http
