// A text that its copies share.
#pragma once

#include <videosdk/basic_text.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace videosdk::inline v0 {

/// How shared_text keeps its text.
class shared_storage {
public:
    /// An empty text.
    shared_storage() noexcept = default;
    /// A copy. Throws std::bad_alloc.
    explicit shared_storage(std::string_view text) : kept_(text.empty() ? nullptr : make(text)) {}
    /// The same text in the same memory.
    shared_storage(const shared_storage& other) noexcept : kept_(other.kept_)
    {
        if (kept_ != nullptr) {
            kept_->references.fetch_add(1, std::memory_order_relaxed);
        }
    }
    /// Leaves an empty one.
    shared_storage(shared_storage&& other) noexcept : kept_(std::exchange(other.kept_, nullptr)) {}
    /// The same text in the same memory.
    shared_storage& operator=(const shared_storage& other) noexcept
    {
        *this = shared_storage(other);
        return *this;
    }
    /// Leaves an empty one.
    shared_storage& operator=(shared_storage&& other) noexcept
    {
        shared_storage taken(std::move(other));
        std::swap(kept_, taken.kept_);
        return *this;
    }
    ~shared_storage()
    {
        // Who sees itself alone needs no locked instruction to be sure.
        if (kept_ != nullptr && (kept_->references.load(std::memory_order_acquire) == 1 ||
                                 kept_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)) {
            std::destroy_at(kept_);
            ::operator delete(kept_);
        }
    }

    /// Its bytes, and a NUL.
    const char* data() const noexcept { return kept_ == nullptr ? "" : kept_->bytes(); }
    /// Bytes.
    std::size_t size() const noexcept { return kept_ == nullptr ? 0 : kept_->size; }
    /// Whether the bytes are the same.
    static bool same(const shared_storage& a, const shared_storage& b) noexcept
    {
        return a.kept_ == b.kept_ ||
               std::string_view(a.data(), a.size()) == std::string_view(b.data(), b.size());
    }

private:
    /// Before its bytes, which a NUL follows.
    struct kept {
        explicit kept(std::size_t its_size) noexcept : size(its_size) {}

        char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }

        std::size_t size;
        std::atomic<std::size_t> references = 1;
    };

    static kept* make(std::string_view text)
    {
        kept* const fresh = ::new (::operator new(sizeof(kept) + text.size() + 1)) kept(text.size());
        fresh->bytes()[text.copy(fresh->bytes(), text.size())] = '\0';
        return fresh;
    }

    kept* kept_ = nullptr; ///< Null: an empty text.
};

/// A text that many have, such as the webhook URL that one request gave all of its units: a copy takes no
/// memory of its own, throws nothing, and is one word. It reads as any basic_text.
using shared_text = basic_text<shared_storage>;

} // namespace videosdk::inline v0
