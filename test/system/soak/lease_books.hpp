// What lease managers bought, as the provider says, and what became of it, as their users were told.
#pragma once

#include <videosdk/lease_manager.hpp>
#include <videosdk/resource.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace soak {

/// The id of the life that minted a webhook URL's token: of a lease manager, or of the receiver.
std::string boot_of(std::string_view webhook_url);

class lease_books {
public:
    // Of the acquires of the one manager that lives as long as the soak; all of them in units.
    std::uint64_t wanted = 0;
    std::uint64_t received = 0;     ///< By leases that were handed out.
    std::uint64_t in_vain = 0;      ///< Wanted by calls that failed or were cancelled.
    std::uint64_t taken_away = 0;   ///< From a lease, by somebody else.
    std::uint64_t calls = 0;        ///< Acquires.
    std::uint64_t compositions = 0; ///< Started and stopped by their handles.
    std::uint64_t forgotten = 0;    ///< Told to on_held_too_long.
    std::uint64_t lives = 0;        ///< Managers that began and ended beside it.

    /// A unit that the client has bought, and that a manager gives back now.
    void adopted(const std::string& id) { adopted_.insert(id); }
    /// A manager's drain has ended with this still billed, or perhaps so.
    void named(const videosdk::left_behind& what);

    struct balance {
        std::uint64_t by_manager = 0;  ///< Units that the provider has granted to it since the last time …
        std::uint64_t by_others = 0;   ///< … and to the managers that lived beside it.
        std::vector<std::string> kept; ///< Not released, although nobody holds a lease or named it.
    };
    /// Looks at what was granted, since the last time and before, to `boot`, its manager, and to all others
    /// but `client`.
    balance close(const std::vector<videosdk::resource>& granted, std::string_view boot,
                  std::string_view client);

private:
    std::set<std::string> before_; ///< Units that were counted at the last checkpoint or earlier.
    std::set<std::string> adopted_;
    std::set<std::string> named_; ///< Ids and tokens.
};

} // namespace soak
