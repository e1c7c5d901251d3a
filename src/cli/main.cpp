// The program videosdk: finds the subcommand, runs it, turns failures into exit codes.
#include "commands.hpp"
#include "failure.hpp"
#include "output.hpp"

#include <videosdk/config.hpp>
#include <videosdk/error.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <sstream>
#include <string>
#include <string_view>

namespace videosdk_cli {

void choose_on_parse(CLI::App& command, chosen_command& chosen, std::string name, std::function<bool()> json,
                     std::function<int()> run)
{
    command.footer(command.get_footer() + "\n\n" + exit_codes_line);
    command.callback([&chosen, name = std::move(name), json = std::move(json), run = std::move(run)] {
        chosen.name = name;
        chosen.json = json();
        chosen.run = run;
    });
}

namespace {

constexpr const char* description = "Tools for VideoSDK's resource API.\n"
                                    "Credentials come from VIDEOSDK_API_KEY and VIDEOSDK_SECRET or a token "
                                    "file, never from the command line.\n"
                                    "Results go to stdout, and everything else to stderr.";

std::string name_of_parsed(const CLI::App& program)
{
    std::string name;
    for (const CLI::App* at = &program; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        name += (name.empty() ? "" : " ") + at->get_name();
    }
    return name;
}

/// What CLI11 says, but of arguments that nobody expected only the names of options: a secret may stand
/// there.
std::string message_of(const CLI::ParseError& failure, const CLI::App& program)
{
    if (dynamic_cast<const CLI::ExtrasError*>(&failure) == nullptr) {
        std::string text = failure.what();
        std::replace(text.begin(), text.end(), '\n', ' ');
        return text;
    }
    std::string names;
    for (const std::string& each : program.remaining(true)) {
        if (each.starts_with('-')) {
            names += ' ' + each.substr(0, each.find('='));
        }
    }
    return names.empty() ? "an argument was not expected" : "not expected:" + names;
}

int parse_failed(const CLI::ParseError& failure, const CLI::App& program, bool json)
{
    if (failure.get_exit_code() == 0) { // help or version, which CLI11 makes exceptions too
        std::ostringstream text;
        program.exit(failure, text, text);
        print(text.str());
        return exit_success;
    }
    const std::string name = name_of_parsed(program);
    failure_report report(exit_usage, "usage", message_of(failure, program),
                          "see 'videosdk " + name + (name.empty() ? "--help'" : " --help'"));
    tell_failure(report, name, json);
    return exit_usage;
}

int run_chosen(const chosen_command& chosen)
{
    failure_report report;
    try {
        check_output();
        return chosen.run();
    } catch (const output_failed& failure) {
        if (failure.reader_gone()) {
            end_for_want_of_a_reader();
        }
        report = failure_report(exit_failure, "output_failed", failure.what());
    } catch (const command_failed& failure) {
        report = failure.report();
    } catch (const videosdk::error& failure) {
        report = report_of(failure, chosen.name);
    } catch (const std::exception& failure) {
        report = failure_report(exit_failure, "failure", failure.what());
    }
    tell_failure(report, chosen.name, chosen.json);
    return report.status;
}

int run(int argc, char** argv)
{
    CLI::App program(description, "videosdk");
    program.set_version_flag("--version", VIDEOSDK_VERSION_STRING);
    program.require_subcommand(1);
    program.footer(std::string(exit_codes_text) + "\n\n'videosdk COMMAND --help' has examples.");
    chosen_command chosen;
    for (const auto add : {add_acquire, add_get, add_list, add_wait, add_release, add_compositions, add_sweep,
                           add_listen, add_verify, add_token, add_emulator}) {
        add(program, chosen);
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& failure) {
        const bool json =
            std::any_of(argv, argv + argc, [](std::string_view each) { return each == "--json"; });
        return parse_failed(failure, program, json);
    }
    return run_chosen(chosen);
}

} // namespace
} // namespace videosdk_cli

int main(int argc, char** argv)
{
    using namespace videosdk_cli;
    prepare_standard_descriptors();
    try {
        return run(argc, argv);
    } catch (const output_failed& failure) {
        if (failure.reader_gone()) {
            end_for_want_of_a_reader();
        }
        tell_line("", failure.what());
    } catch (const std::exception& failure) {
        tell_line("", failure.what());
    }
    return exit_failure;
}
