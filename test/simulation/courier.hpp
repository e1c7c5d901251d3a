// The way of webhooks from the provider to the processes, as the weather lets it.
#pragma once

#include "process.hpp"

#include <videosdk/emulator.hpp>

#include <memory>
#include <vector>

namespace simulation {

class courier {
public:
    courier(network& net, book& truth, const std::vector<std::unique_ptr<process>>& processes);

    /// Sends everything that the provider has to send now.
    void collect();

private:
    void send(const videosdk::emulator::webhook& what);
    void carry(const videosdk::emulator::webhook& what, process& to, nanoseconds after, bool reported);
    process* process_of(life_number which) const;
    process* another_of_its_owner(const process& than) const;

    network& net_;
    book& book_;
    const std::vector<std::unique_ptr<process>>& processes_;
};

} // namespace simulation
