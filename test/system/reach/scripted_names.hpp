// Host names that lead where a test says, and whose look-up takes as long as it says.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

namespace test {

/// A name that nothing but a script resolves.
inline constexpr const char* scripted_host = "scripted-host.invalid";

/// While one lives, each look-up of scripted_host finds the next list of addresses, and the last list again
/// and again. An empty list is a host that does not exist. One at a time.
class scripted_names {
public:
    scripted_names(std::initializer_list<std::vector<std::string>> answers);
    ~scripted_names();
    scripted_names(const scripted_names&) = delete;
    scripted_names& operator=(const scripted_names&) = delete;

    /// Look-ups wait from now on, until they are let go, at the latest when this is destroyed.
    void hold() noexcept;
    void let_go() noexcept;
    /// Look-ups of scripted_host that have begun.
    unsigned asked() const noexcept;
};

} // namespace test
