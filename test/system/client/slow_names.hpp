// A host name whose look-up takes as long as a test wants.
#pragma once

namespace test {

inline constexpr const char* slow_host = "slow-host.invalid";

/// While one lives, look-ups of slow_host wait until they are let go; then, and afterwards, they fail, or
/// find this machine.
class slow_names {
public:
    enum class result : bool { nothing, loopback };

    explicit slow_names(result found = result::nothing);
    ~slow_names();
    slow_names(const slow_names&) = delete;
    slow_names& operator=(const slow_names&) = delete;

    void let_go() noexcept;
    /// Look-ups of slow_host that have begun.
    unsigned asked() const noexcept;
};

} // namespace test
