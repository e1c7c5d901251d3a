// What the heap holds, as malloc counts it: with the headers of its blocks, and with what it mapped.
#pragma once

#include <cstdint>

#include <malloc.h>

namespace bench {

inline std::int64_t heap_bytes() noexcept
{
    const struct mallinfo2 now = ::mallinfo2();
    return static_cast<std::int64_t>(now.uordblks + now.hblkhd);
}

} // namespace bench
