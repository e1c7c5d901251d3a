// videosdk sweep: whose the units on the account are, how old, and of which life of a process; and giving
// back what a dead one has left, where that is asked for in so many words.
#include "commands.hpp"
#include "duration.hpp"
#include "error/text.hpp"
#include "failure.hpp"
#include "json_line.hpp"
#include "lease/sweep.hpp"
#include "output.hpp"
#include "resource_lines.hpp"
#include "session.hpp"
#include "webhook_url.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace videosdk_cli {
namespace {

namespace auth = videosdk::auth;
using wall_clock = std::chrono::system_clock;

struct sweep_arguments {
    api_options api;
    token_key_options keys;
    std::string owner;
    std::optional<std::chrono::nanoseconds> older_than;
    bool release = false;
};

/// What a unit's webhook URL says of it.
struct unit_mark {
    unit_mark() = default;

    std::string owner; ///< Empty: no token that our keys have signed.
    auth::correlation_token token;
};

/// By substring: what stands around owner and token may have changed on the way.
unit_mark read_mark(const auth::correlation_keys& keys, std::string_view url)
{
    constexpr std::size_t token_size = 82;
    unit_mark mark;
    for (std::size_t at = url.find("/v1-"); at != std::string_view::npos; at = url.find("/v1-", at + 1)) {
        const std::size_t before = url.rfind('/', at - 1);
        if (at == 0 || before == std::string_view::npos) {
            continue;
        }
        const std::string_view owner = url.substr(before + 1, at - before - 1);
        if (auto token = auth::check_correlation_token(keys, owner, url.substr(at + 1, token_size))) {
            mark.owner = owner;
            mark.token = std::move(*token);
            break;
        }
    }
    return mark;
}

std::string time_text(wall_clock::time_point when)
{
    const std::time_t seconds = wall_clock::to_time_t(when);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
}

class sweeping {
public:
    explicit sweeping(const sweep_arguments& arguments)
        : arguments_(arguments), keys_(correlation_keys_of(arguments.keys)), over_(arguments.api)
    {
    }

    int run() { return over_.run(sweep_all()); }

private:
    using row = std::array<std::string_view, 7>;
    static constexpr std::array<std::size_t, 7> widths{24, 9, 9, 16, 16, 8, 0};

    asio::awaitable<int> sweep_all()
    {
        now_ = wall_clock::now();
        videosdk::leasing::sweep listing(std::chrono::steady_clock::now());
        for (auto next = listing.next(); next; next = listing.next()) {
            auto page = co_await over_.client().try_list(*next);
            listing.on_page(std::move(page));
        }
        if (!arguments_.api.json) {
            const row heading{
                "ID", "STATUS", "TYPE", "OWNER", "BOOT", "AGE", arguments_.release ? "RESULT" : "ACQUIRED"};
            print(table_row(heading, widths));
        }
        const auto units = sorted(listing.units());
        for (const auto& [mark, unit] : units) {
            videosdk::release_result result;
            if (arguments_.release) {
                result = co_await give_back(unit);
            }
            print(line_of(unit, mark, result));
        }
        end(listing);
        co_return exit_success;
    }

