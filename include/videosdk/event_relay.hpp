// How events go from one process to others, and come from them: the seam that a bus between machines fills.
#pragma once

#include <videosdk/event.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

class hub_core;

/// What became of an event that was to be passed on.
enum class relayed : std::uint8_t {
    here = 1,   ///< It is this hub's, perhaps besides others': it is published here.
    elsewhere,  ///< It is kept for another process, and no concern of this hub's.
    unavailable ///< It is not kept anywhere: the sender should send it again.
};

/// The enumerator's own name.
VIDEOSDK_DECL std::string_view to_string(relayed value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, relayed value);

/// Passes the events of webhooks on to other processes: redis_event_bus, or one of your own. A hub has at
/// most one (hub_inlet::set_relay).
class VIDEOSDK_DECL event_relay {
public:
    event_relay() = default;
    event_relay(const event_relay&) = delete;
    event_relay& operator=(const event_relay&) = delete;
    virtual ~event_relay();

    /// Asked by a webhook_receiver for each genuine webhook, and awaited before it is answered: what was
    /// passed on must be safe when this completes. `relayed::unavailable` is answered 503 with Retry-After.
    /// The event lives until the awaitable has completed; may be asked from any executor, several times at
    /// once. What it throws leaves webhook_receiver::accept().
    [[nodiscard]] virtual asio::awaitable<relayed> pass_on(const event& what) = 0;
    /// Told, on the hub's executor, that a wait has begun for a resource of which the hub knows nothing:
    /// whoever knows something publishes it, or says hub_inlet::ask_now(). Must neither wait nor throw.
    virtual void look_up(const std::string& resource_id) noexcept = 0;
};

/// The way into a hub for what does not come by its own webhooks. Copies share the hub's state, not the
/// object, and do not keep it open. From event_hub::inlet().
class VIDEOSDK_DECL hub_inlet {
public:
    /// Of no hub: closed.
    hub_inlet() noexcept;
    /// Of the same hub.
    hub_inlet(const hub_inlet&) noexcept;
    hub_inlet(hub_inlet&&) noexcept;
    /// Of the same hub from now on.
    hub_inlet& operator=(const hub_inlet&) noexcept;
    hub_inlet& operator=(hub_inlet&&) noexcept;
    ~hub_inlet();

    /// As event_hub::publish().
    [[nodiscard]] asio::awaitable<verdict> publish(event what) const;
    /// Asks the API now about this resource, or, where it is empty, about all that somebody waits for: for
    /// whoever knows that events were missed. At most event_hub_options::max_polls at once. Thread-safe; the
    /// view is copied before it returns.
    void ask_now(std::string_view resource_id = {}) const;
    /// Whom the hub's receivers ask from now on; an empty one, or one that is gone, is not asked.
    /// Thread-safe.
    void set_relay(std::weak_ptr<event_relay> relay) const;
    /// The boots that stand in the tokens of this process' webhook URLs: of the receivers and lease managers
    /// made with this hub. Thread-safe.
    std::vector<std::string> boots() const;
    /// The client's, on which the hub works: serial. Empty when its context is gone.
    asio::any_io_executor executor() const;
    /// The client's.
    std::shared_ptr<scheduler> time() const;
    /// Whether the hub takes no more events.
    bool closed() const noexcept;

private:
    friend class event_hub;
    explicit hub_inlet(std::shared_ptr<hub_core> core) noexcept;

    std::shared_ptr<hub_core> core_;
};

} // namespace videosdk::inline v0
