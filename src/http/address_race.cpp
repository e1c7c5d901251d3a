// Attempts to connect, each with a head start before the next.
#include "http/address_race.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::http {

using asio::ip::tcp;
using boost::system::error_code;

std::vector<tcp::endpoint> interleaved(const std::vector<tcp::endpoint>& addresses)
{
    std::vector<tcp::endpoint> turns[2]; // of the first address's family, and of the other
    for (const tcp::endpoint& each : addresses) {
        turns[each.protocol() == addresses.front().protocol() ? 0 : 1].push_back(each);
    }
    std::vector<tcp::endpoint> out;
    for (std::size_t i = 0; i < std::max(turns[0].size(), turns[1].size()); ++i) {
        for (const auto& family : turns) {
            if (i < family.size()) {
                out.push_back(family[i]);
            }
        }
    }
    return out;
}

address_race::address_race(asio::any_io_executor executor, scheduler& time,
                           std::vector<tcp::endpoint> addresses)
    : executor_(std::move(executor)), time_(time), addresses_(std::move(addresses))
{
    sockets_.reserve(addresses_.size()); // They must stay where they are.
}

void address_race::start(done report)
{
    report_ = std::move(report);
    begin_next();
}

void address_race::begin_next()
{
    const std::size_t which = sockets_.size();
    sockets_.emplace_back(executor_);
    sockets_.back().async_connect(
        addresses_[which],
        [self = shared_from_this(), which](const error_code& failure) { self->on_attempt(which, failure); });
    if (sockets_.size() < addresses_.size()) {
        time_.wait_until(time_.now() + attempt_delay, *this);
    } else if (armed()) {
        time_.cancel(*this);
    }
}

void address_race::on_alarm()
{
    begin_next();
}

void address_race::on_attempt(std::size_t which, error_code failure)
{
    if (!report_) {
        return;
    }
    tcp::socket& socket = sockets_[which];
    if (!failure) {
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        const int native = socket.release(failure);
        if (!failure) {
            finish({}, native);
            return;
        }
    }
    error_code ignored;
    socket.close(ignored);
    ++ended_;
    if (sockets_.size() < addresses_.size()) {
        begin_next();
    } else if (ended_ == addresses_.size()) {
        finish(failure, -1);
    }
}

void address_race::finish(const error_code& failure, int socket)
{
    const done report = std::exchange(report_, {});
    close();
    report(failure, socket);
}

void address_race::close() noexcept
{
    const done dropped = std::exchange(report_, {}); // It may own what owns this.
    if (armed()) {
        time_.cancel(*this);
    }
    for (tcp::socket& each : sockets_) {
        error_code ignored;
        each.close(ignored);
    }
}

} // namespace videosdk::inline v0::http
