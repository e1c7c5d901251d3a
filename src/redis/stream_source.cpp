// Sockets to the addresses of a Redis, with TLS or without: those of the HTTP client.
#include "redis/stream_source.hpp"

#include "http/name_lookup.hpp"
#include "http/socket_watch.hpp"
#include "redis/places.hpp"

#include <utility>
#include <vector>

namespace videosdk::inline v0::redis {
namespace {

class socket_source final : public stream_source {
public:
    socket_source(const asio::any_io_executor& executor, scheduler& time, const redis_options& options)
        : watch_(std::make_shared<http::socket_watch>(executor))
    {
        for (const http::endpoint& each : places_of(options)) {
            http::stream_ground ground{
                executor, time, each, {}, 0, std::make_shared<http::name_lookup>(executor, each), watch_};
            places_.push_back({std::move(ground), each.host_and_port(),
                               each.tls ? http::make_tls_context(each, options.tls) : nullptr});
        }
    }

    std::size_t size() const noexcept override { return places_.size(); }
    const std::string& name(std::size_t address) const noexcept override { return places_[address].name; }

    std::unique_ptr<http::stream> open(std::size_t address) override
    {
        const place& which = places_[address];
        return which.tls ? http::make_tls_stream(which.ground, which.tls)
                         : http::make_plain_stream(which.ground);
    }

    void shutdown() noexcept override
    {
        for (place& each : places_) {
            each.ground.names->shutdown();
            each.ground.executor = {};
        }
        watch_->shutdown();
    }

private:
    struct place {
        http::stream_ground ground;
        std::string name;
        std::shared_ptr<http::tls_context> tls; ///< Empty where it is plain.
    };

    std::shared_ptr<http::socket_watch> watch_;
    std::vector<place> places_;
};

} // namespace

std::unique_ptr<stream_source> make_socket_source(const asio::any_io_executor& executor, scheduler& time,
                                                  const redis_options& options)
{
    return std::make_unique<socket_source>(executor, time, options);
}

} // namespace videosdk::inline v0::redis
