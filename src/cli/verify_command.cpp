// videosdk verify: whether a webhook's body bears the provider's signature.
#include "commands.hpp"
#include "failure.hpp"
#include "input.hpp"
#include "json_line.hpp"
#include "model/json.hpp"
#include "output.hpp"
#include "session.hpp"

#include <videosdk/signature.hpp>

#include <CLI/CLI.hpp>
#include <memory>

namespace videosdk_cli {
namespace {

struct verify_arguments {
    api_options api;
    std::string signature;
    std::string body_file = "-";
    std::string key_file;
};

asio::awaitable<int> fetch_key(session& over, std::string& pem)
{
    const auto answer = co_await over.client().request(videosdk::verb::get, "/public/rsa-public-key");
    auto read = videosdk::model::read_public_key(answer.body, {});
    if (!read) {
        throw command_failed(failure_report(exit_failure, "unexpected_response",
                                            "the endpoint gave no public key: " + read.error().detail));
    }
    pem = std::move(*read);
    co_return exit_success;
}

videosdk::public_key key_of(const verify_arguments& arguments)
{
    std::string pem;
    const bool fetched = arguments.key_file.empty();
    if (fetched) {
        session over(arguments.api);
        static_cast<void>(over.run(fetch_key(over, pem)));
    } else {
        pem = read_input("--key-file", arguments.key_file);
    }
    auto key = videosdk::public_key::from_pem(pem);
    if (!key) {
        throw command_failed(
            failure_report(fetched ? exit_failure : exit_usage, "invalid_key",
                           (fetched ? "the endpoint's key: " : "--key-file: ") + key.error().info().detail));
    }
    return *key;
}

int run_verify(const verify_arguments& arguments)
{
    const std::string body = read_input("FILE", arguments.body_file);
    const bool genuine = verify_signature(body, arguments.signature, key_of(arguments));
    json_line out;
    out.add_flag("valid", genuine);
    std::string line = genuine ? "genuine" : "not genuine";
    if (genuine) {
        const auto what = videosdk::model::read_event(body);
        if (what) {
            out.add_filled("webhookType", what->type.text());
            line += ": " + to_string(*what);
        } else {
            line += ", but no webhook: " + what.error().detail;
        }
    }
    print_line(arguments.api.json ? out.text() : line);
    if (!genuine) {
        throw command_failed(failure_report(
            exit_not_genuine, "signature_invalid", "the signature does not fit this body and key",
            "give the body byte for byte as it came, and the value of videosdk-signature"));
    }
    return exit_success;
}

} // namespace

void add_verify(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<verify_arguments>();
    CLI::App* const command = program.add_subcommand(
        "verify", "Check a webhook's signature over its body, byte for byte as it came.\n"
                  "Exit code 0 where VideoSDK sent it, to whomever; 8 where it did not.");
    command->add_option("file", arguments->body_file, "The body; - is stdin")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_option("--signature", arguments->signature, "The value of the header videosdk-signature")
        ->type_name("BASE64")
        ->required();
    command
        ->add_option("--key-file", arguments->key_file,
                     "The provider's public key as PEM [asked of the endpoint]; then nothing is sent")
        ->type_name("FILE");
    add_api_options(*command, arguments->api);
    command->footer("Examples:\n"
                    "  videosdk verify body.json --signature \"$SIGNATURE\"\n"
                    "  videosdk verify - --signature \"$SIGNATURE\" --key-file key.pem < body.json");
    choose_on_parse(
        *command, chosen, "verify", [arguments] { return arguments->api.json; },
        [arguments] { return run_verify(*arguments); });
}

} // namespace videosdk_cli
