// The one provider of a world: the emulator's service, and the book of what it did.
#pragma once

#include "book.hpp"
#include "judge.hpp"
#include "plan.hpp"
#include "story.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/transport.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

/// A request on its way; it may outlive the process that sent it.
struct sent_request {
    sent_request() = default; // declared, so that the type is no aggregate

    videosdk::verb method = videosdk::verb::get;
    std::string target;
    std::string authorization;
    std::string body;
    life_number from = 0;
    place what = place::get;
};

/// Which call a request is.
place place_of(videosdk::verb method, std::string_view target) noexcept;
/// The value of a text field of a small JSON object, as it stands there.
std::string_view field_of(std::string_view body, std::string_view name) noexcept;

/// How a request is handled this time.
struct handling {
    std::optional<std::uint32_t> grant_at_most = {};
    bool excused = false; ///< What it buys counts against nobody.
};

class provider {
public:
    provider(const plan& from, const world_time& time, story& log, book& truth, judge& law);

    videosdk::emulator::reply handle(const sent_request& what, const handling& how = {});
    /// A listing as it was at that time, with the units turned by so many places; or, `swapped`, with a unit
    /// missing from it that was on no page before.
    videosdk::emulator::reply list(const sent_request& what, time_point as_of, std::uint64_t turned,
                                   bool swapped = false);

    /// What somebody else does on the account: buys a unit, or releases one of these.
    void buy_foreign(std::string webhook_url);
    void release_foreign(dice& chance);
    /// Somebody else releases one of the buyers' units; what the buyer of it is.
    std::optional<life_number> take_away(dice& chance);

    time_point next() const noexcept { return service_.next_wakeup(); }
    std::vector<videosdk::emulator::webhook> advance();
    void delivered(std::uint64_t id, bool well) { service_.delivered(id, well, time_.now); }
    /// The token of the account, for every process.
    const std::string& token() const noexcept { return token_; }

private:
    void note_acquired(const sent_request& what, const videosdk::emulator::reply& answer, bool excused);
    void note_released(const sent_request& what, const videosdk::emulator::reply& answer);
    static void swap_one(std::vector<videosdk::resource>& found, std::uint64_t begin, std::uint64_t turned);
    void note_listing(const sent_request& what);
    void limit_grants(std::optional<std::uint32_t> most);
    videosdk::resource as_of(const unit_record& which, time_point when) const;

    const plan& plan_;
    const world_time& time_;
    story& story_;
    book& book_;
    judge& judge_;
    videosdk::emulator::service service_;
    std::string token_;
};

} // namespace simulation
