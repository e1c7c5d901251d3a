// The figures of the contenders of acquire.sh, read from the lines of JSON that it collected, and their
// medians.
#pragma once

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

namespace json = boost::json;

/// One a round.
using rounds = std::vector<double>;

inline double median(rounds values)
{
    if (values.empty()) {
        throw std::invalid_argument("no median of nothing");
    }
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Of one contender with so many calls in flight.
struct figures {
    rounds rate;           ///< Acquires a second.
    rounds cpu;            ///< Microseconds an acquire.
    rounds busy;           ///< Of the client's core, 0 to 1.
    rounds p50, p99, p999; ///< Microseconds.
    rounds peak;           ///< MiB.
    bool waits = true;     ///< Calls beyond its connections wait; otherwise there are none.
    std::map<std::string, rounds, std::less<>>
        counted; ///< An acquire, by what was counted: one a counting run.
    std::size_t counting_runs = 0;
    std::vector<std::string> failed; ///< Which run, and why.

    /// Of a counting run: everything but what other runs measure better. A kind of call that it does not name
    /// was not made in it.
    void add_counts(const json::object& run)
    {
        const double calls = run.at("calls").to_number<double>();
        for (const auto& [name, value] : run) {
            constexpr std::array<std::string_view, 8> others{"calls",  "seconds", "cpu_seconds", "p50_us",
                                                             "p99_us", "p999_us", "optimised",   "warmed_up"};
            if (std::find(others.begin(), others.end(), name) == others.end()) {
                rounds& all = counted[std::string(name)];
                all.resize(counting_runs);
                all.push_back(value.to_number<double>() / calls);
            }
        }
        ++counting_runs;
        for (auto& [name, values] : counted) {
            values.resize(counting_runs);
        }
    }

    /// Empty where that was not counted.
    std::optional<double> count(std::string_view name) const
    {
        const auto at = counted.find(name);
        return at == counted.end() ? std::nullopt : std::optional(median(at->second));
    }
};

struct contender {
    std::string name;
    json::object spoken; ///< Protocol, cipher, curve and version of HTTP.
    std::map<std::uint64_t, figures> in_flight;
};

class session {
public:
    json::object environment;
    std::vector<contender> contenders; ///< In the order of their first lines.

    /// Throws where a line is not as acquire.sh writes it, or its figures are none.
    static session read(std::istream& in)
    {
        session got;
        for (std::string line; std::getline(in, line);) {
            got.add(json::parse(line).as_object());
        }
        return got;
    }

    /// Null where it was left out.
    const figures* find(std::string_view name, std::uint64_t in_flight) const
    {
        for (const contender& each : contenders) {
            const auto at = each.in_flight.find(in_flight);
            if (each.name == name && at != each.in_flight.end() && !at->second.rate.empty()) {
                return &at->second;
            }
        }
        return nullptr;
    }

    std::vector<std::uint64_t> levels() const
    {
        std::vector<std::uint64_t> all;
        for (const contender& each : contenders) {
            for (const auto& [level, unused] : each.in_flight) {
                all.push_back(level);
            }
        }
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    }

private:
    contender& of(const json::value& name)
    {
        const std::string wanted(name.as_string());
        const auto at = std::find_if(contenders.begin(), contenders.end(),
                                     [&](const contender& c) { return c.name == wanted; });
        if (at != contenders.end()) {
            return *at;
        }
        contenders.emplace_back().name = wanted;
        return contenders.back();
    }

    /// Those compiled without optimisation say so; peers say nothing of it.
    static void check(const std::string& name, const json::object& run)
    {
        if (const json::value* const said = run.if_contains("optimised");
            said != nullptr && !said->as_bool()) {
            throw std::runtime_error(name + " was built without optimisation: no figures");
        }
        if (const json::value* const failed = run.if_contains("failed");
            failed != nullptr && failed->to_number<double>() != 0) {
            throw std::runtime_error(name + " had failed calls: " + json::serialize(run));
        }
    }

    void add(const json::object& entry)
    {
        if (const json::value* const given = entry.if_contains("environment")) {
            environment = given->as_object();
            return;
        }
        contender& whose = of(entry.at("contender"));
        if (const json::value* const spoken = entry.if_contains("spoken")) {
            whose.spoken = spoken->as_object();
            return;
        }
        const auto level = entry.at("in_flight").to_number<std::uint64_t>();
        figures& there = whose.in_flight[level];
        if (const json::value* const failed = entry.if_contains("failed")) {
            for (const auto& [run, why] : failed->as_object()) {
                there.failed.push_back(std::string(run) + ": " + std::string(why.as_string()));
            }
            return;
        }
        if (const json::value* const counted = entry.if_contains("counted")) {
            check(whose.name, counted->as_object());
            there.add_counts(counted->as_object());
            return;
        }
        const json::object& run = entry.at("run").as_object();
        const json::object& used = entry.at("used").as_object();
        check(whose.name, run);
        const auto number = [](const json::object& from, std::string_view name) {
            return from.at(name).to_number<double>();
        };
        const double calls = number(run, "calls");
        const double seconds = number(run, "seconds");
        // Of the whole process, unless the run tells of its part after a warm-up.
        const json::value* const warmed_up = run.if_contains("warmed_up");
        const double cpu_seconds =
            number(warmed_up != nullptr && warmed_up->as_bool() ? run : used, "cpu_seconds");
        there.rate.push_back(calls / seconds);
        there.cpu.push_back(cpu_seconds / calls * 1e6);
        there.busy.push_back(cpu_seconds / seconds);
        there.p50.push_back(number(run, "p50_us"));
        there.p99.push_back(number(run, "p99_us"));
        there.p999.push_back(number(run, "p999_us"));
        there.peak.push_back(number(used, "peak_kib") / 1024);
        there.waits = level <= entry.at("connections").to_number<std::uint64_t>() ||
                      (whose.name != "wrk" && whose.name != "bare Beast loop");
    }
};

} // namespace bench
