// Objects that are shared, one after the other in blocks of memory: those of one answer lie side by side, and
// cost neither an allocation nor a free each.
#pragma once

#include "lease/poison.hpp"

#include <videosdk/config.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace videosdk::inline v0::leasing {

/// Makes them on one thread; the last reference to each, and to the blocks' owner, may be let go of on any.
///
/// The first block has room for `First`, each further one for twice as many as the one before, up to `Most`.
/// A block goes with the last of its objects: one of them alone keeps the memory of all.
template <class T, unsigned First = 16, unsigned Most = 64>
class shared_blocks {
    static_assert(0 < First && First <= Most);

public:
    shared_blocks() = default;
    shared_blocks(const shared_blocks&) = delete;
    shared_blocks& operator=(const shared_blocks&) = delete;
    ~shared_blocks() { leave(); }

    /// Throws std::bad_alloc, and what making it throws.
    template <class... Arguments>
    std::shared_ptr<T> make(Arguments&&... arguments)
    {
        if (current_ == nullptr || current_->taken == current_->room) {
            leave();
            current_ = block::of(next_room_);
            next_room_ = next_room_ < Most / 2 ? next_room_ * 2 : Most;
        }
        return std::allocate_shared<T>(allocator<std::byte>(*current_),
                                       std::forward<Arguments>(arguments)...);
    }

private:
    /// What std::allocate_shared puts beside an object: two counts, the allocator, how it is destroyed.
    static constexpr std::size_t beside = 4 * sizeof(void*);

    struct alignas(T) alignas(void*) slot {
        std::byte memory[sizeof(T) + beside];
    };

    /// Its slots lie behind it.
    struct alignas(slot) block {
        static block* of(unsigned room)
        {
            static_assert(alignof(block) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
            return ::new (::operator new(sizeof(block) + room * sizeof(slot))) block(room);
        }
        block(const block&) = delete;
        block& operator=(const block&) = delete;

        std::byte* take() noexcept
        {
            slot* const next = slots() + taken++;
            ASAN_UNPOISON_MEMORY_REGION(next, sizeof *next);
            return next->memory;
        }
        void give_back(unsigned some) noexcept
        {
            if (left.fetch_sub(some, std::memory_order_acq_rel) == some) {
                ASAN_UNPOISON_MEMORY_REGION(slots(), room * sizeof(slot));
                std::destroy_at(this);
                ::operator delete(this);
            }
        }

        const unsigned room; ///< Slots: each is used once.
        unsigned taken = 0;
        std::atomic<unsigned> left; ///< Slots whose object is not over, and the owner.

    private:
        explicit block(unsigned count) noexcept : room(count), left(count + 1)
        {
            ASAN_POISON_MEMORY_REGION(slots(), room * sizeof(slot));
        }
        slot* slots() noexcept { return reinterpret_cast<slot*>(this + 1); }
    };

    /// Of the next slot.
    template <class Object>
    class allocator {
    public:
        using value_type = Object;

        explicit allocator(block& where) noexcept : where_(&where) {}
        template <class Other>
        allocator(const allocator<Other>& other) noexcept : where_(other.where_)
        {
        }

        Object* allocate(std::size_t) noexcept
        {
            static_assert(sizeof(Object) <= sizeof(slot) && alignof(Object) <= alignof(slot));
            return reinterpret_cast<Object*>(where_->take());
        }
        void deallocate(Object* what, std::size_t) noexcept
        {
            ASAN_POISON_MEMORY_REGION(what, sizeof(slot));
            where_->give_back(1);
        }

        template <class Other>
        bool operator==(const allocator<Other>& other) const noexcept
        {
            return where_ == other.where_;
        }

    private:
        template <class Other>
        friend class allocator;

        block* where_;
    };

    void leave() noexcept
    {
        if (current_ != nullptr) {
            current_->give_back(current_->room - current_->taken + 1);
            current_ = nullptr;
        }
    }

    block* current_ = nullptr;
    unsigned next_room_ = First;
};

} // namespace videosdk::inline v0::leasing
