// A ledger that keeps units warm, in a test's hands.
#pragma once

#include "book.hpp"

namespace lease_tests {

inline leasing::unit_kind kind_of(videosdk::resource_type type)
{
    leasing::unit_kind kind;
    kind.type = type;
    return kind;
}

inline const leasing::unit_kind recording = kind_of(videosdk::resource_type::recording);
inline const leasing::unit_kind hls = kind_of(videosdk::resource_type::hls);

/// A book with a stock.
struct warm_book : book {
    explicit warm_book(std::size_t cap = 10) : book(capped(cap))
    {
        prove_echo();
        withdrawn = 0;
    }

    void keep(std::size_t count, std::optional<std::chrono::nanoseconds> max_idle = {})
    {
        BOOST_REQUIRE(ledger.keep_warm(recording, {count, max_idle}, now).has_value());
    }
    resource idle(const std::string& id, unsigned token) const
    {
        return unit(id, resource_status::idle, token);
    }
    /// A stock of one, which holds "w".
    void keep_one()
    {
        keep(1);
        answer(2, {idle("w", 2)});
        BOOST_REQUIRE_EQUAL(said(), "post 2 x1");
        BOOST_REQUIRE_EQUAL(ledger.counts().warm, 1U);
    }
    void give_back(const std::string& id, bool reuse = true) { ledger.give_back(id, reuse, now); }
    void released(const std::string& id,
                  leasing::release_result_kind how = leasing::release_result_kind::done)
    {
        ledger.released(id, how, now);
    }
};

} // namespace lease_tests
