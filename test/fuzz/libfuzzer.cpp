// The door by which libFuzzer enters the one target that FUZZ_TARGET names.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) // NOLINT: libFuzzer's name
{
    fuzz::FUZZ_TARGET(size == 0 ? std::string_view()
                                : std::string_view(reinterpret_cast<const char*>(bytes), size));
    return 0;
}
