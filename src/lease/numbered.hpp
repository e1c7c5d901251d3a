// What is known by a number, where numbers are given out one after the other: neighbours lie side by side in
// a block, and most often the block that was looked at last is the one that is wanted.
#pragma once

#include "lease/poison.hpp"

#include <videosdk/config.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace videosdk::inline v0::leasing {

/// Each stays where it is while it is there. A block goes with the last of its neighbours: one of them alone
/// keeps the memory of `block_size`.
template <class T, unsigned BlockSize = 64>
class numbered {
    static constexpr unsigned block_size = BlockSize;
    static_assert(block_size <= 64 && std::has_single_bit(block_size));
    static constexpr std::size_t place_size = sizeof(T); // NOLINT(bugprone-sizeof-expression): or a pointer

public:
    numbered() = default;
    numbered(const numbered&) = delete;
    numbered& operator=(const numbered&) = delete;
    ~numbered() { clear(); }

    /// Of a number that has none yet. Throws std::bad_alloc, and what making it throws: then nothing has
    /// changed.
    template <class... Arguments>
    T& emplace(std::uint64_t number, Arguments&&... arguments)
    {
        block& where = block_for(number / block_size);
        where.open(number % block_size);
        T* const made =
            std::construct_at(where.place(number % block_size), std::forward<Arguments>(arguments)...);
        where.used |= bit(number);
        ++size_;
        return *made;
    }

    T* find(std::uint64_t number) const noexcept
    {
        block* const where = block_of(number / block_size);
        return where != nullptr && (where->used & bit(number)) != 0 ? where->place(number % block_size)
                                                                    : nullptr;
    }

    /// One that is there.
    void erase(std::uint64_t number) noexcept
    {
        block& where = *block_of(number / block_size);
        std::destroy_at(where.place(number % block_size));
        where.shut(number % block_size);
        where.used &= ~bit(number);
        --size_;
        if (where.used == 0 &&
            number / block_size != newest_) { // the next number is most often of the newest
            forget(number / block_size);
        }
    }

    void clear() noexcept
    {
        for_each([](T& each) { std::destroy_at(&each); });
        blocks_.clear();
        latest_ = nullptr;
        size_ = 0;
    }

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }

    /// Of all, in no order. Must not add or erase.
    template <class Function>
    void for_each(Function function) const
    {
        for (const auto& [key, each] : blocks_) {
            for (std::uint64_t left = each->used; left != 0; left &= left - 1) {
                function(*each->place(static_cast<unsigned>(std::countr_zero(left))));
            }
        }
    }

private:
    struct block {
        block() noexcept { ASAN_POISON_MEMORY_REGION(memory, sizeof memory); }
        ~block() { ASAN_UNPOISON_MEMORY_REGION(memory, sizeof memory); }
        block(const block&) = delete;
        block& operator=(const block&) = delete;

        // Without the sanitizer these are nothing.
        void open(std::uint64_t index) noexcept { ASAN_UNPOISON_MEMORY_REGION(place(index), place_size); }
        void shut(std::uint64_t index) noexcept { ASAN_POISON_MEMORY_REGION(place(index), place_size); }
        T* place(std::uint64_t index) noexcept { return reinterpret_cast<T*>(memory) + index; }

        std::uint64_t used = 0; ///< A bit each.
        alignas(T) std::byte memory[block_size * place_size];
    };

    static std::uint64_t bit(std::uint64_t number) noexcept
    {
        return std::uint64_t{1} << (number % block_size);
    }

    block* block_of(std::uint64_t key) const noexcept
    {
        if (latest_ == nullptr || key != latest_key_) {
            const auto found = blocks_.find(key);
            if (found == blocks_.end()) {
                return nullptr;
            }
            latest_key_ = key;
            latest_ = found->second.get();
        }
        return latest_;
    }

    block& block_for(std::uint64_t key)
    {
        if (block* const there = block_of(key)) {
            return *there;
        }
        block& fresh = *blocks_.emplace(key, std::unique_ptr<block>(new block)).first->second;
        const std::uint64_t before = std::exchange(newest_, key);
        if (const block* const old = before != key ? block_of(before) : nullptr;
            old != nullptr && old->used == 0) {
            forget(before);
        }
        latest_key_ = key;
        latest_ = &fresh;
        return fresh;
    }

    void forget(std::uint64_t key) noexcept
    {
        blocks_.erase(key);
        latest_ = nullptr;
    }

    boost::unordered_flat_map<std::uint64_t, std::unique_ptr<block>> blocks_; ///< By number / block_size.
    mutable block* latest_ = nullptr;                                         ///< That was looked at.
    mutable std::uint64_t latest_key_ = 0;
    std::uint64_t newest_ = 0; ///< That was made: kept though it be empty.
    std::size_t size_ = 0;
};

} // namespace videosdk::inline v0::leasing
