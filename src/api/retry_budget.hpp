// How much a client may add to its calls by sending them again: a token bucket. When everything fails,
// repeating everything makes it worse.
#pragma once

#include <algorithm>

namespace videosdk::inline v0 {

/// Each call brings in a fraction of a token and each repetition costs one, so that n calls cause at most
/// `reserve + ratio × n` repetitions, however they fail. Pure.
class retry_budget {
public:
    retry_budget(double ratio, double reserve) noexcept : ratio_(ratio), reserve_(reserve), balance_(reserve)
    {
    }

    void on_call() noexcept { balance_ = std::min(balance_ + ratio_, std::max(reserve_, 1.0)); }

    /// Whether one more exchange may be begun; then it is paid for.
    bool take() noexcept
    {
        if (balance_ < 1.0) {
            return false;
        }
        balance_ -= 1.0;
        return true;
    }

private:
    double ratio_;
    double reserve_; // of tokens saved up: an outage finds no more than these
    double balance_;
};

} // namespace videosdk::inline v0
