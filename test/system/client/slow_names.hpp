// A host name whose look-up takes as long as a test wants.
#pragma once

namespace test {

inline constexpr const char* slow_host = "slow-host.invalid";

/// While one lives, look-ups of slow_host wait; afterwards they fail.
class slow_names {
public:
    slow_names();
    ~slow_names();
    slow_names(const slow_names&) = delete;
    slow_names& operator=(const slow_names&) = delete;

    void let_go() noexcept;
};

} // namespace test
