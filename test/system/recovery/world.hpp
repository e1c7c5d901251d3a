// One deployment at one provider: its processes live one after the other, at one address.
#pragma once

#include "loop.hpp"
#include "plan.hpp"
#include "provider.hpp"
#include "support/process.hpp"
#include "support/reserved_port.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace recovery {

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
    test_support::process start_victim(const plan& how);

    recovery::loop loop_;
    test_support::reserved_port port_;
    recovery::provider provider_;
    recovery::deployment deployment_;
    std::vector<videosdk::resource> foreign_;
    std::set<std::string> foreign_ids_;
};

} // namespace recovery
