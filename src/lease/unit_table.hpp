// The units that a ledger knows, by id, by number and by age: each is one piece of memory, and stays where it
// is.
#pragma once

#include "lease/keyed_hash.hpp"
#include "lease/ledger_parts.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace videosdk::inline v0::leasing {

class unit_table {
    using by_age = boost::intrusive::list<unit, boost::intrusive::member_hook<unit, hook_type, &unit::hook>>;

public:
    unit_table() = default;
    unit_table(const unit_table&) = delete;
    unit_table& operator=(const unit_table&) = delete;
    ~unit_table()
    {
        all_.clear_and_dispose([](unit* last) { delete last; });
    }

    /// A new one, of the next number. No other may have its id.
    unit& add(std::shared_ptr<const resource> shown)
    {
        auto fresh = std::make_unique<unit>();
        fresh->number = ++last_;
        fresh->shown = std::move(shown);
        fresh->id_hash = id_hash()(fresh->id());
        by_number_.emplace(fresh->number, fresh.get());
        try {
            by_id_.insert(fresh.get());
        } catch (...) {
            by_number_.erase(fresh->number);
            throw;
        }
        all_.push_back(*fresh);
        return *fresh.release();
    }

    unit* find(std::string_view id) const noexcept
    {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : *found;
    }

    unit* find(std::uint64_t number) const noexcept
    {
        const auto found = by_number_.find(number);
        return found == by_number_.end() ? nullptr : found->second;
    }

    /// Shows it as it is now. Whatever the answer calls it, it keeps its id, by which it is found.
    void renew(unit& which, const resource& seen)
    {
        auto fresh = std::make_shared<resource>(seen);
        fresh->id = which.id();
        which.shown = std::move(fresh);
    }

    void erase(unit& which)
    {
        by_number_.erase(which.number);
        by_id_.erase(which.id());
        all_.erase_and_dispose(all_.iterator_to(which), [](unit* last) { delete last; });
    }

    std::size_t size() const noexcept { return by_number_.size(); }
    by_age::iterator begin() noexcept { return all_.begin(); }
    by_age::iterator end() noexcept { return all_.end(); }
    by_age::const_iterator begin() const noexcept { return all_.begin(); }
    by_age::const_iterator end() const noexcept { return all_.end(); }

private:
    struct id_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view id) const noexcept { return keyed_hash(id); }
        std::size_t operator()(const unit* which) const noexcept { return which->id_hash; }
    };
    struct same_id {
        using is_transparent = void;
        bool operator()(const unit* a, const unit* b) const noexcept { return a == b || a->id() == b->id(); }
        bool operator()(std::string_view id, const unit* which) const noexcept { return id == which->id(); }
        bool operator()(const unit* which, std::string_view id) const noexcept { return id == which->id(); }
    };

    by_age all_;
    boost::unordered_flat_map<std::uint64_t, unit*> by_number_;
    boost::unordered_flat_set<unit*, id_hash, same_id> by_id_;
    std::uint64_t last_ = 0;
};

} // namespace videosdk::inline v0::leasing
