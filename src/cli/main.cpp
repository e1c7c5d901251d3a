// The program videosdk: finds the subcommand, runs it, turns failures into exit codes.
#include "commands.hpp"

#include <videosdk/config.hpp>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

int main(int argc, char** argv)
{
    using namespace videosdk_cli;
    CLI::App program("Tools for VideoSDK's resource API", "videosdk");
    program.set_version_flag("--version", VIDEOSDK_VERSION_STRING);
    program.require_subcommand(1);
    emulator_arguments emulator;
    add_emulator(program, emulator);
    try {
        program.parse(argc, argv);
        return run_emulator(emulator, std::cout, std::cerr);
    } catch (const CLI::ParseError& failure) {
        return program.exit(failure) == exit_success ? exit_success : exit_usage;
    } catch (const std::exception& failure) {
        std::cerr << "videosdk: " << failure.what() << '\n';
        return exit_failure;
    }
}
