// What to do after each exchange of a call: send, wait, or end. Pure: time and chance come in as arguments.
#pragma once

#include "api/retry_budget.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/errc.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace videosdk::inline v0 {

/// How one exchange ended.
struct exchange_report {
    videosdk::outcome outcome = videosdk::outcome::not_sent;
    boost::system::error_code code;                  ///< Where it was not answered.
    unsigned http_status = 0;                        ///< Where it was answered.
    std::optional<std::chrono::seconds> retry_after; ///< Where it was answered.
    bool reused = false;                             ///< The connection had been used before.
};

/// What an exchange did at the provider, as far as status and outcome tell. `success:false` and bodies that
/// are not what they should be are the reader's to judge.
effect effect_of(const exchange_report& report) noexcept;

/// The error code of a status that is no success.
errc code_of_status(unsigned status) noexcept;

struct call_rules {
    bool idempotent = false;
    bool mints_tokens = false; ///< A 401 may be cured by a fresh token.
    std::uint32_t max_attempts = 3;
    std::chrono::nanoseconds backoff_base{};
    std::chrono::nanoseconds backoff_cap{};
    std::chrono::steady_clock::time_point deadline{};
    retry_budget* budget = nullptr; ///< Shared by a client's calls; none: without limit.
};

struct call_action {
    enum class kind : std::uint8_t {
        send,            ///< Begin an exchange.
        remint_and_wait, ///< Forget the minted token, then wait.
        wait,            ///< Until `until`, then after_wait().
        finish           ///< With what the last exchange brought.
    };
    kind what = kind::finish;
    std::chrono::steady_clock::time_point until{};
};

class call_machine {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit call_machine(const call_rules& rules) noexcept : rules_(rules) {}

    call_action start() noexcept;
    /// `fraction` is a random number in [0, 1).
    call_action after_exchange(const exchange_report& report, time_point now, double fraction) noexcept;
    call_action after_wait() noexcept;
    /// The exchange that was to be begun was not: the call ends before it.
    void not_begun() noexcept { --attempts_; }

    /// Exchanges begun; those that met a stale connection do not count.
    std::uint32_t attempts() const noexcept { return attempts_; }
    /// Whether the call ended where it would have been sent again, had there been budget.
    bool out_of_budget() const noexcept { return out_of_budget_; }

private:
    bool pay() noexcept;
    bool may_send_again(const exchange_report& report) const noexcept;
    std::chrono::nanoseconds back_off(double fraction) const noexcept;

    call_rules rules_;
    std::uint32_t attempts_ = 0;
    std::uint32_t stale_ = 0;
    bool reminted_ = false;
    bool out_of_budget_ = false;
};

} // namespace videosdk::inline v0
