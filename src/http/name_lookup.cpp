// Looking up a host's addresses.
#include "http/name_lookup.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace videosdk::inline v0::http {

name_lookup::name_lookup(const asio::any_io_executor& executor, const endpoint& where)
    : host_(where.host), port_(std::to_string(where.port)), resolver_(std::in_place, executor)
{
}

std::weak_ptr<name_lookup::round> name_lookup::ask(done report)
{
    if (!current_) {
        current_ = std::make_shared<round>();
        resolver_->async_resolve(host_, port_, asio::ip::tcp::resolver::numeric_service,
                                 [self = shared_from_this(), which = current_](
                                     const boost::system::error_code& failure, const addresses& found) {
                                     self->finish(which, failure, found);
                                 });
    }
    current_->waiting.push_back(std::move(report));
    ++current_->interested;
    return current_;
}

void name_lookup::leave(const std::weak_ptr<round>& which) noexcept
{
    const std::shared_ptr<round> left = which.lock();
    if (!left || --left->interested != 0 || left != current_) {
        return;
    }
    current_.reset();
    if (resolver_) {
        resolver_->cancel();
    }
}

void name_lookup::finish(const std::shared_ptr<round>& which, const boost::system::error_code& failure,
                         const addresses& found)
{
    if (which == current_) {
        current_.reset();
    }
    if (!resolver_) {
        return;
    }
    // A turn each: what one of them does, or throws, is nothing to the others.
    for (done& each : which->waiting) {
        asio::post(resolver_->get_executor(),
                   [report = std::move(each), failure, found] { report(failure, found); });
    }
    which->waiting.clear();
}

void name_lookup::shutdown() noexcept
{
    current_.reset();
    resolver_.reset();
}

} // namespace videosdk::inline v0::http
