// Memory of ours that AddressSanitizer is to take for freed; without it these are nothing.
#pragma once

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(place, size) static_cast<void>(place)
#define ASAN_UNPOISON_MEMORY_REGION(place, size) static_cast<void>(place)
#endif
