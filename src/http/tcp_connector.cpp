// Resolving and connecting, address by address.
#include "http/tcp_connector.hpp"

#include <videosdk/errc.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>

#include <array>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

std::string peer_text(const endpoint& where)
{
    return (where.host.find(':') == std::string::npos ? where.host : "[" + where.host + "]") + ":" +
           std::to_string(where.port);
}

} // namespace

template <class Endpoints>
void tcp_connector::connect_any(const Endpoints& addresses, std::string peer, done report)
{
    asio::async_connect(socket_, addresses,
                        [this, peer = std::move(peer), report = std::move(report)](const error_code& failure,
                                                                                   const tcp::endpoint&) {
                            if (failure == asio::error::operation_aborted || closed_) {
                                report(asio::error::operation_aborted, {});
                            } else if (failure) {
                                report(errc::connect_failed,
                                       peer + " did not accept a connection: " + failure.message());
                            } else {
                                error_code ignored;
                                socket_.set_option(tcp::no_delay(true), ignored);
                                report({}, {});
                            }
                        });
}

void tcp_connector::connect(const endpoint& where, done report)
{
    error_code failure;
    const asio::ip::address address = asio::ip::make_address(where.host, failure);
    if (!failure) {
        const std::array<tcp::endpoint, 1> only{tcp::endpoint(address, where.port)};
        connect_any(only, peer_text(where), std::move(report));
        return;
    }
    asked_ = names_->ask([this, host = where.host, peer = peer_text(where), report = std::move(report)](
                             const error_code& why, const name_lookup::addresses& addresses) mutable {
        asked_.reset();
        if (closed_ || why == asio::error::operation_aborted) {
            report(asio::error::operation_aborted, {});
        } else if (why) {
            report(errc::resolve_failed, "the host name " + host + " was not resolved: " + why.message());
        } else {
            connect_any(addresses, std::move(peer), std::move(report));
        }
    });
}

void tcp_connector::close() noexcept
{
    closed_ = true;
    names_->leave(std::exchange(asked_, {}));
    error_code ignored;
    socket_.close(ignored);
}

} // namespace videosdk::inline v0::http
