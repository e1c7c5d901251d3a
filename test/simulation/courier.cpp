// The courier.
#include "courier.hpp"

namespace simulation {

using videosdk::emulator::webhook;

courier::courier(network& net, book& truth, const std::vector<std::unique_ptr<process>>& processes)
    : net_(net), book_(truth), processes_(processes)
{
}

void courier::collect()
{
    for (const webhook& each : net_.service.advance()) {
        send(each);
    }
}

process* courier::process_of(life_number which) const
{
    for (const auto& each : processes_) {
        if (each->has_been(which)) {
            return each.get();
        }
    }
    return nullptr;
}

process* courier::another_of_its_owner(const process& than) const
{
    for (const auto& each : processes_) {
        if (each.get() != &than && each->owner() == than.owner() && each->up()) {
            return each.get();
        }
    }
    return nullptr;
}

void courier::send(const webhook& what)
{
    const std::string_view id = field_of(what.body, "\"id\"");
    const composition_record* const ran = book_.find_composition(id);
    const unit_record* const about = book_.find(ran != nullptr ? std::string_view(ran->unit) : id);
    // Who names an order in the URL listens to nothing.
    process* const to = about == nullptr || about->bought_for != 0 ? nullptr : process_of(about->buyer);
    if (to == nullptr) {
        net_.service.delivered(what.id, true); // not for us
        return;
    }
    const place kind = ran != nullptr                                             ? place::composition_event
                       : what.body.find("resource-acquired") != std::string::npos ? place::ready_event
                                                                                  : place::released_event;
    fault fate = net_.conditions.of_hook();
    process* const other = another_of_its_owner(*to);
    if (fate == fault::hook_misrouted && other == nullptr) {
        fate = fault::none;
    }
    if (fate != fault::none) {
        net_.hits.count(fate, kind);
        net_.told.tell(net_.time.now, "the webhook ", what.id, ": ", to_string(fate));
    }
    const nanoseconds soon = net_.conditions.latency();
    switch (fate) {
    case fault::hook_lost:
        return net_.service.delivered(what.id, false);
    case fault::hook_swallowed:
        return net_.service.delivered(what.id, true);
    case fault::hook_repeated:
        carry(what, *to, net_.conditions.hook_delay(), false);
        return carry(what, *to, soon, true);
    case fault::hook_delayed:
        return carry(what, *to, net_.conditions.hook_delay(), true);
    case fault::hook_misrouted:
        return carry(what, *other, soon, true);
    default:
        return carry(what, *to, soon, true);
    }
}

void courier::carry(const webhook& what, process& to, nanoseconds after, bool reported)
{
    net_.planned.at(net_.time.now + after, [this, what, &to, reported] {
        if (to.up()) {
            net_.told.tell(net_.time.now, "the webhook ", what.id, " reaches life ", to.life());
            to.take_hook(what, reported);
        } else if (reported) {
            net_.service.delivered(what.id, false);
        }
    });
}

} // namespace simulation
