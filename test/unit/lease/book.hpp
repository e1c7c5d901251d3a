// A ledger in a test's hands: what it wants done is written down as one line each, and time moves when told.
#pragma once

#include "auth/correlation_token.hpp"
#include "lease/ledger.hpp"
#include "lease/sweep.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lease_tests {

using namespace std::chrono_literals;
namespace leasing = videosdk::leasing;
using videosdk::effect;
using videosdk::errc;
using videosdk::error;
using videosdk::lease_state;
using videosdk::resource;
using videosdk::resource_status;
using videosdk::when_unknown;

inline const std::string owner = "studio";

inline videosdk::auth::correlation_keys keys()
{
    return *videosdk::auth::correlation_keys::from_keys({"0123456789abcdef"});
}

inline std::string a_boot()
{
    return videosdk::auth::make_boot(*videosdk::auth::system_randomness());
}

/// The n-th token of a boot.
inline std::string token_of(const std::string& boot, unsigned n, const std::string& of_owner = owner)
{
    std::string random(16, '\0');
    random[0] = static_cast<char>(n);
    random[1] = static_cast<char>(n >> 8);
    const std::chrono::system_clock::time_point minted(std::chrono::seconds(1'800'000'000));
    return videosdk::auth::mint_correlation_token(keys(), of_owner, boot, minted, random);
}

inline error failure(errc code, effect what)
{
    videosdk::error_info info;
    info.call = "test";
    info.effect = what;
    return {make_error_code(code), std::move(info)};
}

struct book {
    explicit book(leasing::ledger_rules its_rules = default_rules())
        : rules(its_rules),
          ledger(
              rules, [this] { return token_of(boot, ++minted); },
              leasing::mark_reader(keys(), owner, boot, rules.safe))
    {
    }

    book(const book&) = delete; // the ledger knows its address

    static leasing::ledger_rules default_rules()
    {
        leasing::ledger_rules out;
        out.max_units = 10;
        out.horizon = 30s;
        out.attempts = 3;
        out.sweep_interval = 5min;
        return out;
    }

    /// A unit that bears the n-th token of this boot.
    resource unit(const std::string& id, resource_status status, unsigned token) const
    {
        return bearing(id, status, "https://hooks/studio/" + token_of(boot, token));
    }
    static resource bearing(const std::string& id, resource_status status, std::string url)
    {
        resource out;
        out.id = id;
        out.status = status;
        out.type = videosdk::resource_type::recording;
        out.webhook_url = std::move(url);
        return out;
    }

    std::uint64_t want(std::uint32_t units = 1, std::chrono::nanoseconds timeout = 90s,
                       when_unknown policy = when_unknown::top_up)
    {
        leasing::unit_kind kind;
        kind.type = videosdk::resource_type::recording;
        return ledger.want(kind, units, now + timeout, policy, now);
    }
    void answer(std::uint64_t attempt, std::vector<resource> units)
    {
        leasing::post_result brought;
        brought.effect = effect::known;
        brought.units = std::move(units);
        ledger.posted(attempt, std::move(brought), now);
    }
    void lose(std::uint64_t attempt, effect what = effect::unknown, errc code = errc::connection_lost,
              std::vector<resource> units = {})
    {
        leasing::post_result brought;
        brought.effect = what;
        brought.failure = failure(code, what);
        brought.units = std::move(units);
        ledger.posted(attempt, std::move(brought), now);
    }
    void got(const resource& seen) { ledger.got(seen.id, seen, now); }
    void not_got(const std::string& id, errc code = errc::connection_lost)
    {
        ledger.got(id, failure(code, effect::none), now);
    }
    /// A sweep that begins now, and shows these.
    void sweep(const std::vector<resource>& shown, bool complete = true)
    {
        read(shown, shown.size() + 1, complete);
    }
    /// One whose pages have a unit each.
    void sweep_in_pages(const std::vector<resource>& shown) { read(shown, 1, true); }
    void read(const std::vector<resource>& shown, std::size_t per_page, bool complete)
    {
        leasing::sweep what(now);
        while (const auto next = what.next()) {
            if (!complete && next->status == resource_status::composing) {
                what.on_page(failure(errc::connection_lost, effect::none));
            } else {
                what.on_page(page_of(shown, *next, per_page));
            }
        }
        BOOST_REQUIRE_EQUAL(what.complete(), complete);
        ledger.swept(what, now);
    }
    static videosdk::resource_page page_of(const std::vector<resource>& shown,
                                           const videosdk::list_request& which, std::size_t per_page)
    {
        videosdk::resource_page page;
        for (const resource& each : shown) {
            if (each.status == which.status && page.total++ / per_page + 1 == which.page) {
                page.resources.push_back(each);
            }
        }
        page.current_page = which.page;
        page.last_page = (page.total + per_page - 1) / per_page;
        return page;
    }
    void hear(videosdk::event_type type, const std::string& id, unsigned token)
    {
        videosdk::event what;
        what.type = type;
        what.resource_id = id;
        what.token = token_of(boot, token);
        ledger.noticed(what, now);
    }
    void pass(std::chrono::nanoseconds by)
    {
        now += by;
        ledger.on_time(now);
    }
    /// How long until it wants to be woken.
    std::chrono::nanoseconds wakes_in() const { return ledger.next_wake() - now; }
    /// An acquire that proves the echo; its lease has ended, and nothing of it is left.
    void prove_echo()
    {
        want();
        answer(1, {unit("first", resource_status::pending, 1)});
        got(unit("first", resource_status::idle, 1));
        ledger.give_back("first", true, now);
        got(unit("first", resource_status::idle, 1));
        ledger.released("first", leasing::release_result_kind::done, now);
        BOOST_REQUIRE_EQUAL(ledger.counts().echo, videosdk::echo_state::proven);
        BOOST_REQUIRE(ledger.at_rest());
        said();
    }

    /// What it wants done since the last time.
    std::string said()
    {
        std::string text;
        for (const leasing::action& each : ledger.take_actions()) {
            if (each.what == leasing::action::kind::withdraw) {
                withdrawn = each.number; // means nothing once the answer is there
                continue;
            }
            text += (text.empty() ? "" : "; ") + line(each);
        }
        return text;
    }

    static std::string line(const leasing::action& what)
    {
        using kind = leasing::action::kind;
        switch (what.what) {
        case kind::post:
            return "post " + std::to_string(what.number) + " x" + std::to_string(what.units);
        case kind::get:
            return "get " + what.id;
        case kind::end:
            return "end " + what.composition->id + " in " + what.id;
        case kind::withdraw:
            return "withdraw " + std::to_string(what.number);
        case kind::release:
            return "release " + what.id;
        case kind::sweep:
            return "sweep";
        case kind::grant: {
            std::string text = "grant " + std::to_string(what.number) + ':';
            for (const auto& each : what.granted) {
                text += ' ' + each.shown->id;
            }
            return text;
        }
        case kind::fail:
            return "fail " + std::to_string(what.number) + ": " +
                   std::string(to_string(static_cast<errc>(what.why->code().value())));
        case kind::gone:
            return what.id + " is " + std::string(to_string(what.state));
        case kind::changed:
            return what.id + " is " + std::string(to_string(what.change));
        case kind::step:
            return "attempt " + std::to_string(what.number) + ' ' + std::string(to_string(what.progress));
        case kind::overdue:
            return what.id + " is overdue";
        case kind::foreign: {
            std::string text = "foreign:";
            for (const auto& each : what.found) {
                text += ' ' + each.id;
            }
            return text;
        }
        }
        return "?";
    }

    leasing::ledger_rules rules;
    std::string boot = a_boot();
    unsigned minted = 0;
    std::uint64_t withdrawn = 0;
    leasing::time_point now{1h};
    leasing::ledger ledger;
};

inline leasing::ledger_rules capped(std::size_t cap)
{
    auto rules = book::default_rules();
    rules.max_units = cap;
    return rules;
}

} // namespace lease_tests
