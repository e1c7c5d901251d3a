// Asking until it is so.
#include "status_wait.hpp"

#include "duration.hpp"
#include "failure.hpp"
#include "output.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <csignal>
#include <map>
#include <utility>

namespace videosdk_cli {
namespace {

using namespace std::chrono_literals;
using videosdk::condition;
using videosdk::errc;
using videosdk::resource_status;

constexpr std::chrono::nanoseconds first_interval = 100ms;
constexpr std::chrono::nanoseconds longest_interval = 5s;
constexpr std::chrono::nanoseconds longest_call =
    30s; ///< One answer that does not come is not the whole wait.
constexpr std::chrono::nanoseconds redraw_interval = 500ms;

/// Whether asking again cannot help.
bool is_final(const videosdk::error& failure)
{
    return failure.code() == condition::not_found || failure.code() == condition::unauthorized ||
           failure.code() == errc::forbidden || failure.code() == condition::invalid_input ||
           failure.code() == errc::tls_failed;
}

bool unreachable(resource_status from, resource_status wanted)
{
    if (wanted == resource_status::pending) {
        return from == resource_status::idle || from == resource_status::composing ||
               from == resource_status::released;
    }
    return from == resource_status::released && wanted != resource_status::released;
}

std::string text_of(const videosdk::resource& unit)
{
    return unit.status.text().empty() ? "unknown" : std::string(unit.status.text());
}

} // namespace

status_wait::stay::stay(std::string its_status, clock::time_point its_begin)
    : status(std::move(its_status)), begin(its_begin)
{
}

status_wait::status_wait(session& over, std::span<videosdk::resource> units, resource_status wanted)
    : over_(over), units_(units), wanted_(wanted), stays_(units.size()), terminal_(stderr_is_terminal())
{
    const auto now = clock::now();
    for (std::size_t i = 0; i != units_.size(); ++i) {
        if (!units_[i].status.text().empty()) {
            stays_[i].emplace_back(text_of(units_[i]), now);
        }
    }
}

status_wait::~status_wait()
{
    if (terminal_) {
        redraw_line({});
    }
}

asio::awaitable<void> status_wait::run(clock::time_point deadline)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    std::chrono::nanoseconds interval = first_interval;
    show();
    for (;;) {
        const bool done = co_await ask_all(deadline);
        if (done) {
            co_return;
        }
        const auto next = std::min(clock::now() + interval, deadline);
        while (clock::now() < next && over_.signal() == 0) {
            show();
            std::chrono::nanoseconds rest = next - clock::now();
            if (terminal_) {
                rest = std::min(rest, redraw_interval);
            }
            co_await over_.pause(std::max<std::chrono::nanoseconds>(rest, 1ms));
        }
        check_limits(deadline);
        interval = std::min(interval * 3 / 2, longest_interval);
    }
}

asio::awaitable<bool> status_wait::ask_all(clock::time_point deadline)
{
    bool all = true;
    for (std::size_t i = 0; i != units_.size(); ++i) {
        if (units_[i].status == wanted_) {
            continue;
        }
        check_limits(deadline);
        const auto rest = std::chrono::nanoseconds(deadline - clock::now());
        auto seen = co_await over_.client().try_get(
            units_[i].id, {.timeout = std::clamp<std::chrono::nanoseconds>(rest, 1ms, longest_call)});
        if (seen) {
            take(i, std::move(*seen));
        } else if (is_final(seen.error())) {
            throw seen.error();
        } else {
            last_failure_ = seen.error().what();
        }
        all = all && units_[i].status == wanted_;
    }
    co_return all;
}

void status_wait::take(std::size_t index, videosdk::resource seen)
{
    if (seen.status.text() != units_[index].status.text() || stays_[index].empty()) {
        stays_[index].emplace_back(text_of(seen), clock::now());
    }
    units_[index] = std::move(seen);
    const videosdk::resource& unit = units_[index];
    if (unreachable(unit.status, wanted_)) {
        throw command_failed(failure_report(exit_failure, "status_unreachable",
                                            unit.id + " is " + text_of(unit) + " and will not become " +
                                                std::string(to_string(wanted_))));
    }
}

void status_wait::check_limits(clock::time_point deadline) const
{
    const auto now = clock::now();
    if (over_.signal() != 0) {
        throw_interrupted(over_, "while waiting: " + where_they_stand(now));
    }
    if (now >= deadline) {
        std::string message = "not " + std::string(to_string(wanted_)) + " in time: " + where_they_stand(now);
        if (!last_failure_.empty()) {
            message += " (asking failed last with: " + last_failure_ + ')';
        }
        throw command_failed(failure_report(exit_timed_out, to_string(errc::wait_timeout).data(),
                                            std::move(message), "give it more time with --timeout"));
    }
}

std::string status_wait::where_they_stand(clock::time_point now) const
{
    if (units_.size() == 1) {
        std::string out = units_[0].id;
        for (std::size_t i = 0; i != stays_[0].size(); ++i) {
            const bool last = i + 1 == stays_[0].size();
            const auto end = last ? now : stays_[0][i + 1].begin;
            out +=
                (i == 0 ? " " : ", ") + stays_[0][i].status + ' ' + show_duration(end - stays_[0][i].begin);
        }
        return out;
    }
    std::map<std::string, std::pair<std::size_t, clock::time_point>> groups;
    for (const auto& stays : stays_) {
        if (!stays.empty()) {
            auto& group = groups.try_emplace(stays.back().status, 0, now).first->second;
            ++group.first;
            group.second = std::min(group.second, stays.back().begin);
        }
    }
    std::string out = std::to_string(units_.size()) + " units:";
    for (const auto& [status, group] : groups) {
        out += ' ' + std::to_string(group.first) + ' ' + status + ' ' + show_duration(now - group.second);
    }
    return out;
}

void status_wait::show() const
{
    if (terminal_) {
        redraw_line("waiting for " + std::string(to_string(wanted_)) + ": " + where_they_stand(clock::now()));
    }
}

void throw_interrupted(const session& over, const std::string& what)
{
    throw command_failed(
        failure_report(exit_signal + over.signal(), "interrupted",
                       std::string("ended by ") + (over.signal() == SIGINT ? "SIGINT " : "SIGTERM ") + what));
}

} // namespace videosdk_cli
