// The one provider of a world: the emulator's service, and the book of what it did.
#pragma once

#include "book.hpp"
#include "judge.hpp"
#include "plan.hpp"
#include "story.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/transport.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
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
    std::uint64_t number = 0; ///< Of the exchange; 0 is somebody else's.
};

/// Which call a request is.
place place_of(videosdk::verb method, std::string_view target) noexcept;
/// The value of a text field of a small JSON object, as it stands there.
std::string_view field_of(std::string_view body, std::string_view name) noexcept;

/// How a request is handled this time.
struct handling {
    std::optional<std::uint32_t> grant_at_most = {};
    excuse why = excuse::none; ///< What it does counts against nobody, where there is one.
};

class provider {
public:
    provider(const plan& from, const world_time& time, agenda& its_agenda, story& log, book& truth,
             judge& law);

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
    /// Nobody joins the rooms of a dead process any more: what it started ends by itself, in a while.
    void end_sessions_of(life_number which);

    time_point next() const noexcept { return service_.next_wakeup(); }
    /// Who sent that acquire knows what became of it, or that he will not be told.
    void heard(std::uint64_t exchange) { heard_.emplace(exchange, time_.now); }
    std::vector<videosdk::emulator::webhook> advance();
    void delivered(std::uint64_t id, bool well) { service_.delivered(id, well, time_.now); }
    /// The token of the account, for every process.
    const std::string& token() const noexcept { return token_; }

private:
    void note_acquired(const sent_request& what, const videosdk::emulator::reply& answer, excuse why);
    void note_released(const sent_request& what, const videosdk::emulator::reply& answer);
    void note_started(const sent_request& what, const videosdk::emulator::reply& answer, bool excused);
    void note_ended(const sent_request& what);
    void end_session_later(const composition_record& which, nanoseconds after);
    void swap_one(std::span<videosdk::resource> page, life_number reader);
    void note_listing(const sent_request& what);
    void limit_grants(std::optional<std::uint32_t> most);
    videosdk::resource as_of(const unit_record& which, time_point when) const;

    const plan& plan_;
    const world_time& time_;
    story& story_;
    book& book_;
    judge& judge_;
    agenda& agenda_;
    videosdk::emulator::service service_;
    std::string token_;
    std::map<std::uint64_t, time_point> heard_;
    std::uint64_t listings_ = 0;  ///< Begun: counts from their first pages.
    std::uint64_t strangers_ = 0; ///< Units that were shown in place of others.
};

} // namespace simulation
