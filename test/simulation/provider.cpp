// The provider.
#include "provider.hpp"

#include "model/json.hpp"

#include <videosdk/token.hpp>

#include <algorithm>
#include <charconv>
#include <span>

namespace simulation {
namespace {

namespace emulator = videosdk::emulator;
using videosdk::resource_status;

constexpr std::string_view acquire_path = "/v2/resource/acquire";
constexpr std::string_view release_path = "/v2/resource/release";
constexpr std::string_view list_path = "/v2/resource?";
constexpr std::uint64_t session_end_percent = 12; // of those that run as they should

std::uint64_t number_of(std::string_view text, std::uint64_t otherwise)
{
    std::uint64_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// The value of a parameter of the query.
std::string_view parameter_of(std::string_view target, std::string_view name)
{
    const std::string key = std::string(name) + '=';
    const std::size_t found = target.find(key);
    if (found == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = target.substr(found + key.size());
    return rest.substr(0, rest.find('&'));
}

std::string token_for(const plan& from, const world_time& time)
{
    videosdk::token_claims claims;
    claims.api_key = from.provider.api_key;
    claims.issued_at = time.wall() - 5min;
    claims.expires_at = time.wall() + 24h;
    return videosdk::mint_token(claims, from.provider.secret);
}

} // namespace

place place_of(videosdk::verb method, std::string_view target) noexcept
{
    if (method == videosdk::verb::post) {
        if (target == acquire_path || target == release_path) {
            return target == acquire_path ? place::acquire : place::release;
        }
        return target.ends_with("/start") ? place::start : place::end;
    }
    return target.starts_with(list_path) ? place::list : place::get;
}

std::string_view field_of(std::string_view body, std::string_view name) noexcept
{
    const std::size_t found = body.find(name);
    if (found == std::string_view::npos) {
        return {};
    }
    const std::size_t begin = body.find('"', found + name.size() + 1) + 1; // past the name's own quote
    return body.substr(begin, body.find('"', begin) - begin);
}

provider::provider(const plan& from, const world_time& time, agenda& its_agenda, story& log, book& truth,
                   judge& law)
    : plan_(from),
      time_(time),
      story_(log),
      book_(truth),
      judge_(law),
      agenda_(its_agenda),
      service_(from.provider),
      token_(token_for(from, time))
{
}

void provider::limit_grants(std::optional<std::uint32_t> most)
{
    if (service_.options().grant_at_most != most) {
        emulator::service_options changed = service_.options();
        changed.grant_at_most = most;
        service_.set_options(std::move(changed));
    }
}

void provider::note_listing(const sent_request& what)
{
    if (what.what == place::list && parameter_of(what.target, "page") == "1" &&
        parameter_of(what.target, "status") == "pending") {
        ++listings_;
        judge_.listing_begun(what.from);
    }
}

emulator::reply provider::handle(const sent_request& what, const handling& how)
{
    note_listing(what);
    if (what.what == place::acquire) {
        limit_grants(how.grant_at_most);
    } else if (what.what == place::release) {
        for (std::size_t at = what.body.find("[\""); at != std::string::npos;
             at = what.body.find(",\"", at)) {
            at += 2;
            judge_.release_asked(what.from,
                                 std::string_view(what.body).substr(at, what.body.find('"', at) - at));
        }
    }
    const std::string_view method = to_string(what.method);
    emulator::reply answer =
        service_.handle({method, what.target, what.authorization, what.body}, time_.now, time_.wall());
    if (answer.status != 200) {
        return answer;
    }
    switch (what.what) {
    case place::acquire:
        note_acquired(what, answer, how.why);
        break;
    case place::release:
        note_released(what, answer);
        break;
    case place::start:
        note_started(what, answer, how.why != excuse::none);
        break;
    case place::end:
        note_ended(what);
        break;
    default:
        break;
    }
    return answer;
}

void provider::note_acquired(const sent_request& what, const emulator::reply& answer, excuse why)
{
    const auto read = videosdk::model::read_acquire(answer.body, {});
    const std::string_view url = field_of(what.body, "\"webhookUrl\"");
    if (!read->units.empty()) {
        judge_.bought_under(what.from, url, what.number);
    }
    for (const videosdk::resource& each : read->units) {
        unit_record fresh;
        fresh.shown = each;
        fresh.webhook_url = url;
        fresh.buyer = what.from;
        const std::size_t order = url.find("/order-");
        fresh.bought_for = order == std::string_view::npos ? 0 : number_of(url.substr(order + 7), 0);
        fresh.why = why;
        fresh.exchange = what.number;
        fresh.bought = time_.now;
        fresh.idle = time_.now + service_.options().idle_after;
        story_.tell(time_.now, "provider: life ", what.from, " bought ", each.id);
        judge_.bought(book_.add(std::move(fresh)));
    }
}

void provider::note_released(const sent_request& what, const emulator::reply& answer)
{
    const auto read = videosdk::model::read_release(answer.body, {});
    for (const videosdk::release_result& each : *read) {
        unit_record* const found = each.success ? book_.find(each.id) : nullptr;
        if (found != nullptr) {
            story_.tell(time_.now, "provider: life ", what.from, " released ", each.id);
            found->releaser = what.from;
            judge_.released(*found);
        }
    }
}

void provider::note_started(const sent_request& what, const emulator::reply& answer, bool excused)
{
    constexpr std::string_view room = "room-";
    composition_record fresh;
    fresh.id = videosdk::model::read_started(answer.body, {})->id;
    fresh.unit = field_of(what.body, "\"resourceId\"");
    fresh.call = number_of(field_of(what.body, "\"roomId\"").substr(room.size()), 0);
    fresh.starter = what.from;
    fresh.excused = excused;
    fresh.begun = time_.now;
    story_.tell(time_.now, "provider: life ", what.from, " started ", fresh.id, " in ", fresh.unit,
                " by its start ", fresh.call);
    composition_record& added = book_.add(std::move(fresh));
    judge_.composition_begun(added);
    dice drawn = plan_.chance.fork("sessions", added.call);
    if (drawn.percent(session_end_percent) || excused || judge_.life(what.from).dead) {
        end_session_later(added, drawn.time(500ms, 30s));
    }
}

void provider::note_ended(const sent_request& what)
{
    if (composition_record* const found = book_.find_composition(field_of(what.body, "\"id\""))) {
        story_.tell(time_.now, "provider: life ", what.from, " ends ", found->id);
        found->over = time_.now + service_.options().stopped_after;
        judge_.end_asked(what.from, *found);
    }
}

void provider::end_session_later(const composition_record& which, nanoseconds after)
{
    agenda_.at(time_.now + after, [this, id = which.id] {
        if (service_.fail_composition(id, time_.now)) {
            story_.tell(time_.now, "provider: ", id, " fails by itself");
            book_.find_composition(id)->over = time_.now;
        }
    });
}

void provider::end_sessions_of(life_number which)
{
    dice drawn = plan_.chance.fork("sessions of the dead", which);
    for (const composition_record& each : book_.compositions()) {
        if (each.starter == which && each.runs(time_.now)) {
            end_session_later(each, drawn.time(1s, 40s));
        }
    }
}

videosdk::resource provider::as_of(const unit_record& which, time_point when) const
{
    videosdk::resource shown = which.shown;
    shown.status = which.released <= when ? resource_status::released
                   : which.idle <= when   ? resource_status::idle
                                          : resource_status::pending;
    for (const std::size_t place : which.compositions) {
        const composition_record& each = book_.compositions()[place];
        if (each.begun > when || (!each.runs(when) && !plan_.provider.keep_composer_ids)) {
            continue;
        }
        shown.composer_ids.push_back(each.id);
        if (each.runs(when)) {
            shown.status = resource_status::composing;
        }
    }
    return shown;
}

/// As if a unit of this page had moved to the one before, where a unit went, and another had come to its
/// place: which stands where is nowhere promised. One that `reader` may look for, when its absence would be
/// believed, if there is one: chance has time for that, the simulation has not. But each in one listing only,
/// since who reads twice and believes what agrees must not be shown the same gap twice.
void provider::swap_one(std::span<videosdk::resource> page, life_number reader)
{
    videosdk::resource* gone = nullptr;
    for (videosdk::resource& each : page) {
        unit_record& known = *book_.find(each.id);
        const bool sought = known.buyer == reader && !known.ever_kept;
        const auto heard = heard_.find(known.exchange);
        const bool believed = heard != heard_.end() && time_.now >= heard->second + plan_.horizon;
        if (sought && believed && (known.hidden_in == 0 || known.hidden_in == listings_)) {
            known.hidden_in = listings_;
            story_.tell(time_.now, "provider: life ", reader, " reads past ", each.id);
            gone = &each;
            break;
        }
        if (!sought) {
            gone = &each;
        }
    }
    if (gone != nullptr) {
        gone->id = "ffffffffffffffff" + std::to_string(10'000'000 + ++strangers_);
        gone->webhook_url = "https://elsewhere.example.com/";
    }
}

emulator::reply provider::list(const sent_request& what, time_point when, std::uint64_t turned, bool swapped)
{
    note_listing(what);
    const std::string_view status = parameter_of(what.target, "status");
    std::vector<videosdk::resource> found;
    for (const unit_record& each : book_.units()) {
        if (each.bought <= when) {
            videosdk::resource shown = as_of(each, when);
            if (status.empty() || shown.status.text() == status) {
                found.push_back(std::move(shown));
            }
        }
    }
    if (!found.empty() && !swapped) {
        std::rotate(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(turned % found.size()),
                    found.end());
    }
    const std::uint64_t page = number_of(parameter_of(what.target, "page"), 1);
    const std::uint64_t per_page =
        std::min(number_of(parameter_of(what.target, "perPage"), 20), service_.options().max_per_page);
    const std::uint64_t begin = std::min<std::uint64_t>((page - 1) * per_page, found.size());
    const std::uint64_t end = std::min<std::uint64_t>(begin + per_page, found.size());
    if (swapped) {
        swap_one(std::span(found).subspan(begin, end - begin), what.from);
    }
    const std::uint64_t last = found.empty() ? 1 : (found.size() - 1) / per_page + 1;
    emulator::reply answer;
    answer.body = "{\"pageInfo\":{\"currentPage\":" + std::to_string(page) +
                  ",\"perPage\":" + std::to_string(per_page) + ",\"lastPage\":" + std::to_string(last) +
                  ",\"total\":" + std::to_string(found.size()) + "},\"data\":[";
    for (std::uint64_t i = begin; i != end; ++i) {
        answer.body += answer.body.ends_with('[') ? "" : ",";
        answer.body += videosdk::model::write(found[i]);
    }
    answer.body += "]}";
    return answer;
}

void provider::buy_foreign(std::string webhook_url)
{
    sent_request what;
    what.method = videosdk::verb::post;
    what.what = place::acquire;
    what.target = acquire_path;
    what.authorization = token_;
    what.body = R"({"type":"recording","webhookUrl":")" + std::move(webhook_url) + "\"}";
    handle(what);
}

void provider::release_foreign(dice& chance)
{
    std::vector<unit_record*> candidates;
    for (unit_record& each : book_.units()) {
        if (each.buyer == 0 && each.live() && each.idle <= time_.now) {
            candidates.push_back(&each);
        }
    }
    if (!candidates.empty()) {
        unit_record& which = *candidates[chance.below(candidates.size())];
        service_.release_resource(which.shown.id, time_.now);
        which.released = time_.now;
    }
}

std::optional<life_number> provider::take_away(dice& chance)
{
    std::vector<unit_record*> candidates;
    for (unit_record& each : book_.units()) {
        if (each.buyer != 0 && each.live() && each.idle <= time_.now) {
            candidates.push_back(&each);
        }
    }
    if (candidates.empty()) {
        return std::nullopt;
    }
    unit_record& which = *candidates[chance.below(candidates.size())];
    story_.tell(time_.now, "somebody else releases ", which.shown.id, " of life ", which.buyer);
    service_.release_resource(which.shown.id, time_.now);
    for (const std::size_t place : which.compositions) {
        composition_record& each = book_.compositions()[place];
        each.over = std::min(each.over, time_.now);
    }
    which.taken_away = true;
    judge_.released(which);
    return which.buyer;
}

std::vector<emulator::webhook> provider::advance()
{
    return service_.advance(time_.now);
}

} // namespace simulation
