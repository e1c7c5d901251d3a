// Units that wait to be released, and which of them leave together.
#pragma once

#include <videosdk/config.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace videosdk::inline v0::leasing {

class release_queue {
public:
    /// Those of one call: `most` units, while at most `in_flight` calls are under way.
    release_queue(std::size_t most, std::size_t in_flight) : most_(most), in_flight_(in_flight) {}

    void push(std::string id) { together_.push_back(std::move(id)); }
    /// What is to be sent next; empty where nothing is, or not yet.
    std::vector<std::string> next();
    /// A call has ended. What was refused to several units together is asked for again, in halves: one of
    /// them may have been the reason.
    void ended(std::vector<std::string> refused = {});
    void clear();

    /// Units that no call has been made for yet.
    std::size_t waiting() const noexcept;

    std::uint64_t calls() const noexcept { return calls_; }
    std::size_t largest() const noexcept { return largest_; }

private:
    const std::size_t most_;
    const std::size_t in_flight_;
    std::deque<std::string> together_;
    std::deque<std::vector<std::string>> halves_; ///< Not to be joined with others.
    std::size_t under_way_ = 0;
    std::uint64_t calls_ = 0;
    std::size_t largest_ = 0;
};

} // namespace videosdk::inline v0::leasing
