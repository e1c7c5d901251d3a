// The one seam of chance: random bytes, from OpenSSL in production, from a seed in a simulation.
#pragma once

#include <videosdk/config.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace videosdk::inline v0::auth {

/// Where back-off, boot ids and correlation tokens get their chance from. Used by any thread at any time.
class random_source {
public:
    random_source() = default;
    random_source(const random_source&) = delete;
    random_source& operator=(const random_source&) = delete;
    virtual ~random_source();

    /// Fills all of `bytes`, or throws error.
    virtual void fill(std::span<unsigned char> bytes) = 0;
};

/// OpenSSL's generator; fit for secrets. Its fill() throws error when the system has no randomness.
std::shared_ptr<random_source> system_randomness();

/// `count` bytes of it.
std::string random_bytes(random_source& from, std::size_t count);

} // namespace videosdk::inline v0::auth