    /// What concerns us, by owner, the oldest first.
    std::vector<std::pair<unit_mark, videosdk::resource>>
    sorted(const std::vector<videosdk::resource>& units) const
    {
        std::vector<std::pair<unit_mark, videosdk::resource>> out;
        out.reserve(units.size());
        for (const videosdk::resource& each : units) {
            unit_mark mark = read_mark(keys_, each.webhook_url);
            if (concerns_us(mark)) {
                out.emplace_back(std::move(mark), each);
            }
        }
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
            return std::tie(a.first.owner, a.first.token.minted_at, a.first.token.boot, a.second.id) <
                   std::tie(b.first.owner, b.first.token.minted_at, b.first.token.boot, b.second.id);
        });
        return out;
    }

    bool concerns_us(const unit_mark& mark) const
    {
        if (!arguments_.owner.empty() && mark.owner != arguments_.owner) {
            return false;
        }
        return !arguments_.older_than || (!mark.owner.empty() && age_of(mark) >= *arguments_.older_than);
    }

    std::chrono::nanoseconds age_of(const unit_mark& mark) const
    {
        return std::max<std::chrono::nanoseconds>(now_ - mark.token.minted_at, std::chrono::nanoseconds(0));
    }

    /// Looks again before it acts: the listing is some time old by now.
    asio::awaitable<videosdk::release_result> give_back(const videosdk::resource& listed)
    {
        videosdk::release_result result;
        result.id = listed.id;
        if (listed.status != videosdk::resource_status::idle) {
            result.message = "left alone: not idle";
            co_return result;
        }
        const auto seen = co_await over_.client().try_get(listed.id);
        if (!seen) {
            result.message = seen.error().what();
        } else if (seen->status != videosdk::resource_status::idle) {
            result.message = "left alone: not idle any more";
            co_return result;
        } else if (!concerns_us(read_mark(keys_, seen->webhook_url))) {
            result.message = "left alone: its webhook URL has changed";
            co_return result;
        } else {
            auto released = co_await over_.client().try_release(listed.id);
            if (released) {
                ++released_;
                co_return *released;
            }
            result.message = released.error().what();
        }
        ++failed_;
        last_failure_ = result.message;
        co_return result;
    }

    std::string line_of(const videosdk::resource& unit, const unit_mark& mark,
                        const videosdk::release_result& result) const
    {
        const bool known = !mark.owner.empty();
        const std::string acquired = known ? time_text(mark.token.minted_at) : std::string();
        if (!arguments_.api.json) {
            const std::string age = known ? show_duration(age_of(mark)) : std::string();
            const row cells{unit.id,
                            unit.status.text(),
                            unit.type.text(),
                            mark.owner,
                            mark.token.boot,
                            age,
                            arguments_.release ? result.message : acquired};
            return table_row(cells, widths);
        }
        json_line out;
        out.add("id", unit.id).add_filled("status", unit.status.text()).add_filled("type", unit.type.text());
        out.add_filled("owner", mark.owner).add_filled("boot", mark.token.boot);
        out.add_filled("acquiredAt", acquired);
        if (known) {
            out.add_number("ageSeconds", std::chrono::floor<std::chrono::seconds>(age_of(mark)).count());
        }
        out.add_filled("webhookUrl", videosdk::text::printable_url(unit.webhook_url));
        if (arguments_.release) {
            out.add_flag("success", result.success).add("msg", result.message);
        }
        return out.text() + '\n';
    }

    void end(const videosdk::leasing::sweep& listing) const
    {
        if (listing.failure()) {
            throw *listing.failure();
        }
        if (failed_ != 0) {
            throw command_failed(
                failure_report(released_ == 0 ? exit_failure : exit_partial, "release_refused",
                               std::to_string(failed_) + " not released, the last because: " + last_failure_,
                               "run it again"));
        }
        if (!listing.complete()) {
            throw command_failed(failure_report(
                exit_partial, "incomplete", "units came or went while they were listed: some may be missing",
                "run it again"));
        }
    }

    const sweep_arguments& arguments_;
    auth::correlation_keys keys_;
    session over_;
    wall_clock::time_point now_;
    std::size_t released_ = 0;
    std::size_t failed_ = 0;
    std::string last_failure_;
};

int run_sweep(const sweep_arguments& arguments)
{
    if (!arguments.owner.empty()) {
        check_owner("--owner", arguments.owner);
    }
    if (arguments.release && (arguments.owner.empty() || !arguments.older_than)) {
        throw usage_failure("--release: name an --owner, and an age by --older-than");
    }
    sweeping work(arguments);
    return work.run();
}

} // namespace

void add_sweep(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<sweep_arguments>();
    CLI::App* const command = program.add_subcommand(
        "sweep",
        "Print the units of the account that are not released, with owner, boot and age as the\n"
        "tokens in their webhook URLs say. A boot is one life of one process. Units without a token\n"
        "of your keys have no owner. Changes nothing without --release.");
    command->add_option("--owner", arguments->owner, "Only units of this owner");
    add_duration(*command, "--older-than", arguments->older_than, "Only units acquired longer ago than this");
    command->add_flag("--release", arguments->release,
                      "Give back the idle ones among them; needs --owner and --older-than. Processes of that "
                      "owner that live lose units that they keep idle for so long");
    add_token_keys(*command, arguments->keys);
    add_api_options(*command, arguments->api);
    command->footer("Examples:\n"
                    "  videosdk sweep\n"
                    "  videosdk sweep --owner studio --older-than 2h            # what would be given back\n"
                    "  videosdk sweep --owner studio --older-than 2h --release");
    choose_on_parse(
        *command, chosen, "sweep", [arguments] { return arguments->api.json; },
        [arguments] { return run_sweep(*arguments); });
}

} // namespace videosdk_cli
