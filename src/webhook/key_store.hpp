// The provider's key: when to fetch it, which keys count, and what to say to an event whose signature fits
// none.
#pragma once

#include <videosdk/signature.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace videosdk::inline v0::webhook {

/// Pure: time comes in as an argument, fetching is somebody else's. One fetch at a time.
class key_store {
public:
    using time_point = std::chrono::steady_clock::time_point;
    /// A place in the order of arrivals and fetches.
    using moment = std::uint64_t;

    struct pace {
        std::chrono::nanoseconds refetch_interval; ///< Between two fetches, while there is a key.
        std::chrono::nanoseconds overlap;          ///< A key that was replaced counts this long.
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

    /// A provider that changes its key more often than that within an overlap, or whose servers disagree, is
    /// followed no further.
    static constexpr std::size_t most_former = 4;
    /// Keys that count, the current one first; the rest are empty.
    std::array<public_key, 1 + most_former> keys(time_point now) const;
    /// Goes up when there is another key to try.
    std::uint64_t edition() const noexcept { return edition_; }
    bool fetching() const noexcept { return fetching_; }

private:
    struct former_key {
        former_key(public_key its_key, std::string its_pem, time_point its_end)
            : key(std::move(its_key)), pem(std::move(its_pem)), until(its_end)
        {
        }

        public_key key;
        std::string pem;
        time_point until;
    };

    pace pace_;
    std::chrono::nanoseconds backoff_;
    public_key current_;
    std::string pem_; // of current_: rotation is told by the text
    std::uint64_t edition_ = 0;
    std::vector<former_key> former_; // the oldest first
    moment now_ = 0;
    moment begun_ = 0;  // the last fetch
    moment proven_ = 0; // the last fetch that brought a key
    time_point begun_at_{};
    time_point allowed_at_ = time_point::min();
    bool fetching_ = false;
};

} // namespace videosdk::inline v0::webhook
