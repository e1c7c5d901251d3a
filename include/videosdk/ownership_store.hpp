// What several machines must share so that one takes over what another held: a few steps, each of which is
// done as a whole or not at all.
#pragma once

#include <videosdk/config.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

/// What a store knows of a boot: one life of one lease manager.
enum class boot_state : std::uint8_t {
    unknown = 1, ///< It has never beaten, or so long ago that it was forgotten. Never taken over.
    beating,     ///< Its last beat has not expired.
    silent,      ///< It has beaten before, and not lately.
    buried       ///< It was declared dead, and beats no more.
};

VIDEOSDK_DECL std::string_view to_string(boot_state value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, boot_state value);

/// One boot, as a store sees it at one moment.
struct VIDEOSDK_DECL boot_sighting {
    boot_sighting();
    /// With all of it said.
    boot_sighting(std::string its_boot, boot_state its_state, std::uint64_t its_beats);

    std::string boot;                       ///< Its id, as in tokens.
    boot_state state = boot_state::unknown; ///< Whether it lives.
    std::uint64_t beats = 0;                ///< How often it has beaten: grows with each.
};

/// What a store knows at one moment.
struct VIDEOSDK_DECL store_sighting {
    store_sighting();

    std::vector<boot_sighting> boots;                      ///< Those asked about, and all heirs.
    std::map<std::string, std::string, std::less<>> heirs; ///< By unit, where a boot other than the one in
                                                           ///< its token has claimed it.
};

/// What an ownership needs of a store that several machines share. Implement it over what you have; each
/// function is one atomic step there, and one node's steps may be late, repeated or lost.
///
/// Each is awaited on the client's executor and may be awaited while others are under way. It throws where it
/// is not known whether the step was done, or it was not. `fence` is the number that lock() gave: a step is
/// refused where lock() has been granted again since, to whomever.
class VIDEOSDK_DECL ownership_store {
public:
    virtual ~ownership_store() = default;

    /// The boot lives, and counts as `beating` until `lasts` has passed on the store's clock; its beats are
    /// one more. False, and nothing is done, where it was buried.
    virtual asio::awaitable<bool> beat(std::string boot, std::chrono::nanoseconds lasts) = 0;
    /// The boot has ended and left nothing: it is forgotten. Nothing is done while it is some unit's heir:
    /// its heartbeat expires then, and others take over from it. That it was buried is remembered in any
    /// case.
    virtual asio::awaitable<void> leave(std::string boot) = 0;
    /// A lock that one boot holds until `lasts` has passed on the store's clock. Granted where nobody holds
    /// it, or `boot` does: a number greater than all before. Empty where another holds it, or `boot` is
    /// buried. prune() must know who holds it.
    virtual asio::awaitable<std::optional<std::uint64_t>> lock(std::string boot,
                                                               std::chrono::nanoseconds lasts) = 0;
    /// Gives the lock up where it is still that one.
    virtual asio::awaitable<void> unlock(std::uint64_t fence) = 0;
    /// What is known of these boots, of these units' heirs, and of those heirs. Empty where refused.
    virtual asio::awaitable<std::optional<store_sighting>>
    look(std::uint64_t fence, std::vector<std::string> boots, std::vector<std::string> units) = 0;
    /// Declares a boot dead: from then on beat() is refused to it. False, and nothing is done, where refused,
    /// or where it beats, or has beaten more often than `beats`.
    virtual asio::awaitable<bool> bury(std::uint64_t fence, std::string boot, std::uint64_t beats) = 0;
    /// Makes `by` the unit's heir. False, and nothing is done, where refused, where `by` is buried or has
    /// left, where `from` is not buried, or where the unit's heir is another than `from` (no heir counts as
    /// `from`).
    virtual asio::awaitable<bool> claim(std::uint64_t fence, std::string unit, std::string from,
                                        std::string by) = 0;
    /// The units whose heir `boot` is.
    virtual asio::awaitable<std::vector<std::string>> inherited(std::string boot) = 0;
    /// Forgets, for all other units, heirs that are buried, unknown, or who holds the lock, and asks for
    /// this: never another that may live, since a listing may have missed its unit. False, and nothing is
    /// done, where refused.
    virtual asio::awaitable<bool> prune(std::uint64_t fence, std::vector<std::string> units) = 0;
};

} // namespace videosdk::inline v0
