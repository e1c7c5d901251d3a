// An ownership's store in Redis. Of the component redis of the package.
#pragma once

#include <videosdk/ownership_store.hpp>
#include <videosdk/redis_options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace videosdk::inline v0 {

namespace redis {
class connection;
}

/// Each step is one script, or one command, in one Redis. All keys begin with `{prefix}:{ownership}:`, the
/// braces of the second part included, so that a cluster keeps them in one place; deployments with different
/// owners have different prefixes. What is known of a boot is remembered for 30 days after it was last heard
/// of.
///
/// What Redis has answered must not be forgotten, or else a unit may be given to two: a replica that is
/// promoted without the last writes of its master forgets. Lost heartbeats alone do no harm.
///
///     auto store = std::make_shared<videosdk::redis_ownership_store>(executor, options);
///     videosdk::ownership owner(client, store);
///
/// Its functions throw error: what the connection failed with (redis_options has its time limits),
/// errc::unexpected_response where Redis answers otherwise than the script does, errc::closed when the object
/// or the executor's context is gone. Cancelling ends the wait; a step that was written may be done.
///
/// Any function may be awaited from any thread and executor. Not thread-safe: destroying the object, which
/// ends calls under way with errc::closed. Once asked, it keeps its executor busy until it is destroyed, as
/// it is by ownership::stop() where nobody else keeps it.
class VIDEOSDK_DECL redis_ownership_store final : public ownership_store {
public:
    /// Connects when it is needed, and again after a failure. Throws error: errc::invalid_argument or
    /// errc::invalid_endpoint, naming the option.
    redis_ownership_store(const asio::any_io_executor& executor, const redis_options& options);
    ~redis_ownership_store() override;
    redis_ownership_store(const redis_ownership_store&) = delete;
    redis_ownership_store& operator=(const redis_ownership_store&) = delete;

    asio::awaitable<bool> beat(std::string boot, std::chrono::nanoseconds lasts) override;
    asio::awaitable<void> leave(std::string boot) override;
    asio::awaitable<std::optional<std::uint64_t>> lock(std::string boot,
                                                       std::chrono::nanoseconds lasts) override;
    asio::awaitable<void> unlock(std::uint64_t fence) override;
    asio::awaitable<std::optional<store_sighting>> look(std::uint64_t fence, std::vector<std::string> boots,
                                                        std::vector<std::string> units) override;
    asio::awaitable<bool> bury(std::uint64_t fence, std::string boot, std::uint64_t beats) override;
    asio::awaitable<bool> claim(std::uint64_t fence, std::string unit, std::string from,
                                std::string by) override;
    asio::awaitable<std::vector<std::string>> inherited(std::string boot) override;
    asio::awaitable<bool> prune(std::uint64_t fence, std::vector<std::string> units) override;

private:
    std::shared_ptr<redis::connection> link_;
};

} // namespace videosdk::inline v0
