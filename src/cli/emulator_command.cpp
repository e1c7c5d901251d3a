// videosdk emulator: the service on this machine, for tests in any language.
#include "commands.hpp"
#include "exit_codes.hpp"
#include "failure.hpp"
#include "output.hpp"

#include <videosdk/credentials.hpp>
#include <videosdk/emulator.hpp>
#include <videosdk/error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace videosdk_cli {
namespace {

namespace emulator = videosdk::emulator;
namespace asio = boost::asio;

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

constexpr const char* description =
    "Play VideoSDK's service on this machine.\n"
    "Accepts tokens made from the key and secret in VIDEOSDK_API_KEY and VIDEOSDK_SECRET. Prints one line\n"
    "when it listens, and runs until SIGTERM or SIGINT.";

emulator::echo_mode read_echo(std::string_view text) noexcept
{
    if (text == "normalised") {
        return emulator::echo_mode::normalised;
    }
    return text == "absent" ? emulator::echo_mode::absent : emulator::echo_mode::exact;
}

std::string join_address(const std::string& host, std::uint16_t port)
{
    const bool bare_ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
    return (bare_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

emulator::server_options options_of(const emulator_arguments& arguments, const videosdk::credentials& who)
{
    emulator::server_options options;
    options.service.api_key = who.key();
    options.service.secret = who.secret();
    options.service.idle_after = std::chrono::milliseconds(arguments.idle_after_ms);
    options.service.echo = read_echo(arguments.echo);
    options.service.get =
        arguments.get == "wrapped" ? emulator::get_shape::wrapped : emulator::get_shape::bare;
    options.service.seed = arguments.seed;
    options.address = join_address(arguments.bind, arguments.port);
    options.security =
        arguments.no_tls ? emulator::server_security::plain : emulator::server_security::self_signed;
    options.webhook_tls.ca_file = arguments.webhook_ca;
    options.serial_executor = true;
    return options;
}

void write_file(const std::string& path, const std::string& text)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + path + ": give --ca-out a file that this user may write");
    }
}

int run_emulator(const emulator_arguments& arguments)
{
    std::optional<videosdk::credentials> who;
    try {
        who = videosdk::credentials::from_environment();
    } catch (const videosdk::error& failure) {
        throw command_failed(failure_report(exit_usage, "invalid_credentials", failure.info().detail));
    }
    asio::io_context context(1);
    emulator::server provider(context.get_executor(), options_of(arguments, *who));
    asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&provider](const boost::system::error_code&, int) { provider.stop(); });
    provider.start();
    if (!arguments.ca_out.empty()) {
        write_file(arguments.ca_out, provider.ca_pem());
    }
    print_line("videosdk emulator: listening on " + provider.url());
    context.run();
    return exit_success;
}

} // namespace

void add_emulator(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<emulator_arguments>();
    CLI::App* const command = program.add_subcommand("emulator", description);
    command->add_option("--port", arguments->port, "Port to listen on; 0 takes a free one")
        ->capture_default_str();
    command->add_option("--bind", arguments->bind, "Address to listen on, numeric or localhost")
        ->capture_default_str();
    CLI::Option* const no_tls = command->add_flag("--no-tls", arguments->no_tls, "Plain HTTP");
    command->add_option("--idle-after", arguments->idle_after_ms, "Milliseconds from acquire to idle")
        ->capture_default_str();
    command
        ->add_option(
            "--ca-out", arguments->ca_out,
            "File to write the certificate to that clients must trust; complete when the line is printed")
        ->excludes(no_tls);
    command->add_option("--echo", arguments->echo, "How webhookUrl comes back in answers")
        ->check(CLI::IsMember({"exact", "normalised", "absent"}))
        ->capture_default_str();
    command
        ->add_option("--get", arguments->get, "How GET of a resource answers: the unit, or {\"data\":unit}")
        ->check(CLI::IsMember({"bare", "wrapped"}))
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "Where ids come from")->capture_default_str();
    command
        ->add_option("--webhook-ca", arguments->webhook_ca,
                     "PEM file of the roots to trust when webhooks go to https URLs, instead of the system's")
        ->check(CLI::ExistingFile);
    command->footer("Examples:\n"
                    "  videosdk emulator --port 4443 --ca-out ca.pem\n"
                    "  videosdk emulator --no-tls --port 8081 &\n"
                    "  videosdk list --endpoint http://localhost:8081");
    choose_on_parse(
        *command, chosen, "emulator", [] { return false; }, [arguments] { return run_emulator(*arguments); });
}

} // namespace videosdk_cli
