// What is found by a hash that nobody outside can foresee: where a hash leads to is one place, which can be
// fetched from memory before it is needed.
#pragma once

#include <videosdk/config.hpp>

#include <cstddef>
#include <vector>

namespace videosdk::inline v0::leasing {

/// Holds pointers. Several may have one hash. At most half of its places are taken, so that the next one that
/// is free is near; it never gets smaller.
template <class T>
class hash_index {
public:
    /// Whoever looks for many at once calls this for all of them first: then their places are fetched
    /// together.
    void prefetch(std::size_t hash) const noexcept
    {
        if (!places_.empty()) {
            __builtin_prefetch(&places_[home_of(hash)]);
        }
    }

    /// The one that is `wanted` of those that have this hash; else null.
    template <class Predicate>
    T* find(std::size_t hash, Predicate wanted) const
    {
        if (places_.empty()) {
            return nullptr;
        }
        for (std::size_t at = home_of(hash); places_[at].what != nullptr; at = after(at)) {
            if (places_[at].hash == hash && wanted(*places_[at].what)) {
                return places_[at].what;
            }
        }
        return nullptr;
    }

    /// One that is not there. Throws std::bad_alloc, and then nothing has changed.
    void insert(std::size_t hash, T& what)
    {
        if (2 * (size_ + 1) > places_.size()) {
            grow();
        }
        put({hash, &what});
        ++size_;
    }

    /// One that is there.
    void erase(std::size_t hash, const T& what) noexcept
    {
        std::size_t gap = home_of(hash);
        while (places_[gap].what != &what) {
            gap = after(gap);
        }
        // No search may end at the gap that would have gone past it: what stands behind it moves up, unless
        // that were before its own home.
        for (std::size_t at = after(gap); places_[at].what != nullptr; at = after(at)) {
            const std::size_t from_home = (at - home_of(places_[at].hash)) & mask();
            if (from_home >= ((at - gap) & mask())) {
                places_[gap] = places_[at];
                gap = at;
            }
        }
        places_[gap] = {};
        --size_;
    }

    std::size_t size() const noexcept { return size_; }

private:
    static constexpr std::size_t fewest_places = 64;

    struct place {
        std::size_t hash = 0;
        T* what = nullptr; ///< Null: free.
    };

    std::size_t mask() const noexcept { return places_.size() - 1; }
    std::size_t home_of(std::size_t hash) const noexcept { return hash & mask(); }
    std::size_t after(std::size_t at) const noexcept { return (at + 1) & mask(); }

    void put(const place& what) noexcept
    {
        std::size_t at = home_of(what.hash);
        while (places_[at].what != nullptr) {
            at = after(at);
        }
        places_[at] = what;
    }

    void grow()
    {
        std::vector<place> before(places_.empty() ? fewest_places : 2 * places_.size());
        before.swap(places_);
        for (const place& each : before) {
            if (each.what != nullptr) {
                put(each);
            }
        }
    }

    std::vector<place> places_; ///< A power of two of them.
    std::size_t size_ = 0;
};

} // namespace videosdk::inline v0::leasing
