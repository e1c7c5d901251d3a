// Campaigns.
#include "campaign.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace simulation {

void campaign_result::add(std::uint64_t seed, const outcome_of_seed& what)
{
    found += what.found;
    hits += what.hits;
    ++seeds;
    steps += what.steps;
    exchanges += what.exchanges;
    trace += scrambled(what.trace ^ scrambled(seed));
    fewest_orders = std::min(fewest_orders, what.found.orders);
    fewest_faults = std::min(fewest_faults, what.hits.total());
    if (!what.well()) {
        failed.push_back(seed);
    }
}

campaign_result& campaign_result::operator+=(const campaign_result& other)
{
    found += other.found;
    hits += other.hits;
    seeds += other.seeds;
    steps += other.steps;
    exchanges += other.exchanges;
    trace += other.trace;
    fewest_orders = std::min(fewest_orders, other.fewest_orders);
    fewest_faults = std::min(fewest_faults, other.fewest_faults);
    failed.insert(failed.end(), other.failed.begin(), other.failed.end());
    std::sort(failed.begin(), failed.end());
    return *this;
}

campaign_result run_seeds(std::uint64_t first, std::uint64_t last, buyer_kind kind, unsigned jobs)
{
    std::vector<campaign_result> parts(std::max(jobs, 1U));
    std::atomic<std::uint64_t> next = first;
    const auto work = [&next, last, kind](campaign_result& into) {
        for (std::uint64_t seed = next++; seed <= last; seed = next++) {
            into.add(seed, run_seed(seed, kind));
        }
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        others.emplace_back(work, std::ref(parts[i]));
    }
    work(parts.front());
    for (std::thread& each : others) {
        each.join();
    }
    campaign_result all;
    for (const campaign_result& each : parts) {
        all += each;
    }
    return all;
}

} // namespace simulation
