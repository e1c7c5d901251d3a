// The process that comes after one that was killed: finds what it has left, takes it over, gives it back.
#pragma once

#include "life.hpp"
#include "loop.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace recovery {

class successor {
public:
    successor(loop& where, const deployment& which) : loop_(where), life_(where.executor(), which) {}

    std::vector<videosdk::recoverable_unit> recover();
    /// The ids of those that are ours now.
    std::vector<std::string> adopt(std::vector<std::string> ids);
    /// Whatever it has adopted; the ids of those whose leases say that they are released.
    std::vector<std::string> release();
    videosdk::lease_counts counts();
    /// Nothing where all is given back.
    std::optional<videosdk::error> end();

    std::vector<std::string> failures; ///< What calls ended with that were not expected to fail.

private:
    asio::awaitable<void> adopt_next();
    asio::awaitable<void> release_next();

    loop& loop_;
    life life_;
    std::vector<std::string> todo_;
    std::vector<videosdk::lease> leases_;
    std::vector<std::string> released_;
};

} // namespace recovery
