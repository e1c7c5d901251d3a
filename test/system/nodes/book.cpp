// Keeping the books.
#include "book.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace nodes {

std::string record::body() const
{
    const std::string id = id_of(number);
    switch (what) {
    case sort::acquire:
        return R"({"webhookType":"resource-acquired","data":{"id":")" + id + R"(","type":"recording"}})";
    case sort::release:
    case sort::release_to_all:
        return R"({"webhookType":"resource-released","data":{"id":")" + id + R"("}})";
    default:
        return R"({"webhookType":"participant-joined","data":{"meetingId":"m","participantId":")" + id +
               R"("}})";
    }
}

record& book::open()
{
    record& out = all_.emplace_back();
    out.number = all_.size() - 1;
    const std::uint64_t chance = below(100);
    out.what = chance < 50   ? sort::release
               : chance < 75 ? sort::acquire
               : chance < 87 ? sort::release_to_all
                             : sort::joining;
    out.home = static_cast<unsigned>(below(count));
    const std::uint64_t moment = below(8);
    out.when = moment == 0 ? asking::in_next_life : moment == 1 ? asking::behind : asking::before;
    return out;
}

record* book::find(std::string_view id)
{
    const auto number = number_of(id);
    return number && *number < all_.size() ? &all_[*number] : nullptr;
}

std::vector<record*> book::waiting_at(unsigned home)
{
    std::vector<std::size_t>& numbers = waiting_at_[home];
    std::erase_if(numbers, [this](std::size_t each) { return all_[each].resolved != 0; });
    std::vector<record*> out;
    for (const std::size_t each : numbers) {
        out.push_back(&all_[each]);
    }
    return out;
}

void book::on_waiting(record& which)
{
    if (!std::exchange(which.wanted, true)) {
        waiting_at_[which.home].push_back(which.number);
        ++waiting_;
    }
}

void book::on_asked(record& which, unsigned life)
{
    on_waiting(which);
    ++which.asks;
    which.resumed = 0;
    which.life_at_ask = life;
}

void book::on_taken(unsigned node, std::string_view id)
{
    if (record* const which = find(id)) {
        which->taken |= 1U << node;
    }
}

void book::on_resolved(std::string_view id)
{
    if (record* const which = find(id)) {
        if (++which->resumed >= waiters) {
            waiting_ -= which->resolved++ == 0 ? 1 : 0;
        }
    }
}

void book::on_answered(record& which)
{
    which.answered = true;
    ++answered_;
}

std::size_t book::open_events() const
{
    return static_cast<std::size_t>(
        std::count_if(all_.begin(), all_.end(), [](const record& each) { return !each.done(); }));
}

figures book::sum() const
{
    figures out;
    for (const record& each : all_) {
        ++out.events;
        out.answered += each.answered ? 1 : 0;
        out.repeated += each.posts - (each.answered ? 1 : 0);
        out.not_taken += each.answered && (each.taken & each.due()) != each.due() ? 1 : 0;
        if (each.waited_for()) {
            ++out.waits;
            out.asked_again += each.asks > 1 ? 1 : 0;
            out.unresolved += each.resolved == 0 ? 1 : 0;
            out.resolved_twice += each.resolved > 1 ? 1 : 0;
        }
        if (each.resolved != 0) {
            ++(each.told && each.what == sort::acquire  ? out.acquires_by_provider
               : each.told                              ? out.releases_by_provider
               : each.life_at_first != each.life_at_ask ? out.by_bus_later
                                                        : out.by_bus);
        }
    }
    return out;
}

std::ostream& operator<<(std::ostream& out, const figures& value)
{
    return out << value.events << " events, answered 2xx " << value.answered << ", posts repeated "
               << value.repeated << ", answered and not taken " << value.not_taken << "; waits "
               << value.waits << ", asked again in a later life " << value.asked_again
               << ", ended by the bus " << value.by_bus << ", by the bus in a later life "
               << value.by_bus_later << ", by the provider "
               << value.acquires_by_provider + value.releases_by_provider << " (releases "
               << value.releases_by_provider << "), not ended " << value.unresolved << ", ended twice "
               << value.resolved_twice;
}

} // namespace nodes
