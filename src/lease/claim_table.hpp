// The claims of a ledger by number, and the lines that they stand in: each is one piece of memory, and is
// used again.
#pragma once

#include "lease/ledger_parts.hpp"
#include "lease/numbered.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace videosdk::inline v0::leasing {

class claim_table {
public:
    claim_table() { free_.reserve(most_kept); }
    claim_table(const claim_table&) = delete;
    claim_table& operator=(const claim_table&) = delete;

    ~claim_table()
    {
        by_number_.for_each([](claim* each) { delete each; });
    }

    /// A new one, of the next number.
    claim& add()
    {
        std::unique_ptr<claim> fresh = take_place();
        fresh->number = ++last_;
        by_number_.emplace(fresh->number, fresh.get());
        return *fresh.release();
    }

    claim* find(std::uint64_t number) const noexcept
    {
        claim* const* const found = by_number_.find(number);
        return found == nullptr ? nullptr : *found;
    }

    /// It stands in no line any more.
    void erase(claim& which)
    {
        by_number_.erase(which.number);
        std::unique_ptr<claim> place(&which);
        if (free_.size() < most_kept) {
            place->reset();
            free_.push_back(std::move(place));
        }
    }

    bool contains(std::uint64_t number) const noexcept { return by_number_.find(number) != nullptr; }
    bool empty() const noexcept { return by_number_.empty(); }
    std::size_t size() const noexcept { return by_number_.size(); }

private:
    static constexpr std::size_t most_kept = 1024; ///< Places without a claim.

    std::unique_ptr<claim> take_place()
    {
        if (free_.empty()) {
            return std::make_unique<claim>();
        }
        std::unique_ptr<claim> place = std::move(free_.back());
        free_.pop_back();
        return place;
    }

    std::vector<std::unique_ptr<claim>> free_;
    numbered<claim*> by_number_;
    std::uint64_t last_ = 0;
};

} // namespace videosdk::inline v0::leasing
