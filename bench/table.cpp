// Makes the published table of the lines of JSON that acquire.sh collected: table [FILE] reads standard
// input, writes Markdown, and what the chart is drawn of to the file.
#include "figures.hpp"

#include <array>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <utility>

namespace {

using bench::contender;
using bench::figures;
using bench::median;
using bench::rounds;
using bench::session;
namespace json = boost::json;

constexpr std::string_view serial = "videosdk, serial executor";
constexpr std::string_view strand = "videosdk, own strand";
constexpr std::string_view wrk = "wrk";

/// "9.80 (9.64–9.89)": median, least and most.
std::string spread(const rounds& values, int digits, double unit = 1, std::string_view name = "")
{
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << median(values) / unit << name << " (" << *least / unit
        << "–" << *most / unit << ")";
    return out.str();
}

/// Microseconds, in whatever unit reads well.
std::string time_text(const rounds& values)
{
    const double middle = median(values);
    if (middle < 1e3) {
        return spread(values, middle < 100 ? 1 : 0, 1, " µs");
    }
    return middle < 1e6 ? spread(values, middle < 1e5 ? 2 : 0, 1e3, " ms") : spread(values, 2, 1e6, " s");
}

std::string number(double value, int digits)
{
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << value;
    return out.str();
}

std::string divided(const figures* above, const figures* below, rounds figures::* what)
{
    return above != nullptr && below != nullptr ? number(median(above->*what) / median(below->*what), 2)
                                                : "—";
}

void write_environment(std::ostream& out, const session& what)
{
    for (const auto& [name, value] : what.environment) {
        out << "- " << std::string_view(name) << ": " << std::string_view(value.as_string()) << "\n";
    }
    out << "\n| contender | TLS | cipher | key exchange | HTTP |\n|---|---|---|---|---|\n";
    for (const contender& each : what.contenders) {
        out << "| " << each.name;
        for (const char* const name : {"protocol", "cipher", "curve", "http"}) {
            const json::value* const said = each.spoken.if_contains(name);
            out << " | " << (said != nullptr ? std::string_view(said->as_string()) : "—");
        }
        out << " |\n";
    }
    out << "\nThis is from the server's log of a run of its own, before the others.\n";
}

/// What the ratios are of, and their bounds.
struct promise {
    std::string_view text;
    std::string_view above;
    std::uint64_t above_in_flight;
    std::string_view below;
    std::uint64_t below_in_flight;
    rounds figures::* what;
    double most;
};

constexpr std::array promises{
    promise{"CPU at 64 in flight ÷ wrk's", serial, 64, wrk, 64, &figures::cpu, 1.25},
    promise{"CPU at 64 in flight on its own strand ÷ wrk's", strand, 64, wrk, 64, &figures::cpu, 1.4},
    promise{"CPU at 64 in flight ÷ libcurl's over HTTP/1.1", serial, 64, "libcurl multi, HTTP/1.1", 64,
            &figures::cpu, 0.40},
    promise{"CPU at 64 in flight ÷ the Node SDK's", serial, 64, "Node SDK", 64, &figures::cpu, 0.05},
    promise{"CPU at 64 in flight ÷ the bare Beast loop's", serial, 64, "bare Beast loop", 64, &figures::cpu,
            1.0},
    promise{"CPU at 10,000 in flight ÷ at 64", serial, 10'000, serial, 64, &figures::cpu, 1.3},
    promise{"p50 at 1 in flight ÷ wrk's with one connection", serial, 1, wrk, 1, &figures::p50, 1.15},
};

/// What an acquire at 64 in flight takes at most.
struct counted_promise {
    std::string_view text;
    std::string_view whose;
    std::string_view name;
    double most;
};

constexpr std::array counted_promises{
    counted_promise{"system calls at 64 in flight", serial, "system_calls", 3.1},
    counted_promise{"system calls at 64 in flight on its own strand", strand, "system_calls", 3.1},
    counted_promise{"heap allocations at 64 in flight", serial, "allocations", 6},
    counted_promise{"heap allocations at 64 in flight on its own strand", strand, "allocations", 6},
};

/// `digits` of both sides are compared, as the reader does.
void write_promise(std::ostream& out, std::string_view text, std::optional<double> measured, double most,
                   int digits)
{
    out << "| " << text << " | " << (measured ? number(*measured, digits) : "—") << " | " << number(most, 2)
        << " | ";
    if (!measured) {
        out << "not measured |\n";
    } else {
        out << (std::stod(number(*measured, digits)) <= most ? "holds" : "**does not hold**") << " |\n";
    }
}

void write_promises(std::ostream& out, const session& what)
{
    out << "\n## What is to hold\n\nOf medians; videosdk on a serial executor where nothing else is "
           "said.\n\n"
           "| | measured | at most | |\n|---|--:|--:|---|\n";
    for (const promise& each : promises) {
        const figures* const above = what.find(each.above, each.above_in_flight);
        const figures* const below = what.find(each.below, each.below_in_flight);
        const auto ratio = above != nullptr && below != nullptr
                               ? std::optional(median(above->*each.what) / median(below->*each.what))
                               : std::nullopt;
        write_promise(out, each.text, ratio, each.most, ratio && *ratio < 0.1 ? 3 : 2);
    }
    for (const counted_promise& each : counted_promises) {
        const figures* const there = what.find(each.whose, 64);
        write_promise(out, each.text, there != nullptr ? there->count(each.name) : std::nullopt, each.most,
                      2);
    }
}

void write_failures(std::ostream& out, const session& what, std::uint64_t level)
{
    std::string_view before = "\nFailed:\n\n";
    for (const contender& each : what.contenders) {
        const auto at = each.in_flight.find(level);
        if (at != each.in_flight.end()) {
            for (const std::string& which : at->second.failed) {
                out << std::exchange(before, "") << "- " << each.name << ", " << which << "\n";
            }
        }
    }
}

void write_level(std::ostream& out, const session& what, std::uint64_t level)
{
    const figures* const reference = what.find(wrk, level);
    out << "\n## " << level << " in flight\n\n"
        << "| contender | acquires/s | client CPU µs per acquire | ÷ wrk | p50 | p99 | p99.9 | core busy | "
           "peak memory |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    for (const contender& each : what.contenders) {
        const figures* const there = what.find(each.name, level);
        if (there == nullptr) {
            continue;
        }
        out << "| " << each.name << (there->waits ? "" : " †") << " | " << spread(there->rate, 0) << " | "
            << spread(there->cpu, 2) << " | " << divided(there, reference, &figures::cpu) << " | "
            << time_text(there->p50) << " | " << time_text(there->p99) << " | " << time_text(there->p999)
            << " | " << number(median(there->busy) * 100, 0) << " % | " << number(median(there->peak), 1)
            << " MiB |\n";
    }
    write_failures(out, what, level);
}

void write_counts(std::ostream& out, const session& what, std::string_view title, std::string_view name)
{
    const auto levels = what.levels();
    out << "\n| " << title;
    for (const std::uint64_t level : levels) {
        out << " | " << level;
    }
    out << " |\n|---";
    for (std::size_t i = 0; i < levels.size(); ++i) {
        out << "|--:";
    }
    out << "|\n";
    for (const contender& each : what.contenders) {
        out << "| " << each.name;
        for (const std::uint64_t level : levels) {
            const auto at = each.in_flight.find(level);
            const auto count = at != each.in_flight.end() ? at->second.count(name) : std::optional<double>();
            out << " | " << (count ? number(*count, 2) : "—");
        }
        out << " |\n";
    }
}

/// "2.00 recv, 1.00 send", the rarest left out.
std::string calls_text(const figures& there)
{
    std::vector<std::pair<double, std::string>> each;
    for (const auto& [name, values] : there.counted) {
        constexpr std::array<std::string_view, 4> others{"allocations", "frees", "heap_bytes",
                                                         "system_calls"};
        const bool other = std::find(others.begin(), others.end(), name) != others.end();
        if (const double share = median(values); !other && share >= 0.005) {
            each.emplace_back(share, name);
        }
    }
    std::sort(each.rbegin(), each.rend());
    std::string text;
    for (const auto& [share, name] : each) {
        text += (text.empty() ? "" : ", ") + number(share, 2) + " " + name;
    }
    return text.empty() ? "—" : text;
}

void write_kinds(std::ostream& out, const session& what)
{
    const auto levels = what.levels();
    const std::uint64_t level =
        std::find(levels.begin(), levels.end(), 64) != levels.end() ? 64 : levels.back();
    out << "\n| contender | system calls per acquire, " << level << " in flight |\n|---|---|\n";
    for (const contender& each : what.contenders) {
        const auto at = each.in_flight.find(level);
        if (at != each.in_flight.end()) {
            out << "| " << each.name << " | " << calls_text(at->second) << " |\n";
        }
    }
}

void write_report(std::ostream& out, const session& what)
{
    out << "# Acquires one by one\n\n";
    write_environment(out, what);
    write_promises(out, what);
    out << "\n## Speed\n\nMedian of the rounds (least–most). wrk checks neither the certificate nor what the "
           "answer says; "
           "the others check both.\n\n![client CPU, acquires a second and p99 over the calls in "
           "flight](acquire.svg)\n\n"
           "With more calls than connections wrk and the bare Beast loop have as many in flight as "
           "connections (†).\n";
    for (const std::uint64_t level : what.levels()) {
        write_level(out, what, level);
    }
    out << "\n† Has nowhere for a call to wait for a connection: in flight are as many as it may have "
           "connections.\n"
           "\n## System calls and heap\n\nCounted in runs of their own, after a warm-up; medians of the "
           "runs, per "
           "acquire, by calls in flight.\n";
    write_counts(out, what, "system calls", "system_calls");
    write_counts(out, what, "heap allocations", "allocations");
    write_counts(out, what, "heap bytes more at the end", "heap_bytes");
    write_kinds(out, what);
    out << "\nGo speaks to the kernel without the C library: its system calls are strace's count, its "
           "allocations those "
           "of its own runtime. JavaScript's objects do not come from the C library's heap: the Node SDK's "
           "allocations "
           "are only those of Node itself.\n";
}

/// A block a contender: level, CPU with least and most, rate, p99.
void write_chart(const std::string& file, const session& what)
{
    std::ofstream out(file);
    for (const contender& each : what.contenders) {
        out << '"' << each.name << "\"\n";
        for (const auto& [level, there] : each.in_flight) {
            if (!there.rate.empty()) {
                const auto [least, most] = std::minmax_element(there.cpu.begin(), there.cpu.end());
                out << level << " " << median(there.cpu) << " " << *least << " " << *most << " "
                    << median(there.rate) << " " << median(there.p99) << "\n";
            }
        }
        out << "\n\n";
    }
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + file);
    }
}

} // namespace

int main(int count, char** words)
{
    try {
        const session what = session::read(std::cin);
        if (what.levels().empty()) {
            throw std::runtime_error("no runs to tell of");
        }
        write_report(std::cout, what);
        if (count > 1) {
            write_chart(words[1], what);
        }
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << "table: " << failure.what() << "\n";
        return EXIT_FAILURE;
    }
}
