// The counting of places by address.
#include "http/server_quota.hpp"

#include "http/server_forwarded.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

asio::ip::address subscriber(const asio::ip::address& address)
{
    asio::ip::address plain = plain_address(address);
    if (plain.is_v4()) {
        return plain;
    }
    auto bytes = plain.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return asio::ip::address_v6(bytes);
}

} // namespace

address_quota::place::place(place&& other) noexcept
    : where_(std::exchange(other.where_, nullptr)), entry_(other.entry_)
{
}

address_quota::place& address_quota::place::operator=(place&& other) noexcept
{
    std::swap(where_, other.where_);
    std::swap(entry_, other.entry_);
    return *this;
}

address_quota::place::~place()
{
    if (where_ != nullptr && --entry_->second == 0) {
        where_->erase(entry_);
    }
}

std::optional<address_quota::place> address_quota::enter(const asio::ip::address& address)
{
    if (limit_ == 0) {
        return place();
    }
    const auto entry = taken_.try_emplace(subscriber(address), 0).first;
    if (entry->second >= limit_) {
        return std::nullopt;
    }
    ++entry->second;
    return place(taken_, entry);
}

} // namespace videosdk::inline v0::http
