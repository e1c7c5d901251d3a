// Slow clients of a webhook listener: bare sockets that cost this program a descriptor each and nothing else.
#pragma once

#include "system/conformance/still_time.hpp"
#include "unit/webhook/receiver_world.hpp"

#include <videosdk/webhook_listener.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace slow_tests {

/// Raises this program's limit of descriptors as far as it goes; false when that is not as far as `wanted`.
bool allow_descriptors(std::size_t wanted);
/// The limit, for messages.
std::size_t descriptor_limit();

/// A receiver that knows the provider's key, its listener with the limits of production, and its time, which
/// stands still.
struct world : receiver_world {
    world();

    void run_until(const std::function<bool()>& done);
    /// Runs what is ready, until nothing is.
    void settle();
    void pass(std::chrono::nanoseconds by);
    std::string request(std::string_view body, std::string_view signature) const;
    /// A webhook of the provider's, over a connection of its own: the status of its answer.
    std::string deliver();
    videosdk::listener_counts counts() const { return listener->counts(); }

    videosdk::listener_options limits;
    std::shared_ptr<still_time::clock> server_time;
    std::optional<videosdk::webhook_listener> listener;
};

/// Connections, open until its end.
class crowd {
public:
    explicit crowd(world& where) : where_(where) {}
    ~crowd();
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    /// Each sends these bytes and no more.
    void add(std::size_t count, std::string_view bytes);
    /// Each sends these bytes, a pipeline of requests, and reads no answer. What stands between server and
    /// client holds some twenty KiB of answers; then the server's write waits.
    void add_non_readers(std::size_t count, std::string_view bytes);
    std::size_t size() const { return handles_.size(); }

private:
    int connect(bool small_buffers);
    static void send(int handle, std::string_view bytes);

    world& where_;
    std::vector<int> handles_;
};

} // namespace slow_tests
