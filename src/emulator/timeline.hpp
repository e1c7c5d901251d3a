// What is planned to happen, in order of time.
#pragma once

#include <videosdk/config.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace videosdk::inline v0::emulator {

struct step {
    enum class kind : std::uint8_t {
        units_ready,         ///< `number`: the first one's order; `how_many` of them.
        composition_started, ///< `id`
        composition_stopped, ///< `id`
        send_webhook,        ///< `number`
        late_request         ///< `number`
    };

    step(kind which, std::uint64_t of, std::string name = std::string())
        : what(which), number(of), id(std::move(name))
    {
    }
    step(kind which, std::uint64_t first, std::uint64_t count) : what(which), number(first), how_many(count)
    {
    }

    kind what;
    std::uint64_t number;
    std::uint64_t how_many = 1;
    std::string id;
};

/// Steps of the same point happen in the order in which they were planned.
class timeline {
public:
    using time_point = std::chrono::steady_clock::time_point;

    void plan(time_point when, step what) { steps_.emplace(key(when, next_++), std::move(what)); }

    time_point next() const noexcept
    {
        return steps_.empty() ? time_point::max() : steps_.begin()->first.first;
    }

    /// The earliest step, where it is due; its own point comes with it.
    std::optional<std::pair<time_point, step>> take_due(time_point now)
    {
        if (next() > now) {
            return std::nullopt;
        }
        auto node = steps_.extract(steps_.begin());
        return std::make_pair(node.key().first, std::move(node.mapped()));
    }

private:
    using key = std::pair<time_point, std::uint64_t>;

    std::map<key, step> steps_;
    std::uint64_t next_ = 0;
};

} // namespace videosdk::inline v0::emulator
