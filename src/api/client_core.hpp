// The shared state behind a client: what calls, waits and key fetches of one client have in common.
#pragma once

#include "api/retry_budget.hpp"
#include "api/spare_text.hpp"
#include "auth/random_source.hpp"
#include "auth/token_source.hpp"
#include "scheduler/context_service.hpp"
#include "scheduler/operation.hpp"

#include <videosdk/client.hpp>
#include <videosdk/client_options.hpp>
#include <videosdk/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace videosdk::inline v0 {

class call_base;
struct call_spec;
struct composition_command;

/// Told of commands that are about to change a resource's status, before they leave: what was known of it
/// until then counts no more; and of what compositions they start. On the client's executor.
class command_listener {
public:
    virtual void on_start_command(const std::string& resource_id) = 0;
    /// The same pointer comes again with the answer; with none, where it is not known what the start did.
    virtual void on_starting(const std::shared_ptr<const composition_command>& start) = 0;
    virtual void on_started(const std::shared_ptr<const composition_command>& start,
                            const started_composition& what) = 0;
    virtual void on_not_started(const std::shared_ptr<const composition_command>& start) = 0;
    /// Nobody will find out what it did.
    virtual void on_start_in_doubt(const std::shared_ptr<const composition_command>& start) = 0;
    virtual void on_end_command(const std::string& composition_id) = 0;

protected:
    ~command_listener() = default;
};

/// Lives on its executor; start_call and the like are called there only. Kept alive by handles and by calls
/// in flight.
class client_core final : public std::enable_shared_from_this<client_core>, private context_member {
public:
    client_core(asio::any_io_executor executor, const client_options& options);
    /// All that is left to chance, here and in the modules above, comes from `chance`.
    client_core(asio::any_io_executor executor, const client_options& options,
                std::shared_ptr<transport> carrier, std::shared_ptr<scheduler> time,
                std::shared_ptr<auth::random_source> chance = auth::system_randomness());
    ~client_core();

    /// The serial executor that everything runs on; empty after the context's shutdown.
    const asio::any_io_executor& executor() const noexcept { return executor_; }
    scheduler& time() noexcept { return *time_; }
    const std::shared_ptr<scheduler>& shared_time() const noexcept { return time_; }
    const client_options& options() const noexcept { return options_; }
    bool alive() const noexcept { return alive_; }

    /// For other modules' own GETs (hub, key store), without a coroutine: `done` is called once on the
    /// executor, as the last thing that its caller does, unless the call is cancelled or the context
    /// destroyed. The id stays valid until then.
    class internal_call {
    public:
        virtual ~internal_call() = default;
        /// Whether a byte of it may have left.
        virtual bool sent() const noexcept = 0;
    };
    using get_done = std::function<void(result<resource>)>;
    using text_done = std::function<void(result<raw_response>)>;
    std::unique_ptr<internal_call> start_get(std::string_view id, std::chrono::nanoseconds timeout,
                                             get_done done);
    /// `max_attempts` 0: as the client's calls.
    std::unique_ptr<internal_call> start_request(verb method, std::string_view path,
                                                 std::chrono::nanoseconds timeout, text_done done,
                                                 std::uint32_t max_attempts = 0);

    /// The client object is gone (or moved over): aborts every call of users; internal calls fail with
    /// errc::closed. From any thread.
    static void close_all(std::shared_ptr<client_core> core);
    void close_idle();
    /// The context is going away. Other members of it that have calls of their own say so before they abandon
    /// these, which would else look as if they had been cancelled, and be told to an observer.
    void shut_down() noexcept { context_shutdown(); }

    /// Keeps the connections working after the client object is gone, for calls that outlive it; on the
    /// executor. Each keep_open() is followed by a let_close().
    void keep_open() noexcept { ++keepers_; }
    void let_close() noexcept;

    /// From any thread; commands that begin afterwards are told.
    void add_command_listener(std::weak_ptr<command_listener> listener);

    // What calls use.
    template <class Function>
    void tell_command_listeners(Function tell)
    {
        for (const std::weak_ptr<command_listener>& each : command_listeners_) {
            if (const auto listener = each.lock()) {
                tell(*listener);
            }
        }
    }
    auth::token_source& tokens() noexcept { return tokens_; }
    retry_budget& budget() noexcept { return budget_; }
    /// The value of the Authorization header, shared by the calls that send it.
    result<std::shared_ptr<const std::string>> authorization();
    /// Whether calls may begin: neither closed nor without a context.
    bool accepting() const noexcept { return alive_ && !closed_; }
    bool accepting(const call_spec& which) const noexcept;
    /// A grant whose caller had given up, or what became of it.
    void report_unclaimed(const std::string& token, const result<std::vector<resource>>& outcome);
    transport& carrier() noexcept { return *carrier_; }
    /// Null where nobody observes; then nothing is to be filled in for it.
    observer* watcher() const noexcept { return options_.observer.get(); }
    std::uint64_t next_call_id() noexcept { return ++last_call_id_; }
    /// `/v2` unless the endpoint's path ends in it already; with the endpoint's path before it.
    const std::string& base_path() const noexcept { return base_path_; }
    const std::string& acquire_path() const noexcept { return acquire_path_; }
    /// For the bodies of acquires.
    spare_text& spare_body() noexcept { return spare_body_; }
    auth::random_source& chance() noexcept { return *chance_; } ///< From any thread.
    double random_fraction() noexcept;                          ///< In [0, 1).
    void enlist(call_base& which) noexcept;
    void delist(call_base& which) noexcept;

private:
    void context_shutdown() noexcept override;
    void abort_calls();
    void shut_down_when_unused() noexcept;

    asio::any_io_executor executor_;
    client_options options_;
    std::shared_ptr<scheduler> time_;
    std::shared_ptr<transport> carrier_;
    auth::token_source tokens_;
    retry_budget budget_;
    std::shared_ptr<const std::string> authorization_;
    std::string base_path_;
    std::string acquire_path_;
    spare_text spare_body_;
    std::shared_ptr<auth::random_source> chance_;
    std::minstd_rand fractions_; ///< Seeded by chance: a back-off needs no secret, and must not fail.
    std::vector<std::weak_ptr<command_listener>> command_listeners_;
    std::uint64_t last_call_id_ = 0; ///< Of the calls that were observed.
    call_base* first_call_ = nullptr;
    std::size_t keepers_ = 0;
    bool
        own_carrier_; ///< Made here, and shut down with the last client; others may share one that was given.
    bool alive_ = true;
    bool closed_ = false;
};

/// Lets the other modules reach the core of a client.
class client_access {
public:
    static const std::shared_ptr<client_core>& core(const client& which) noexcept { return which.core_; }
    /// A client over a core that was made otherwise than its public constructors do.
    static client make(std::shared_ptr<client_core> core) noexcept { return client(std::move(core)); }
};

} // namespace videosdk::inline v0
