// How a victim lives and dies.
#include "world.hpp"

#include <utility>

namespace recovery {

world::world(std::uint64_t seed, std::size_t leases)
    : port_(loop_.executor()), provider_(loop_.executor(), seed)
{
    deployment_.endpoint = provider_.server().url();
    deployment_.ca_pem = provider_.server().ca_pem();
    deployment_.owner = "deployment";
    deployment_.port = port_.number();
    deployment_.leases = leases;
    acquire_foreign_units();
    provider_.begin_trouble();
}

/// Without a token, of another owner, and of somebody who has the owner's name and not its keys.
void world::acquire_foreign_units()
{
    acquire_for("", "");
    acquire_for("neighbour", "");
    acquire_for(deployment_.owner, "a key that is somebody else's");
    settle();
    foreign_ = provider_.live();
    for (const videosdk::resource& each : foreign_) {
        foreign_ids_.insert(each.id);
    }
}

void world::acquire_for(const std::string& owner, const std::string& token_key)
{
    videosdk::client client(loop_.executor(), client_options_of(deployment_));
    videosdk::event_hub hub(client);
    videosdk::webhook_options options = webhook_options_of(deployment_);
    std::string url = options.public_url + "/hooks";
    if (!owner.empty()) {
        options.owner = owner;
        if (!token_key.empty()) {
            options.token_keys = {token_key};
        }
        const videosdk::webhook_receiver receiver(client, hub, options);
        url = receiver.webhook_url();
    }
    const auto units = loop_.ask(
        "acquire()",
        client.acquire({.type = videosdk::resource_type::recording, .webhook_url = url, .units = 3}));
    client.close();
}

void world::settle()
{
    loop_.run_until("nothing under way", [this] { return provider_.quiet(); });
}

std::map<std::string, std::string> world::billed()
{
    std::map<std::string, std::string> units;
    for (const videosdk::resource& each : provider_.live()) {
        const std::string boot = boot_of(each, deployment_.owner);
        if (!boot.empty() && !foreign_ids_.contains(each.id)) {
            units.emplace(each.id, boot);
        }
    }
    return units;
}

std::vector<videosdk::resource> world::foreign()
{
    std::vector<videosdk::resource> units = provider_.live();
    std::erase_if(units, [this](const videosdk::resource& each) {
        return !foreign_ids_.contains(each.id) && !boot_of(each, deployment_.owner).empty();
    });
    return units;
}

test_support::process world::start_victim(const plan& how)
{
    return test_support::process(loop_.executor(), {RECOVERY_VICTIM, deployment_.endpoint, deployment_.ca_pem,
                                                    deployment_.owner, std::to_string(deployment_.port),
                                                    std::to_string(deployment_.leases),
                                                    std::to_string(how.seed()), how.heir ? "1" : "0"});
}

death world::one_life(const plan& how)
{
    death end;
    test_support::process victim = start_victim(how);
    const auto holds_all = [&] { return victim.words().size() > boot_size; };
    const auto silent = [&] { return victim.fell_silent(); };
    if (how.grown) {
        loop_.run_until("a victim that holds all", [&] { return holds_all() || silent(); });
    }
    bool killed = false;
    std::uint64_t requests = 0;
    provider_.at_request(how.kill_at, how.kill_in, [&] {
        victim.kill();
        killed = true;
        requests = provider_.requests();
    });
    loop_.run_until("the request at which the victim is killed", [&] { return killed || silent(); });
    provider_.forget();
    const std::uint64_t units = provider_.server().statistics().resources_acquired;
    end.under_way = provider_.then();
    loop_.run_until("the end of its words", silent);
    end.by_kill = victim.was_killed() && killed;
    settle();
    end.held_all = holds_all();
    end.boot = victim.words().substr(0, boot_size);
    end.afterwards = provider_.requests() - requests;
    end.units_afterwards = provider_.server().statistics().resources_acquired - units;
    return end;
}

} // namespace recovery
