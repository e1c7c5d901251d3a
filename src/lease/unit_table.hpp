// The units that a ledger knows, by id, by number and by age: each stays where it is.
#pragma once

#include "lease/hash_index.hpp"
#include "lease/keyed_hash.hpp"
#include "lease/ledger_parts.hpp"
#include "lease/numbered.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace videosdk::inline v0::leasing {

/// The hash of an id that nobody outside can foresee.
struct hash_by_key {
    std::size_t operator()(std::string_view id) const noexcept { return keyed_hash(id); }
};

template <class Hash>
class basic_unit_table {
    using by_age = boost::intrusive::list<unit, boost::intrusive::member_hook<unit, hook_type, &unit::hook>>;

public:
    basic_unit_table() = default;
    basic_unit_table(const basic_unit_table&) = delete;
    basic_unit_table& operator=(const basic_unit_table&) = delete;
    ~basic_unit_table() { all_.clear(); }

    /// By which an id is found. Whoever is about to look for many asks for all of their hashes first: then
    /// memory is not waited for one by one.
    std::size_t hash_of(std::string_view id) const noexcept
    {
        const std::size_t hash = Hash()(id);
        by_hash_.prefetch(hash);
        return hash;
    }

    /// A new one, of the next number. No other may have its id, whose hash is `hash`.
    unit& add(std::shared_ptr<const resource> shown, std::size_t hash)
    {
        unit& fresh = by_number_.emplace(last_ + 1);
        fresh.number = ++last_;
        fresh.shown = std::move(shown);
        fresh.id_hash = hash;
        try {
            by_hash_.insert(hash, fresh);
        } catch (...) {
            by_number_.erase(last_);
            throw;
        }
        all_.push_back(fresh);
        return fresh;
    }

    unit* find(std::string_view id, std::size_t hash) const noexcept
    {
        return by_hash_.find(hash, [id](const unit& each) { return each.id() == id; });
    }
    unit* find(std::string_view id) const noexcept { return find(id, Hash()(id)); }

    unit* find(std::uint64_t number) const noexcept { return by_number_.find(number); }

    /// Shows it as it is now. Whatever the answer calls it, it keeps its id, by which it is found.
    void renew(unit& which, const resource& seen)
    {
        auto fresh = std::make_shared<resource>(seen);
        fresh->id = which.id();
        which.shown = std::move(fresh);
    }

    void erase(unit& which)
    {
        all_.erase(all_.iterator_to(which));
        by_hash_.erase(which.id_hash, which);
        by_number_.erase(which.number);
    }

    std::size_t size() const noexcept { return by_number_.size(); }
    by_age::iterator begin() noexcept { return all_.begin(); }
    by_age::iterator end() noexcept { return all_.end(); }
    by_age::const_iterator begin() const noexcept { return all_.begin(); }
    by_age::const_iterator end() const noexcept { return all_.end(); }

private:
    by_age all_;
    numbered<unit> by_number_;
    /// By the hash of the id: neither a look-up of what is not there nor growing touches a unit.
    hash_index<unit> by_hash_;
    std::uint64_t last_ = 0;
};

using unit_table = basic_unit_table<hash_by_key>;

} // namespace videosdk::inline v0::leasing
