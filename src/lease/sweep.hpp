// One sweep: all units that are pending, idle or composing, page by page, and whether what was read is the
// whole. Pure.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/resource.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace videosdk::inline v0::leasing {

/// A listing has no snapshot: units change their status, come and go while its pages are read. One status's
/// pages are complete when `total` stayed the same over all of them and the distinct ids are as many. That
/// is no proof where there are several: one that goes while another comes shifts a third past the reader. The
/// statuses are read in the order in which units pass them, so that one that moves on is not missed.
class sweep {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit sweep(time_point began) : began_(began) {}

    /// The next page to ask for; nothing when the sweep has ended.
    std::optional<list_request> next() const noexcept;
    void on_page(result<resource_page> page);

    time_point began() const noexcept { return began_; }
    bool complete() const noexcept { return complete_; }
    /// Each status stood on one page: no unit of it can have slipped to a page that was read before.
    bool unpaged() const noexcept { return unpaged_; }
    /// Units as last seen, each once.
    const std::vector<resource>& units() const noexcept { return units_; }
    std::size_t pages() const noexcept { return pages_; }
    /// Why it ended early.
    const std::optional<error>& failure() const noexcept { return failure_; }

private:
    static constexpr std::uint64_t first_page = 100; ///< Units on it.

    void keep(resource seen);
    void begin_status();
    void end_of_status();
    void end(bool complete) noexcept;

    time_point began_;
    std::size_t status_ = 0;
    std::uint64_t page_ = 1;
    std::uint64_t per_page_ = first_page;
    bool larger_refused_ = false;
    std::optional<std::uint64_t> total_; ///< Of the status being read, as its first page said.
    std::set<id_text> ids_;              ///< Of the status being read.
    bool shifted_ = false;
    unsigned tries_ = 0;
    bool ended_ = false;
    bool complete_ = false;
    bool unpaged_ = true; ///< So far.
    std::size_t pages_ = 0;
    std::vector<resource> units_;
    std::map<id_text, std::size_t> places_; ///< Of the units, by id.
    std::optional<error> failure_;
};

} // namespace videosdk::inline v0::leasing
