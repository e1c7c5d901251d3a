// videosdk token: a token of one's own, the only secret that the program prints.
#include "api_options.hpp"
#include "commands.hpp"
#include "duration.hpp"
#include "failure.hpp"
#include "json_line.hpp"
#include "output.hpp"

#include <videosdk/credentials.hpp>
#include <videosdk/error.hpp>
#include <videosdk/token.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

namespace videosdk_cli {
namespace {

struct token_arguments {
    std::optional<std::chrono::nanoseconds> lifetime;
    std::string role = "crawler";
    std::string room;
    std::string participant;
    bool json = false;
};

videosdk::credentials key_and_secret()
{
    try {
        return videosdk::credentials::from_environment();
    } catch (const videosdk::error& failure) {
        throw command_failed(failure_report(exit_usage, "invalid_credentials", failure.info().detail));
    }
}

int run_token(const token_arguments& arguments)
{
    const videosdk::credentials who = key_and_secret();
    videosdk::token_claims claims;
    claims.api_key = who.key();
    claims.roles = {arguments.role};
    claims.room_id = arguments.room;
    claims.participant_id = arguments.participant;
    claims.issued_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    claims.expires_at = claims.issued_at + std::chrono::ceil<std::chrono::seconds>(
                                               arguments.lifetime.value_or(std::chrono::hours(24)));
    const std::string token = videosdk::mint_token(claims, who.secret());
    if (!arguments.json) {
        print_line(token);
        return exit_success;
    }
    json_line out;
    const auto expiry = std::chrono::floor<std::chrono::seconds>(claims.expires_at.time_since_epoch());
    print_line(out.add("token", token).add_number("exp", expiry.count()).text());
    return exit_success;
}

} // namespace

void add_token(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<token_arguments>();
    CLI::App* const command = program.add_subcommand(
        "token", "Mint a token from VIDEOSDK_API_KEY and VIDEOSDK_SECRET, and print it.\n"
                 "Whoever has it can buy in your name until it expires.");
    add_duration(*command, "--lifetime", arguments->lifetime, "Until it expires [24h]");
    command
        ->add_option("--role", arguments->role,
                     "crawler for calls of a server; rtc for a participant, who cannot make those")
        ->check(CLI::IsMember({"crawler", "rtc"}))
        ->capture_default_str();
    command->add_option("--room", arguments->room, "Only for this room")->type_name("ID");
    command->add_option("--participant", arguments->participant, "Only for this participant")
        ->type_name("ID");
    add_json(*command, arguments->json);
    command->footer("Examples:\n"
                    "  videosdk token --lifetime 10m > token.txt\n"
                    "  videosdk token --lifetime 10m | videosdk list --token-file -");
    choose_on_parse(
        *command, chosen, "token", [arguments] { return arguments->json; },
        [arguments] { return run_token(*arguments); });
}

} // namespace videosdk_cli
