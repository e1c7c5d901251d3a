// Operations in memory that is used again and again.
#pragma once

#include <boost/asio/recycling_allocator.hpp>

#include <cstddef>
#include <new>

namespace videosdk::inline v0 {

namespace asio = boost::asio;

/// Where a use of what has ended is to be found, memory must not be used again.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool finds_use_after_end = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool finds_use_after_end = true;
#else
inline constexpr bool finds_use_after_end = false;
#endif
#else
inline constexpr bool finds_use_after_end = false;
#endif

/// Derive, and the next such object of a thread is made where the last one was: in what Asio keeps for
/// handlers, which takes up to 1,020 bytes.
class recycled {
public:
    static void* operator new(std::size_t size)
    {
        return finds_use_after_end ? ::operator new(size) : memory().allocate(size);
    }
    static void operator delete(void* place, std::size_t size) noexcept
    {
        if (finds_use_after_end) {
            ::operator delete(place);
        } else {
            memory().deallocate(static_cast<unsigned char*>(place), size);
        }
    }

protected:
    ~recycled() = default;

private:
    using memory = asio::recycling_allocator<unsigned char>;
};

} // namespace videosdk::inline v0
