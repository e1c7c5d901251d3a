// videosdk record, hls and rtmp: starting and stopping what runs in a unit.
#include "commands.hpp"
#include "composition_options.hpp"
#include "input.hpp"
#include "json_line.hpp"
#include "output.hpp"
#include "resource_lines.hpp"
#include "session.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace videosdk_cli {
namespace {

enum class kind : std::uint8_t { record, hls, rtmp };

struct composition_arguments {
    api_options api;
    composition_options options;
    std::string room;
    std::string resource;
    std::string id;
    std::string template_url;
    std::string webhook_url;
    std::string aws_dir_path;
    std::string pre_signed_url_file;
    std::string outputs_file;
};

asio::awaitable<int> start_recording(session& over, const composition_arguments& arguments)
{
    std::string pre_signed;
    if (!arguments.pre_signed_url_file.empty()) {
        const auto lines = lines_of(read_input("--pre-signed-url-file", arguments.pre_signed_url_file));
        pre_signed = lines.empty() ? std::string() : lines.front();
    }
    videosdk::start_recording_request request;
    request.room_id = arguments.room;
    request.resource_id = arguments.resource;
    request.template_url = arguments.template_url;
    request.config = config_of(arguments.options);
    request.webhook_url = arguments.webhook_url;
    request.aws_dir_path = arguments.aws_dir_path;
    request.pre_signed_url = pre_signed;
    const auto started = co_await over.client().start_recording(request);
    print(composition_line(started, arguments.api.json));
    co_return 0;
}

asio::awaitable<int> start_hls(session& over, const composition_arguments& arguments)
{
    videosdk::start_hls_request request;
    request.room_id = arguments.room;
    request.resource_id = arguments.resource;
    request.template_url = arguments.template_url;
    request.config = config_of(arguments.options);
    const auto started = co_await over.client().start_hls(request);
    print(composition_line(started, arguments.api.json));
    co_return 0;
}

asio::awaitable<int> start_rtmp(session& over, const composition_arguments& arguments)
{
    const stream_outputs outputs(read_input("--outputs", arguments.outputs_file));
    videosdk::start_rtmp_request request;
    request.room_id = arguments.room;
    request.resource_id = arguments.resource;
    request.outputs = outputs.views();
    request.config = config_of(arguments.options);
    request.template_url = arguments.template_url;
    const auto started = co_await over.client().start_rtmp(request);
    print(composition_line(started, arguments.api.json));
    co_return 0;
}

asio::awaitable<int> stop(session& over, const composition_arguments& arguments, kind what)
{
    videosdk::end_composition_request request;
    request.room_id = arguments.room;
    request.id = arguments.id;
    if (what == kind::record) {
        co_await over.client().end_recording(request);
    } else if (what == kind::hls) {
        co_await over.client().end_hls(request);
    } else {
        co_await over.client().end_rtmp(request);
    }
    json_line out;
    out.add("id", arguments.id).add_flag("success", true);
    print_line(arguments.api.json ? out.text() : arguments.id + "  stopped");
    co_return 0;
}

asio::awaitable<int> start(session& over, const composition_arguments& arguments, kind what)
{
    if (what == kind::record) {
        return start_recording(over, arguments);
    }
    return what == kind::hls ? start_hls(over, arguments) : start_rtmp(over, arguments);
}

using composition_work = asio::awaitable<int> (*)(session&, const composition_arguments&, kind);

void finish(CLI::App& command, chosen_command& chosen,
            const std::shared_ptr<composition_arguments>& arguments, kind what, composition_work work)
{
    command.add_option("--room", arguments->room, "The meeting's id")->type_name("ID")->required();
    add_api_options(command, arguments->api);
    const std::string name = command.get_parent()->get_name() + ' ' + command.get_name();
    choose_on_parse(
        command, chosen, name, [arguments] { return arguments->api.json; },
        [arguments, what, work] {
            session over(arguments->api);
            return over.run(work(over, *arguments, what));
        });
}

void add_start(CLI::App& parent, chosen_command& chosen, kind what)
{
    const auto arguments = std::make_shared<composition_arguments>();
    CLI::App* const command =
        parent.add_subcommand("start", "Start it in an idle unit of that type, and print its id and URLs.");
    command->add_option("--resource", arguments->resource, "The unit's id")->type_name("ID")->required();
    command->add_option("--template-url", arguments->template_url, "A layout of your own")->type_name("URL");
    add_composition_options(*command, arguments->options, what != kind::rtmp);
    if (what == kind::record) {
        command->add_option("--webhook-url", arguments->webhook_url, "For the events of this recording")
            ->type_name("URL");
        command->add_option("--aws-dir-path", arguments->aws_dir_path, "Folder in your own storage")
            ->type_name("PATH");
        command
            ->add_option("--pre-signed-url-file", arguments->pre_signed_url_file,
                         "Holds a pre-signed URL to upload to, which is a secret; - is stdin")
            ->type_name("FILE");
    }
    if (what == kind::rtmp) {
        command
            ->add_option("--outputs", arguments->outputs_file,
                         "Holds one output a line, 'URL STREAMKEY'; - is stdin. Keys are never arguments: "
                         "every user of this machine could read those")
            ->type_name("FILE")
            ->required();
    }
    const std::string name =
        "  videosdk " + parent.get_name() + " start --room abcd-efgh-ijkl --resource $ID";
    command->footer("Examples:\n" + name + (what == kind::rtmp ? " --outputs keys.txt" : " --layout GRID") +
                    (what == kind::rtmp ? "\n  echo \"$URL $KEY\" |" + name.substr(1) + " --outputs -"
                                        : "\n" + name + " --json | jq -r .id"));
    finish(*command, chosen, arguments, what, start);
}

void add_stop(CLI::App& parent, chosen_command& chosen, kind what)
{
    const auto arguments = std::make_shared<composition_arguments>();
    CLI::App* const command = parent.add_subcommand("stop", "End it; its unit becomes idle again.");
    command->add_option("id", arguments->id, "What start printed")->type_name("ID")->required();
    command->footer("Examples:\n  videosdk " + parent.get_name() + " stop --room abcd-efgh-ijkl $ID");
    finish(*command, chosen, arguments, what, stop);
}

void add_kind(CLI::App& program, chosen_command& chosen, const char* name, const char* description, kind what)
{
    CLI::App* const parent = program.add_subcommand(name, description);
    parent->require_subcommand(1);
    add_start(*parent, chosen, what);
    add_stop(*parent, chosen, what);
}

} // namespace

void add_compositions(CLI::App& program, chosen_command& chosen)
{
    add_kind(program, chosen, "record", "Start or stop a recording.", kind::record);
    add_kind(program, chosen, "hls", "Start or stop an HLS stream.", kind::hls);
    add_kind(program, chosen, "rtmp", "Start or stop an RTMP stream.", kind::rtmp);
}

} // namespace videosdk_cli
