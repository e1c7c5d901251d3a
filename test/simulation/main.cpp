// simulate: runs seeds, prints what they brought, and tells the story of one.
#include "campaign.hpp"

#include <charconv>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace simulation;

constexpr const char* usage =
    "usage: simulate [--seeds FROM..TO] [--buyer NAME|all] [--jobs N] [--story SEED] [--hits]\n"
    "                [--without RULE]...\n"
    "\n"
    "Runs the seeds with a buyer (official-sdk, libcurl, libcurl-with-retry, bare-client, lease-manager,\n"
    "sharing-manager), prints what became of its orders and units, and exits with 1 where a promise was "
    "broken, with the\n"
    "story of the first seed that did. --story runs one seed and prints all that happened in it. --hits\n"
    "prints how often each fault hit where. --without turns one of the lease manager's safety rules off,\n"
    "as src/lease/safety.hpp names them.\n";

struct arguments {
    std::uint64_t first = 1;
    std::uint64_t last = 1000;
    std::vector<contestant> buyers{buyer_kind::lease_manager};
    std::vector<safety_rule> without;
    unsigned jobs = 1;
    std::optional<std::uint64_t> story;
    bool hits = false;
};

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(value)
                                                                           : std::nullopt;
}

bool take(arguments& out, std::string_view name, std::string_view value)
{
    if (name == "--seeds") {
        const std::size_t dots = value.find("..");
        const auto first = number(value.substr(0, dots));
        const auto last = dots == std::string_view::npos ? first : number(value.substr(dots + 2));
        out.first = first.value_or(0);
        out.last = last.value_or(0);
        return first && last && *first <= *last;
    }
    if (name == "--buyer") {
        const auto one = buyer_named(value);
        out.buyers.assign(std::begin(all_buyers), std::end(all_buyers));
        if (one) {
            out.buyers.assign(1, *one);
        }
        return one || value == "all";
    }
    if (name == "--without") {
        const auto rule = rule_named(value);
        if (rule) {
            out.without.push_back(*rule);
        }
        return rule.has_value();
    }
    const auto count = number(value);
    if (name == "--jobs" && count && *count >= 1 && *count <= 1024) {
        out.jobs = static_cast<unsigned>(*count);
        return true;
    }
    if (name == "--story") {
        out.story = count;
        return count.has_value();
    }
    return false;
}

std::optional<arguments> read(int count, char** texts)
{
    arguments out;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = texts[i];
        if (name == "--hits") {
            out.hits = true;
        } else if (i + 1 == count || !take(out, name, texts[++i])) {
            return std::nullopt;
        }
    }
    return out;
}

void print_findings(const findings& what)
{
    std::cout << "  orders " << what.orders << ", served " << what.served << ", ended as ambiguous "
              << what.ambiguous << ", died with their process " << what.died << '\n'
              << "  units bought " << what.bought << ", twice for one order " << what.bought_twice
              << ", never had by anybody " << what.never_kept << " for " << what.never_kept_ms / 1000
              << " s (the provider's doing: " << what.excused << ", of which surplus " << what.surplus
              << " for " << what.surplus_ms / 1000 << " s)\n"
              << "  leaked " << what.leaked << " for " << what.leaked_ms / 1000
              << " s until the end (of processes that died: " << what.leaked_by_crash << ")\n"
              << "  broken promises " << what.broken() << ": kept twice " << what.kept_twice
              << ", wrong count " << what.wrong_count << ", never bought " << what.never_bought
              << ", touched " << what.touched << ", pulled " << what.pulled << ", cap passed "
              << what.cap_passed << ", never ended " << what.never_ended << ", beyond what was wanted "
              << what.beyond_wanted << ", left behind " << what.left << ", restless " << what.restless
              << ", too early " << what.too_early << ", token twice " << what.token_twice
              << ", started twice " << what.started_twice << ", left composing " << what.left_composing
              << ", told wrongly " << what.told_wrongly << '\n'
              << "  compositions " << what.compositions << " by " << what.starts
              << " starts, ended as ambiguous " << what.starts_ambiguous << '\n';
    if (what.shared != 0) {
        std::cout << "  shared attempts " << what.shared << ", split " << what.splits << "; units taken warm "
                  << what.taken_warm << ", used again " << what.reused << ", expired " << what.expired
                  << ", evicted " << what.evicted << '\n';
    }
}

void print_hits(const tally& hits)
{
    for (std::size_t what = 0; what != fault_count; ++what) {
        std::string line;
        for (std::size_t where = 0; where != place_count; ++where) {
            if (can_hit(static_cast<fault>(what), static_cast<place>(where))) {
                line += "  " + std::string(to_string(static_cast<place>(where))) + ' ' +
                        std::to_string(hits.hits(static_cast<fault>(what), static_cast<place>(where)));
            }
        }
        if (!line.empty()) {
            std::cout << "  " << std::left << std::setw(18) << to_string(static_cast<fault>(what)) << line
                      << '\n';
        }
    }
}

bool tell(std::uint64_t seed, const contestant& who)
{
    const outcome_of_seed what = run_seed(seed, who, true);
    std::cout << what.text << "seed " << seed << ", trace " << std::hex << what.trace << std::dec
              << (what.endless ? ", did not come to rest" : "") << '\n';
    print_findings(what.found);
    return what.well();
}

bool run(const arguments& wanted, const contestant& who)
{
    const std::clock_t begun = std::clock();
    const campaign_result all = run_seeds(wanted.first, wanted.last, who, wanted.jobs);
    const double spent = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    std::cout << to_string(who.kind) << ", seeds " << wanted.first << ".." << wanted.last << ": "
              << all.exchanges << " exchanges, " << all.hits.total() << " faults (at least "
              << all.fewest_faults << " faults and " << all.fewest_orders << " orders a seed), trace "
              << std::hex << all.trace << std::dec << ", " << spent * 1000 / static_cast<double>(all.seeds)
              << " ms of processor time a seed\n";
    print_findings(all.found);
    if (wanted.hits) {
        print_hits(all.hits);
    }
    constexpr std::size_t most_shown = 100;
    std::size_t shown = 0;
    for (const auto& [seed, why] : all.failed) {
        if (++shown > most_shown) {
            std::cout << "  and " << all.failed.size() - most_shown << " more\n";
            break;
        }
        std::cout << "  failed: seed " << seed << ": " << why << '\n';
    }
    if (!all.failed.empty()) {
        tell(all.failed.begin()->first, who);
    }
    return all.failed.empty();
}

} // namespace

int main(int count, char** texts)
{
    const auto wanted = read(count, texts);
    if (!wanted) {
        std::cerr << usage;
        return 2;
    }
    bool well = true;
    for (contestant each : wanted->buyers) {
        for (const safety_rule& rule : wanted->without) {
            each.rules.*rule.flag = false;
        }
        well = (wanted->story ? tell(*wanted->story, each) : run(*wanted, each)) && well;
    }
    return well ? 0 : 1;
}
