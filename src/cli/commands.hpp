// The subcommands of the program: each registers itself, and leaves behind what is to be run.
#pragma once

#include <functional>
#include <string>
#include <utility>

namespace CLI {
class App;
}

namespace videosdk_cli {

/// The subcommand that the command line names, as its registration leaves it.
struct chosen_command {
    chosen_command() = default;

    std::string name; ///< `acquire`, `rtmp start`.
    bool json = false;
    std::function<int()> run; ///< Returns the exit code, or throws.
};

/// Registers `run(arguments)` as what the subcommand does; the arguments live as long as the choice.
void choose_on_parse(CLI::App& command, chosen_command& chosen, std::string name, std::function<bool()> json,
                     std::function<int()> run);

void add_token(CLI::App& program, chosen_command& chosen);
void add_acquire(CLI::App& program, chosen_command& chosen);
void add_get(CLI::App& program, chosen_command& chosen);
void add_list(CLI::App& program, chosen_command& chosen);
void add_wait(CLI::App& program, chosen_command& chosen);
void add_release(CLI::App& program, chosen_command& chosen);
void add_compositions(CLI::App& program, chosen_command& chosen);
void add_listen(CLI::App& program, chosen_command& chosen);
void add_verify(CLI::App& program, chosen_command& chosen);
void add_emulator(CLI::App& program, chosen_command& chosen);
void add_sweep(CLI::App& program, chosen_command& chosen);

} // namespace videosdk_cli
