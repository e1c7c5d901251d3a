// How many of something each client address has.
#pragma once

#include <videosdk/config.hpp>

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <map>
#include <optional>

namespace videosdk::inline v0::http {

/// Remembers only addresses that have something. An IPv6 address counts by its first 64 bits, which are one
/// subscriber's (RFC 4291 2.5.4, RFC 6177). Not thread-safe; outlives its places.
class address_quota {
    using table = std::map<asio::ip::address, std::size_t>;

public:
    /// What one address has of it, given back at the end.
    class place {
    public:
        place() noexcept = default;
        place(place&& other) noexcept;
        place& operator=(place&& other) noexcept;
        ~place();

    private:
        friend class address_quota;
        place(table& where, table::iterator entry) noexcept : where_(&where), entry_(entry) {}

        table* where_ = nullptr;
        table::iterator entry_{};
    };

    /// 0: without limit.
    explicit address_quota(std::size_t limit) noexcept : limit_(limit) {}

    /// Nothing when the address has as many as it may.
    std::optional<place> enter(const asio::ip::address& address);
    bool limited() const noexcept { return limit_ != 0; }
    std::size_t addresses() const noexcept { return taken_.size(); }

private:
    std::size_t limit_;
    table taken_;
};

} // namespace videosdk::inline v0::http
