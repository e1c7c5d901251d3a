// The webhooks that are not delivered yet.
#pragma once

#include "emulator/signer.hpp"
#include "emulator/timeline.hpp"

#include <videosdk/emulator.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace videosdk::inline v0::emulator {

struct outbox_counts {
    std::uint64_t sent = 0;
    std::uint64_t redelivered = 0;
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0;
};

/// Each is signed when it is first sent, where there is a key, and is on its way at most once at a time.
class outbox {
public:
    using time_point = std::chrono::steady_clock::time_point;

    void put(std::string url, std::string body, time_point now, timeline& plan);
    /// The webhook of a step::send_webhook, to be sent now; not signed without a key.
    webhook take(std::uint64_t id, const signer* key);
    void delivered(std::uint64_t id, bool answered_2xx, const redelivery_options& rules, time_point now,
                   timeline& plan);
    const outbox_counts& counts() const noexcept { return counts_; }

private:
    struct entry {
        entry() = default;

        webhook content;
        bool on_its_way = false;
    };

    std::uint64_t next_id_ = 1;
    std::unordered_map<std::uint64_t, entry> waiting_;
    outbox_counts counts_;
};

} // namespace videosdk::inline v0::emulator
