// The shared state behind a redis_event_bus: passes events on, reads those of others, says that this node
// lives.
#pragma once

#include "events/room_listener.hpp"
#include "redis/connection.hpp"
#include "redis/event_entry.hpp"
#include "redis/gate.hpp"
#include "redis/script.hpp"
#include "redis/stream_place.hpp"
#include "scheduler/context_service.hpp"

#include <videosdk/event_relay.hpp>
#include <videosdk/redis_event_bus.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

/// Lives on the client's executor, but for pass_on(). Kept alive by its handle, its coroutines and receivers
/// that ask it. Two connections: a blocking XREAD would hold up whatever is written behind it.
class redis_bus_core final : public event_relay,
                             public events::room_listener,
                             public std::enable_shared_from_this<redis_bus_core>,
                             private context_member {
public:
    static std::shared_ptr<redis_bus_core> make(hub_inlet hub, const redis_bus_options& options);
    redis_bus_core(hub_inlet hub, const redis_bus_options& settings);
    ~redis_bus_core() override;

    asio::awaitable<relayed> pass_on(const event& what) override;
    void look_up(const std::string& resource_id) noexcept override;
    void on_no_room(const event& what) noexcept override;

    /// The handle is gone. From any thread.
    void abandon();
    asio::awaitable<void> close();
    asio::awaitable<result<void>> wait_connected(std::chrono::nanoseconds timeout);
    redis_bus_counts counts() const;
    bool closing() const noexcept { return closing_; } ///< From any thread.
    /// Empty after the context's shutdown. From any thread.
    asio::any_io_executor home() const { return home_; }

private:
    using core_ptr = std::shared_ptr<redis_bus_core>;
    struct stream {
        std::string key;
        std::string_view field;    ///< Of `{prefix}:at:<node>`.
        redis::stream_place place; ///< Read so far.
        redis::stream_place done;  ///< What lies before it was taken by the hub: kept for the next life.
    };
    struct batch;

    void context_shutdown() noexcept override;
    void begin();
    void on_ended(const std::exception_ptr& failure);
    void end_waiting();
    void tell(const redis_notice& what) const noexcept;
    std::string key(std::string_view kind, std::string_view name) const;
    /// Of which a reply has room for one of each stream.
    std::size_t largest_entry() const noexcept { return options_.redis.max_reply / 2 - 2048; }

    // Passing on: bus_passing.cpp.
    static asio::awaitable<relayed> pass(core_ptr self, const event& what);
    redis::command passing_command(const event& what, bool whole) const;
    bool is_ours(const event& what) const;
    relayed not_passed_on(const error& why, bool ours);
    static asio::awaitable<void> look(core_ptr self, std::string resource_id);

    // Living: bus_living.cpp.
    static asio::awaitable<void> live_on(core_ptr self);
    static asio::awaitable<result<void>> beat(core_ptr self);
    static asio::awaitable<void> leave(core_ptr self);
    static asio::awaitable<void> close_at_home(core_ptr self);
    static asio::awaitable<result<void>> keep_places(core_ptr self);
    static asio::awaitable<void> keep_on(core_ptr self);

    // Reading: bus_reading.cpp.
    static asio::awaitable<void> read_on(core_ptr self);
    static asio::awaitable<result<void>> take_places(core_ptr self);
    static asio::awaitable<result<void>> find_place(core_ptr self, stream& which, bool at_end);
    static asio::awaitable<void> skip_oversized(core_ptr self, stream& which);
    redis::command next_read() const;
    static asio::awaitable<void> until_delivered(core_ptr self);
    void begin_delivery(const redis::reply& answer);
    static asio::awaitable<void> deliver(core_ptr self, std::vector<event> news);
    std::vector<event> take_entries(const redis::reply& answer);
    void take_entry(stream& which, const redis::reply& element, std::vector<event>& news);
    void on_reading();
    void on_not_reading(const error& why);

    // Offering to handlers: bus_delivering.cpp.
    static asio::awaitable<bool> offer_all(core_ptr self, std::vector<event> news);
    static asio::awaitable<std::vector<event>> offer_once(core_ptr self, std::vector<event> news);
    static asio::awaitable<std::shared_ptr<batch>> publish_all(core_ptr self, std::vector<event> news);
    static asio::awaitable<void> publish_one(core_ptr self, std::shared_ptr<batch> which, std::size_t index);
    void drop_delivery() noexcept;

    hub_inlet hub_;
    const redis_bus_options options_;
    asio::any_io_executor home_;
    std::shared_ptr<scheduler> time_;
    const std::string life_; ///< The random id of this bus' life.
    std::shared_ptr<redis::connection> commands_;
    std::shared_ptr<redis::connection> reader_;
    stream to_me_;
    stream to_all_;
    redis::gate connected_;
    redis::gate reading_pause_;
    redis::gate living_pause_;
    redis::gate reading_over_;
    redis::gate delivered_;        ///< Shut while events are offered to handlers.
    std::uint64_t reading_by_ = 0; ///< The number of the reader's connection.
    const std::size_t usually_at_once_;
    std::size_t at_once_;               ///< Entries asked for of each stream.
    std::shared_ptr<batch> delivering_; ///< While it waits.
    std::optional<error> last_failure_;
    redis_bus_counts counts_; ///< But for those below.
    std::atomic<std::uint64_t> passed_to_one_{0};
    std::atomic<std::uint64_t> passed_to_all_{0};
    std::atomic<std::uint64_t> kept_{0};
    std::atomic<std::uint64_t> not_passed_on_{0};
    std::atomic<std::uint64_t> here_only_{0};
    std::atomic<bool> closing_{false};
    bool placed_ = false;      ///< Places were found in this life.
    bool was_reading_ = false; ///< Connected once, or told that it is not.
    bool beaten_ = false;      ///< This life has said that it lives.
    bool unkept_ = false;      ///< Places have moved since they were kept.
    bool keeping_ = false;     ///< They are being kept.
};

} // namespace videosdk::inline v0
