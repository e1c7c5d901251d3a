// The compositions that this process has started, and which of them an event is about.
#pragma once

#include "api/composition_command.hpp"
#include "events/composition_facts.hpp"
#include "events/queued_operation.hpp"

#include <videosdk/event.hpp>
#include <videosdk/scheduler.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace videosdk::inline v0::events {

using command_ptr = std::shared_ptr<const composition_command>;

/// One composition, from the moment its start is sent. Shared with its handle and with those who wait.
class composition_life {
public:
    explicit composition_life(command_ptr its_start) : start(std::move(its_start)) {}

    /// From any thread.
    composition_facts facts() const
    {
        const std::lock_guard lock(mutex_);
        return facts_;
    }
    void answered(const started_composition& what)
    {
        const std::lock_guard lock(mutex_);
        facts_.answered(what);
    }
    bool learn(const event& what)
    {
        const std::lock_guard lock(mutex_);
        return facts_.learn(what);
    }

    const command_ptr start;

    // On the hub's executor.
    operation_list waiting;
    std::string id;           ///< Empty while its start is not answered.
    std::string unit_token;   ///< Of its resource's webhook URL, where who started it knew that.
    std::string session_id;   ///< Empty while nothing that names the composition has told it.
    std::vector<event> early; ///< Events that name a composition nobody knew yet: perhaps this one.

private:
    friend class composition_lives;

    mutable std::mutex mutex_;
    composition_facts facts_;
    std::list<std::shared_ptr<composition_life>>::iterator place_;
    std::multimap<scheduler::time_point, composition_life*>::iterator leaving_place_;
    bool leaving_ = false; // at that place
    bool listed_ = false;
    bool in_room_ = false; // an event without an id may be about it
    bool freed_ = false;   // its unit is
};

using life_ptr = std::shared_ptr<composition_life>;

/// Pure, but for the handles' copies. Bounded: beyond the limit the oldest without a handle go.
class composition_lives {
public:
    using time_point = scheduler::time_point;
    /// The correlation token of a resource; empty where it is not known.
    using token_reader = std::function<std::string_view(const std::string& resource_id)>;

    /// How long after its end a composition still counts among those that an event without an id may be
    /// about: webhooks are repeated, …
    static constexpr std::chrono::minutes repeated_within{1};
    /// … and where no webhook has told the end, that one may come late.
    static constexpr std::chrono::minutes late_within{10};

    explicit composition_lives(std::size_t limit) : limit_(limit) {}
    composition_lives(const composition_lives&) = delete;
    composition_lives& operator=(const composition_lives&) = delete;

    /// A start is being sent; again is no news.
    composition_life& starting(const command_ptr& start, time_point now);
    /// It has started this composition; again is no news. Learns what was heard of it before.
    life_ptr started(const command_ptr& start, const started_composition& what, time_point now);
    /// It has started nothing.
    void failed(const command_ptr& start);
    /// Whether it has started anything is not known, and nobody finds out.
    void in_doubt(const command_ptr& start, time_point now);
    /// The unit of this composition, or of all in this resource, is free again.
    void freed(std::string_view id, time_point now);
    void freed_in(std::string_view resource_id, time_point now);
    /// A webhook has told its end.
    void ended(composition_life& which, time_point now);

    /// The one that an event about a composition is certainly about; nullptr where there is none, or where it
    /// may be about several.
    life_ptr about(const event& what, const token_reader& token_of, time_point now);

    std::size_t size() const noexcept { return all_.size(); }
    template <class Function>
    void for_each(Function visit)
    {
        for (const life_ptr& each : all_) {
            visit(*each);
        }
    }
    void clear() noexcept;

private:
    using index = std::unordered_multimap<std::string_view, composition_life*>; // keys live in the lives

    composition_life& add(const command_ptr& start);
    void remove(composition_life& which);
    void leave_room(composition_life& which);
    void leave_at(composition_life& which, time_point when);
    void stay(composition_life& which) noexcept;
    void make_room_for(const composition_life& added);
    void forget_until(time_point now);
    void freed(composition_life& which, time_point now);
    void freed_but(const composition_life* runs, std::string_view resource_id, time_point now);
    void keep_early(const event& what);
    static std::string_view token_expected_of(const composition_life& which, const token_reader& token_of);
    life_ptr only_one_in_room(const event& what, const token_reader& token_of);

    std::size_t limit_;
    std::list<life_ptr> all_; // the oldest first
    std::unordered_map<const composition_command*, composition_life*> unanswered_;
    std::unordered_map<std::string_view, composition_life*> by_id_; // keys live in the lives
    index by_resource_;
    index rooms_;
    std::multimap<time_point, composition_life*> leaving_; // at most once each
};

} // namespace videosdk::inline v0::events
