// videosdk get, list, wait, release: looking at units, and giving them back.
#include "commands.hpp"
#include "failure.hpp"
#include "model/json.hpp"
#include "output.hpp"
#include "resource_lines.hpp"
#include "status_wait.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <utility>

namespace videosdk_cli {
namespace {

struct unit_arguments {
    api_options api;
    std::string id;
    std::vector<std::string> ids;
    std::string status;
    std::uint64_t page_size = 100;
};

asio::awaitable<int> get_unit(session& over, const unit_arguments& arguments)
{
    const videosdk::resource unit = co_await over.client().get(arguments.id);
    print(resource_lines(std::span(&unit, 1), arguments.api.json));
    co_return exit_success;
}

asio::awaitable<int> list_units(session& over, const unit_arguments& arguments)
{
    videosdk::list_request request;
    request.per_page = arguments.page_size;
    if (!arguments.status.empty()) {
        request.status = videosdk::model::read_resource_status(arguments.status).value();
    }
    std::string lines = arguments.api.json ? std::string() : resource_heading();
    auto pager = over.client().list_all(request);
    for (auto page = co_await pager.next(); page; page = co_await pager.next()) {
        for (const videosdk::resource& each : page->resources) {
            lines += resource_line(each, arguments.api.json);
        }
        print(lines);
        lines.clear();
    }
    co_return exit_success;
}

asio::awaitable<int> await_unit(session& over, const unit_arguments& arguments)
{
    std::vector<videosdk::resource> units(1);
    units.front().id = arguments.id;
    const auto deadline = status_wait::clock::now() + arguments.api.timeout.value_or(std::chrono::minutes(2));
    {
        status_wait waiting(over, units, videosdk::model::read_resource_status(arguments.status).value());
        co_await waiting.run(deadline);
    }
    print(resource_lines(units, arguments.api.json));
    co_return exit_success;
}

asio::awaitable<int> release_units(session& over, const unit_arguments& arguments)
{
    const auto results = co_await over.client().release(arguments.ids);
    std::string lines;
    std::string refusal;
    std::size_t refused = 0;
    for (const videosdk::release_result& each : results) {
        lines += release_line(each, arguments.api.json);
        if (!each.success) {
            ++refused;
            refusal = each.message.empty() ? "no reason was given" : each.message;
        }
    }
    print(lines);
    if (refused == 0) {
        co_return exit_success;
    }
    const bool none = refused == results.size();
    throw command_failed(failure_report(none ? exit_failure : exit_partial, "release_refused",
                                        std::to_string(refused) + " of " + std::to_string(results.size()) +
                                            " not released, the last because: " + refusal,
                                        "only idle units are released: see 'videosdk wait'"));
}

using unit_work = asio::awaitable<int> (*)(session&, const unit_arguments&);

/// Options that they share, and what is run.
void finish(CLI::App& command, chosen_command& chosen, const std::shared_ptr<unit_arguments>& arguments,
            unit_work work, const std::string& timeout_of)
{
    add_api_options(command, arguments->api, timeout_of);
    const std::string name = command.get_name();
    choose_on_parse(
        command, chosen, name, [arguments] { return arguments->api.json; },
        [arguments, work, name] {
            session over(arguments->api);
            if (name == "wait") {
                over.end_on_signals(name);
            }
            return over.run(work(over, *arguments));
        });
}

CLI::Option* add_status(CLI::App& command, unit_arguments& arguments, const std::string& description)
{
    return command.add_option("--status", arguments.status, description)
        ->check(CLI::IsMember({"pending", "idle", "composing", "released"}));
}

constexpr const char* timeout_of_calls = "Of each call to the API [30s]";

} // namespace

void add_get(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<unit_arguments>();
    CLI::App* const command = program.add_subcommand("get", "Print one unit.");
    command->add_option("id", arguments->id, "Of the unit")->type_name("ID")->required();
    command->footer("Examples:\n"
                    "  videosdk get 64f0c1d2e3a4b5c6d7e8f901\n"
                    "  videosdk get 64f0c1d2e3a4b5c6d7e8f901 --json | jq -r .status");
    finish(*command, chosen, arguments, get_unit, timeout_of_calls);
}

void add_list(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<unit_arguments>();
    CLI::App* const command = program.add_subcommand(
        "list", "Print all units of the account, page by page as they come.\n"
                "Units that change or come meanwhile may be missed or shown twice: 'sweep' looks again.");
    add_status(*command, *arguments, "Only units with this status");
    command->add_option("--page-size", arguments->page_size, "Units asked for at once")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command->footer("Examples:\n"
                    "  videosdk list --status idle\n"
                    "  videosdk list --json | jq -r .webhookUrl");
    finish(*command, chosen, arguments, list_units, timeout_of_calls);
}

void add_wait(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<unit_arguments>();
    CLI::App* const command = program.add_subcommand(
        "wait", "Wait until a unit has a status, and print it then.\n"
                "Asks the API, less often as time goes by; on a terminal, shows the time in each state.");
    command->add_option("id", arguments->id, "Of the unit")->type_name("ID")->required();
    add_status(*command, *arguments, "What to wait for")->required();
    command->footer("Examples:\n"
                    "  videosdk wait 64f0c1d2e3a4b5c6d7e8f901 --status idle --timeout 90s\n"
                    "  videosdk wait $ID --status idle && videosdk release $ID");
    finish(*command, chosen, arguments, await_unit, "Of the whole [2m]");
}

void add_release(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<unit_arguments>();
    CLI::App* const command =
        program.add_subcommand("release", "Give idle units back, and print what became of each.\n"
                                          "Exit code 7 where some were not released, 1 where none was.");
    command->add_option("ids", arguments->ids, "Of the units")->type_name("ID")->required();
    command->footer("Examples:\n"
                    "  videosdk release 64f0c1d2e3a4b5c6d7e8f901 64f0c1d2e3a4b5c6d7e8f902\n"
                    "  videosdk release $ID --json | jq -r .msg");
    finish(*command, chosen, arguments, release_units, timeout_of_calls);
}

} // namespace videosdk_cli
