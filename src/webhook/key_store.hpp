// The provider's key: when to fetch it, which keys count, and what to say to an event whose signature fits
// none.
#pragma once

#include <videosdk/signature.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace videosdk::inline v0::webhook {

/// Pure: time comes in as an argument, fetching is somebody else's. One fetch at a time.
class key_store {
public:
    using time_point = std::chrono::steady_clock::time_point;
    /// A place in the order of arrivals and fetches.
    using moment = std::uint64_t;

    struct pace {
        std::chrono::nanoseconds refetch_interval; ///< Between two fetches, while there is a key.
        std::chrono::nanoseconds overlap;          ///< The key before the current one counts this long.
        std::chrono::nanoseconds first_backoff;    ///< After a failed fetch, while there is no key; doubles.
    };

    /// What becomes of an event whose signature fits no key.
    enum class advice : std::uint8_t {
        hold,   ///< Until the fetch under way has ended; then look at keys() and ask again.
        later,  ///< It may be genuine, but no fetch may find out now.
        refuse, ///< A key fetched after it had arrived does not fit: a forgery.
    };
    struct decision {
        advice what = advice::refuse;
        bool fetch = false;               ///< With hold: begin a fetch now.
        std::chrono::nanoseconds after{}; ///< With later: when a fetch will be allowed.
    };

    explicit key_store(const pace& times) noexcept : pace_(times), backoff_(times.first_backoff) {}

    /// The moment of an event that arrives now.
    moment arrive() noexcept { return ++now_; }
    /// The event that arrived at `arrived` fits none of keys().
    decision on_misfit(moment arrived, time_point now) noexcept;
    void on_fetched(public_key key, std::string pem, time_point now);
    void on_fetch_failed(time_point now) noexcept;

    /// Keys that count, the current one first; the others are empty.
    std::array<public_key, 2> keys(time_point now) const;
    const public_key& current() const noexcept { return current_; }
    bool fetching() const noexcept { return fetching_; }

private:
    pace pace_;
    std::chrono::nanoseconds backoff_;
    public_key current_;
    std::string pem_; // of current_: rotation is told by the text
    public_key previous_;
    time_point previous_until_{};
    moment now_ = 0;
    moment begun_ = 0;  // the last fetch
    moment proven_ = 0; // the last fetch that brought a key
    time_point begun_at_{};
    time_point allowed_at_ = time_point::min();
    bool fetching_ = false;
};

} // namespace videosdk::inline v0::webhook
