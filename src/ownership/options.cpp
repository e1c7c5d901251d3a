// Options and counts of an ownership: defaults, checks, text.
#include "error/option_check.hpp"
#include "model/line.hpp"

#include <videosdk/ownership.hpp>

#include <ostream>
#include <string>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr option_check ownership_rules("ownership_options");

std::string milliseconds(nanoseconds time)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + "ms";
}

} // namespace

ownership_options::ownership_options() = default;

void ownership_options::validate() const
{
    ownership_rules.require_time(expiry, 1s, 1h, "expiry", "from 1 s to 1 h");
    ownership_rules.require_time(beat_interval, 100ms, 20min, "beat_interval", "from 100 ms to 20 min");
    ownership_rules.require_time(look_interval, 100ms, 1h, "look_interval", "from 100 ms to 1 h");
    ownership_rules.require_time(lock_expiry, look_interval, 24h, "lock_expiry",
                                 "at least look_interval, at most 24 h");
}

std::ostream& operator<<(std::ostream& stream, const ownership_options& value)
{
    model::line line("expiry=" + milliseconds(value.expiry));
    line.add("beat_interval", milliseconds(value.beat_interval));
    line.add("look_interval", milliseconds(value.look_interval));
    line.add("lock_expiry", milliseconds(value.lock_expiry));
    line.add("on_taken_over", value.on_taken_over ? "given" : "none");
    return stream << line.text();
}

std::ostream& operator<<(std::ostream& stream, const ownership_counts& value)
{
    model::line line("beats=" + std::to_string(value.beats));
    line.add_number("beats_failed", value.beats_failed).add_number("looks", value.looks);
    line.add_number("fenced_off", value.fenced_off).add_number("cut_short", value.cut_short);
    line.add_number("buried", value.buried).add_number("claimed", value.claimed);
    line.add_number("taken_over", value.taken_over).add_number("silent", value.silent);
    line.add_number("unaccounted", value.unaccounted).add("lost", value.lost ? "yes" : "no");
    return stream << line.text();
}

} // namespace videosdk::inline v0
