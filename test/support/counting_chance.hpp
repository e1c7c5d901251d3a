// Chance without any: the bytes 0, 1, 2 and so on.
#pragma once

#include "auth/random_source.hpp"

namespace test {

class counting_chance final : public videosdk::auth::random_source {
public:
    void fill(std::span<unsigned char> bytes) override
    {
        for (unsigned char& each : bytes) {
            each = next_++;
        }
    }

private:
    unsigned char next_ = 0;
};

} // namespace test
