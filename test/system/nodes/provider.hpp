// The service in the test's process: its units, what it says of the test's own resources, and who has
// released what.
#pragma once

#include "book.hpp"

#include <videosdk/emulator.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nodes {

namespace asio = boost::asio;

/// A release that a life asked for.
class release_request {
public:
    release_request() = default;

    std::string life;
    std::uint64_t at = 0; ///< The number of the request.
};

class provider {
public:
    /// `may_tell` decides whether the provider knows already what the record's wait is for.
    provider(const asio::any_io_executor& executor, book& events,
             std::function<bool(const record&)> may_tell);

    videosdk::emulator::server& server() noexcept { return server_; }
    /// For calls of one life, which is known by it.
    std::string token_for(const std::string& life);
    /// How many requests there were: a clock for who did what first.
    std::uint64_t now() const noexcept { return requests_; }

    std::size_t billed();
    std::vector<videosdk::resource> units();
    const std::map<std::string, std::vector<release_request>>& releases() const noexcept { return releases_; }
    std::uint64_t asked_for_events() const noexcept { return asked_; }

private:
    videosdk::emulator::server_options options();
    videosdk::emulator::fault receive(const videosdk::emulator::request& what);
    videosdk::emulator::fault tell_of(record& which);

    book& events_;
    std::function<bool(const record&)> may_tell_;
    std::map<std::string, std::string, std::less<>> lives_;        ///< By their tokens.
    std::map<std::string, std::vector<release_request>> releases_; ///< By unit.
    std::uint64_t requests_ = 0;
    std::uint64_t asked_ = 0;
    videosdk::emulator::server server_;
};

} // namespace nodes
