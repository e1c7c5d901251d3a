// videosdk acquire: buys units, and loses none: whatever ends it, what was bought is named.
#include "commands.hpp"
#include "failure.hpp"
#include "model/json.hpp"
#include "output.hpp"
#include "resource_lines.hpp"
#include "status_wait.hpp"
#include "webhook_url.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

namespace videosdk_cli {
namespace {

struct acquire_arguments {
    api_options api;
    token_key_options keys;
    std::string type;
    std::string mode;
    std::string quality;
    std::uint32_t units = 1;
    std::string webhook_url;
    std::string owner;
    bool wait = false;
};

class acquisition {
public:
    explicit acquisition(const acquire_arguments& arguments)
        : arguments_(arguments), url_(arguments.webhook_url), over_(arguments.api)
    {
        if (!arguments.owner.empty()) {
            check_owner("--owner", arguments.owner);
            url_ = make_webhook_url(correlation_keys_of(arguments.keys), url_, arguments.owner);
        }
    }

    /// Prints what was bought, and returns the exit code or throws command_failed that names it.
    int run()
    {
        over_.end_on_signals("acquire",
                             "the request has left: waiting for its answer, so that no unit is lost; "
                             "a second signal ends this at once");
        failure_report report;
        int status = exit_success;
        try {
            status = over_.run(buy_and_wait());
        } catch (const command_failed& failure) {
            report = failure.report();
        } catch (const videosdk::error& failure) {
            report = report_of(failure, "acquire");
        } catch (const std::exception& failure) {
            report = failure_report(exit_failure, "failure", failure.what());
        }
        report.billed = ids();
        // What became of the waiting must not look as if nothing had been bought.
        if (!report.message.empty() && !units_.empty() && report.status < exit_ambiguous) {
            report.status = exit_partial;
            report.advice = "they are bought all the same: go on with 'videosdk wait', or give them back";
        }
        if (report.status == exit_ambiguous && !arguments_.owner.empty()) {
            report.advice = "it may have bought: before you repeat it, wait half a minute and look with "
                            "'videosdk sweep --owner " +
                            arguments_.owner + "'";
        }
        try {
            print(units_.empty() ? std::string() : resource_lines(units_, arguments_.api.json));
        } catch (const output_failed& failure) {
            if (units_.empty() || !report.message.empty()) {
                throw command_failed(std::move(report));
            }
            report = failure_report(exit_failure, "output_failed", failure.what());
            report.billed = ids();
        }
        if (!report.message.empty()) {
            throw command_failed(std::move(report));
        }
        return status;
    }

private:
    asio::awaitable<int> buy_and_wait()
    {
        const auto began = status_wait::clock::now();
        videosdk::acquire_request request;
        request.type = videosdk::model::read_resource_type(arguments_.type).value();
        request.webhook_url = url_;
        request.units = arguments_.units;
        if (!arguments_.mode.empty()) {
            request.mode = videosdk::model::read_resource_mode(arguments_.mode).value();
        }
        if (!arguments_.quality.empty()) {
            request.quality = videosdk::model::read_resource_quality(arguments_.quality).value();
        }
        auto granted = co_await over_.client().try_acquire(request, {.cancellable = false});
        if (!granted) {
            units_ = granted.error().granted();
            throw granted.error();
        }
        units_ = std::move(*granted);
        over_.set_notice({});
        if (over_.signal() != 0) {
            throw_interrupted(over_, "after the units were bought");
        }
        if (arguments_.wait) {
            status_wait ready(over_, units_, videosdk::resource_status::idle);
            co_await ready.run(began + arguments_.api.timeout.value_or(std::chrono::minutes(2)));
        }
        co_return exit_success;
    }

    std::vector<std::string> ids() const
    {
        std::vector<std::string> out;
        out.reserve(units_.size());
        for (const videosdk::resource& each : units_) {
            out.push_back(each.id);
        }
        return out;
    }

    const acquire_arguments& arguments_;
    std::string url_;
    session over_;
    std::vector<videosdk::resource> units_;
};

} // namespace

void add_acquire(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<acquire_arguments>();
    CLI::App* const command = program.add_subcommand(
        "acquire", "Buy units, and print them. They are billed until they are released.\n"
                   "Not sent again where it may have bought: exit code 6 says that it may have.");
    command->add_option("--type", arguments->type, "What they compose")
        ->check(CLI::IsMember({"recording", "hls", "rtmp"}))
        ->required();
    command->add_option("--mode", arguments->mode, "[the service's: video-and-audio]")
        ->check(CLI::IsMember({"video-and-audio", "audio"}));
    command->add_option("--quality", arguments->quality, "[the service's: med]")
        ->check(CLI::IsMember({"low", "med", "high"}));
    command->add_option("--units", arguments->units, "How many")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
    CLI::Option* const url =
        command->add_option("--webhook-url", arguments->webhook_url, "Where the provider sends webhooks")
            ->type_name("URL")
            ->required();
    command
        ->add_option("--owner", arguments->owner,
                     "Append /OWNER/TOKEN to the webhook URL: 'listen' with this owner takes the events, and "
                     "'sweep' finds the units again")
        ->needs(url);
    command->add_flag("--wait", arguments->wait, "Until all are idle; on a terminal, shows how it goes");
    add_token_keys(*command, arguments->keys);
    add_api_options(*command, arguments->api,
                    "Of the request [30s]; with --wait also of the whole, the waiting included [2m]");
    command->footer("Examples:\n"
                    "  videosdk acquire --type recording --webhook-url https://hooks.example.com/v --wait\n"
                    "  videosdk acquire --type rtmp --units 3 --owner studio --json \\\n"
                    "      --webhook-url https://hooks.example.com/v | jq -r .id\n"
                    "Interrupted, out of time or out of disk, it names on stderr what is billed.");
    choose_on_parse(
        *command, chosen, "acquire", [arguments] { return arguments->api.json; },
        [arguments] {
            acquisition work(*arguments);
            return work.run();
        });
}

} // namespace videosdk_cli
