// How many bytes of the heap this process has in use, with sanitizers and without.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define VIDEOSDK_TEST_SANITIZER_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VIDEOSDK_TEST_SANITIZER_HEAP 1
#endif
#endif
#ifdef VIDEOSDK_TEST_SANITIZER_HEAP
extern "C" std::size_t __sanitizer_get_current_allocated_bytes(); // NOLINT: not every compiler has its header
#else
#include <malloc.h>
#endif

namespace test_support {

inline std::size_t heap_in_use()
{
#ifdef VIDEOSDK_TEST_SANITIZER_HEAP
    return __sanitizer_get_current_allocated_bytes();
#else
    const auto heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
#endif
}

} // namespace test_support
