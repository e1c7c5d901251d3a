// What became of every unit, as those who bought it were told: nothing may be granted of which nobody knows.
#pragma once

#include <videosdk/emulator.hpp>
#include <videosdk/resource.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace soak {

/// The last segment of a webhook URL: what tells one purchase from another.
std::string token_of(std::string_view url);

/// The purchases between two checkpoints. Whoever buys keeps them, by whichever means: a client, and what is
/// reported as unclaimed; or a lease manager with its own word for it.
class books {
public:
    /// A purchase begins. Until something else is said of it, it was told to have brought nothing.
    void begin(const std::string& token) { purchases_[token]; }
    void known(const std::string& token, const std::vector<videosdk::resource>& units);
    /// It may have brought more than is known of.
    void doubtful(const std::string& token) { purchases_[token].doubtful = true; }

    struct balance {
        std::uint64_t purchases = 0;
        std::uint64_t known = 0;          ///< Units of which somebody was told.
        std::uint64_t found = 0;          ///< Units of purchases that were told to be of unknown effect.
        std::uint64_t doubtful = 0;       ///< Such purchases, with units or without.
        std::vector<std::string> lost;    ///< Granted, and nobody was told.
        std::vector<std::string> phantom; ///< Told, and never granted.
        std::uint64_t accounted() const noexcept { return known + found; }
    };
    /// Compares with what the provider has granted since the last time, and begins anew.
    balance close(const std::vector<videosdk::resource>& granted);

private:
    struct purchase {
        std::set<std::string> units;
        bool doubtful = false;
    };

    std::map<std::string, purchase> purchases_;
    std::set<std::string> before_; ///< Units that were accounted for at the last checkpoint or earlier.
};

} // namespace soak
