// A buyer without this library: one HTTP client's rules about sending again, and nothing more.
#pragma once

#include "buyer.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace simulation {

/// When an acquire is sent again.
struct sending_rules {
    std::uint32_t attempts = 1;
    nanoseconds attempt_timeout{};          ///< 0: the order's own.
    bool resend_on_dead_connection = false; ///< At once, where a reused connection died before the answer.
    bool retry_rate_limited = false;
    bool retry_errors = false; ///< After timeouts and 408, 500, 502, 503, 504.
    nanoseconds first_pause{}; ///< Doubled each time …
    nanoseconds longest_pause{};
    nanoseconds jitter{}; ///< … and this much more, at most.

    static sending_rules official_sdk();
    static sending_rules libcurl();
    static sending_rules libcurl_with_retry();
};

/// Its user is a careful one: units are given back by sending releases until one is answered well.
class plain_buyer final : public buyer {
public:
    plain_buyer(workplace& where, const sending_rules& rules);
    ~plain_buyer() override;

    void acquire(const order& wanted) override;
    void cancel(std::uint64_t order) override;
    void give_back(const std::string& id) override;
    bool at_rest() const override { return acquires_.empty() && releases_.empty(); }

private:
    class purchase;
    class giving_back;

    void end(purchase& which);
    void end(giving_back& which);

    workplace& where_;
    const sending_rules rules_;
    dice chance_;
    std::map<std::uint64_t, std::unique_ptr<purchase>> acquires_;
    std::map<std::string, std::unique_ptr<giving_back>> releases_;
};

} // namespace simulation
