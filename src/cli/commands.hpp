// The subcommands of the program, one function each.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace videosdk_cli {

/// What the program returns to the shell.
inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1; ///< It could not do what it was told.
inline constexpr int exit_usage = 2;   ///< It was told something that makes no sense.

/// `videosdk emulator`, as it stands on the command line.
struct emulator_arguments {
    std::uint16_t port = 0;
    std::string bind = "127.0.0.1";
    bool no_tls = false;
    std::uint32_t idle_after_ms = 100;
    std::string ca_out;
    std::string echo = "exact";
    std::string get = "bare";
    std::uint64_t seed = 1;
    std::string webhook_ca;
};

void add_emulator(CLI::App& program, emulator_arguments& arguments);
/// Returns when a signal has ended it.
int run_emulator(const emulator_arguments& arguments, std::ostream& out, std::ostream& log);

} // namespace videosdk_cli
