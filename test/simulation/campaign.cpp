// Campaigns.
#include "campaign.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

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
        failed.emplace(seed, what.broken);
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
    failed.insert(other.failed.begin(), other.failed.end());
    return *this;
}

campaign_result run_seeds(std::uint64_t first, std::uint64_t last, const contestant& who, unsigned jobs)
{
    std::vector<campaign_result> parts(std::max(jobs, 1U));
    std::atomic<std::uint64_t> next = first;
    const auto work = [&next, last, &who](campaign_result& into) {
        for (std::uint64_t seed = next++; seed <= last; seed = next++) {
            into.add(seed, run_seed(seed, who));
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
