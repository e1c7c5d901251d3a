// One deployment at one provider: its processes live one after the other, at one address.
#pragma once

#include "loop.hpp"
#include "plan.hpp"
#include "process.hpp"
#include "provider.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace recovery {

/// A port that is ours: who asks for a listener on it gets it, and nobody else is given it by chance.
class reserved_port {
public:
    explicit reserved_port(const asio::any_io_executor& executor);
    std::uint16_t number() const { return socket_.local_endpoint().port(); }

private:
    asio::ip::tcp::acceptor socket_; ///< Bound, and never listening.
};

/// How a victim ended.
class death {
public:
    death() = default;

    bool by_kill = false;
    bool held_all = false;
    std::string boot;                   ///< Empty where it was killed before it had one.
    in_the_air under_way;               ///< When it was killed.
    std::uint64_t afterwards = 0;       ///< Requests of its that the provider read later.
    std::uint64_t units_afterwards = 0; ///< Units that it was granted later.
};

class world {
public:
    world(std::uint64_t seed, std::size_t leases);

    /// A process lives and is killed, and all that it has sent has had its effect.
    death one_life(const plan& how);
    /// Nothing is under way.
    void settle();

    /// Ids and boots of the owner's units that are billed, by the provider's books.
    std::map<std::string, std::string> billed();
    /// Units on the same account that are none of the owner's: how they are now, and how they were at first.
    std::vector<videosdk::resource> foreign();
    const std::vector<videosdk::resource>& foreign_at_first() const noexcept { return foreign_; }

    recovery::loop& loop() noexcept { return loop_; }
    const recovery::deployment& deployment() const noexcept { return deployment_; }
    const recovery::provider& provider() const noexcept { return provider_; }

private:
    void acquire_foreign_units();
    void acquire_for(const std::string& owner, const std::string& token_key);
    process start_victim(const plan& how);

    recovery::loop loop_;
    reserved_port port_;
    recovery::provider provider_;
    recovery::deployment deployment_;
    std::vector<videosdk::resource> foreign_;
    std::set<std::string> foreign_ids_;
};

} // namespace recovery
