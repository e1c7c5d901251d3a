// Options of a lease manager: defaults, checks, text.
#include "error/option_check.hpp"
#include "error/text.hpp"
#include "model/line.hpp"

#include <videosdk/lease_manager.hpp>

#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using std::chrono::nanoseconds;

constexpr option_check lease_rules("lease_manager_options");

std::string seconds(nanoseconds time)
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    std::string text = std::to_string(milliseconds / 1000);
    if (milliseconds % 1000 != 0) {
        text += '.' + std::to_string(1000 + milliseconds % 1000).substr(1);
    }
    return text + 's';
}

void add_ids(std::ostream& stream, std::string_view head, const std::vector<std::string>& ids)
{
    stream << head;
    for (const std::string& each : ids) {
        std::string printable;
        text::append_printable(printable, each, 100);
        stream << ' ' << printable;
    }
}

} // namespace

left_behind::left_behind() = default;
lease_manager_options::lease_manager_options() = default;
recoverable_unit::recoverable_unit() = default;

void lease_manager_options::validate() const
{
    using namespace std::chrono_literals;
    lease_rules.require(max_units >= 1 && max_units <= 1'000'000, "max_units", "from 1 to 1000000");
    lease_rules.require_time(reconcile_horizon, 1s, 1h, "reconcile_horizon", "from 1 s to 1 h");
    lease_rules.require(attempts >= 1, "attempts", "at least 1");
    lease_rules.require_time(timeout, 1ns, 24h * 365, "timeout", "positive and at most a year");
    lease_rules.require_time(sweep_interval, 1s, 24h, "sweep_interval", "from 1 s to 24 h");
    lease_rules.require_time(drain_timeout, 1ns, 24h, "drain_timeout", "positive and at most 24 h");
    lease_rules.require(max_batch >= 1 && max_batch <= 10'000, "max_batch", "from 1 to 10000");
    lease_rules.require(max_in_flight >= 1 && max_in_flight <= 1000, "max_in_flight", "from 1 to 1000");
    lease_rules.require_time(max_held.value_or(1ns), 1ns, 24h * 365, "max_held",
                             "positive and at most a year");
}

std::string_view to_string(when_unknown value) noexcept
{
    switch (value) {
    case when_unknown::top_up:
        return "top_up";
    case when_unknown::fail:
        return "fail";
    }
    return "unknown";
}

std::string_view to_string(echo_state value) noexcept
{
    switch (value) {
    case echo_state::unproven:
        return "unproven";
    case echo_state::proven:
        return "proven";
    case echo_state::absent:
        return "absent";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, when_unknown value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, echo_state value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, const left_behind& value)
{
    stream << value.ids.size() << " units and " << value.tokens.size()
           << " attempts of unknown effect are left behind";
    if (!value.ids.empty()) {
        add_ids(stream, "; units:", value.ids);
    }
    if (!value.tokens.empty()) {
        add_ids(stream, "; tokens:", value.tokens);
    }
    if (!value.last_failure.empty()) {
        std::string printable;
        text::append_printable(printable, value.last_failure, 1000);
        stream << "; last failure: " << printable;
    }
    return stream;
}

std::ostream& operator<<(std::ostream& stream, const lease_manager_options& value)
{
    model::line line("max_units=" + std::to_string(value.max_units));
    line.add("reconcile_horizon", seconds(value.reconcile_horizon)).add_number("attempts", value.attempts);
    line.add("timeout", seconds(value.timeout)).add("sweep_interval", seconds(value.sweep_interval));
    line.add("drain_timeout", seconds(value.drain_timeout));
    if (value.max_held) {
        line.add("max_held", seconds(*value.max_held));
    }
    if (value.acts_within) {
        line.add("acts_within", "a tenure");
    }
    line.add("coalesce", value.coalesce ? "yes" : "no");
    if (value.coalesce) {
        line.add_number("max_batch", value.max_batch).add_number("max_in_flight", value.max_in_flight);
    }
    return stream << line.text();
}

std::ostream& operator<<(std::ostream& stream, const lease_request& value)
{
    model::line line(to_string(value.type));
    if (value.mode) {
        line.add("mode", to_string(*value.mode));
    }
    if (value.quality) {
        line.add("quality", to_string(*value.quality));
    }
    return stream << line.text();
}

std::ostream& operator<<(std::ostream& stream, const lease_options& value)
{
    model::line line("");
    if (value.timeout) {
        line.add("timeout", seconds(*value.timeout));
    }
    line.add("when_unknown", to_string(value.when_unknown));
    line.add("cancellable", value.cancellable ? "yes" : "no");
    return stream << line.text();
}

std::ostream& operator<<(std::ostream& stream, const warm_units& value)
{
    model::line line(to_string(value.type));
    if (value.mode) {
        line.add("mode", to_string(*value.mode));
    }
    if (value.quality) {
        line.add("quality", to_string(*value.quality));
    }
    line.add_number("count", value.count);
    if (value.max_idle) {
        line.add("max_idle", seconds(*value.max_idle));
    }
    return stream << line.text();
}

std::ostream& operator<<(std::ostream& stream, const recoverable_unit& value)
{
    const auto minted =
        std::chrono::duration_cast<std::chrono::seconds>(value.acquired_at.time_since_epoch());
    return stream << value.unit << " boot=" << value.boot << " acquired_at=" << minted.count();
}

std::ostream& operator<<(std::ostream& stream, const lease_counts& value)
{
    model::line line("echo=" + std::string(to_string(value.echo)));
    line.add_number("held", value.held).add_number("returning", value.returning);
    line.add_number("in_doubt", value.in_doubt).add_number("waiting", value.waiting);
    line.add_number("warm", value.warm).add_number("warming", value.warming);
    line.add_number("held_back", value.held_back);
    line.add_number("attempts", value.attempts).add_number("units_asked", value.units_asked);
    line.add_number("largest_attempt", value.largest_attempt);
    line.add_number("shared_attempts", value.shared_attempts).add_number("splits", value.splits);
    line.add_number("granted", value.granted);
    line.add_number("adopted", value.adopted).add_number("surplus", value.surplus);
    line.add_number("released", value.released).add_number("release_calls", value.release_calls);
    line.add_number("largest_release", value.largest_release).add_number("lost", value.lost);
    line.add_number("taken_warm", value.taken_warm).add_number("reused", value.reused);
    line.add_number("expired", value.expired).add_number("evicted", value.evicted);
    line.add_number("sweeps", value.sweeps).add_number("sweeps_incomplete", value.sweeps_incomplete);
    line.add_number("foreign", value.foreign).add_number("other_boots", value.other_boots);
    line.add_number("refused_without_tenure", value.refused_without_tenure);
    line.add_number("outlived_tenure", value.outlived_tenure);
    return stream << line.text();
}

} // namespace videosdk::inline v0
