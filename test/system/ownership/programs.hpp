// What runs on a node: it buys units, keeps a few, gives back the others, lists, records in one; and asks on
// and on, whatever it is answered.
#pragma once

#include <videosdk/videosdk.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ownership_tests {

struct programs {
    static constexpr std::size_t most_kept = 4;

    std::uint64_t acquired = 0;
    std::uint64_t given_back = 0; ///< Begun.
    std::uint64_t listed = 0;
    std::uint64_t recorded = 0; ///< Begun and ended.
    std::uint64_t acquires_refused = 0;
    std::uint64_t listings_refused = 0;
    std::uint64_t recordings_refused = 0; ///< Starts and stops.
    std::vector<std::string> surprises;   ///< Errors other than errc::no_tenure.
    std::vector<videosdk::lease> kept;
    videosdk::lease studio; ///< In which it records.
    bool ending = false;    ///< Set it, and each ends at its next turn.
    unsigned running = 0;

    std::uint64_t refused() const { return acquires_refused + listings_refused + recordings_refused; }
    bool refused_each() const
    {
        return acquires_refused != 0 && listings_refused != 0 && recordings_refused != 0;
    }
};

/// Begins them on that executor. The manager must live for as long as they run, or as the context is run.
std::shared_ptr<programs> run_programs(const videosdk::asio::any_io_executor& executor,
                                       videosdk::lease_manager& leases);

} // namespace ownership_tests
