// The network between the processes and the provider: carries exchanges as the weather lets it.
#pragma once

#include "provider.hpp"
#include "story.hpp"
#include "weather.hpp"

#include <videosdk/transport.hpp>

#include <boost/asio/io_context.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace simulation {

/// What all processes share.
struct network {
    network(const plan& from, const world_time& its_time, agenda& its_agenda, story& log, provider& peer)
        : time(its_time), planned(its_agenda), told(log), service(peer), conditions(from, its_time, hits)
    {
    }

    const world_time& time;
    agenda& planned;
    story& told;
    provider& service;
    tally hits;
    weather conditions;
    std::uint64_t exchanges = 0;
};

/// The transport of one life of one process.
class wire final : public videosdk::transport, public std::enable_shared_from_this<wire> {
public:
    wire(network& between, life_number of, boost::asio::io_context& home, videosdk::scheduler& clock);
    ~wire() override;

    void start(videosdk::exchange_operation& operation) override;
    void cancel(videosdk::exchange_operation& operation) noexcept override;
    void close_idle() noexcept override {}
    void shutdown() noexcept override;

    /// What is in the air now.
    std::size_t in_air(place what) const noexcept { return in_air_[static_cast<std::size_t>(what)]; }

private:
    struct flight;
    using flight_ptr = std::shared_ptr<flight>;

    void on_deadline(videosdk::exchange_operation& operation) override;
    void depart(const flight_ptr& which);
    void arrive(const flight_ptr& which);
    void have_effect_later(const flight_ptr& which, nanoseconds after, excuse why);
    videosdk::emulator::reply reply_to(flight& which);
    void answer(const flight_ptr& which, nanoseconds after, videosdk::emulator::reply what);
    void fail(const flight_ptr& which, nanoseconds after, videosdk::errc code, videosdk::outcome how,
              bool reused = false);
    std::uint32_t fewer_than_asked(std::string_view body);
    videosdk::emulator::reply error_page();
    videosdk::emulator::reply refusal();
    void take(flight& which) noexcept;

    network& net_;
    const life_number life_;
    boost::asio::io_context* home_; ///< None when it is gone.
    videosdk::scheduler& clock_;
    std::vector<flight_ptr> flights_; ///< Those somebody waits for.
    std::array<std::size_t, call_count> in_air_{};
};

} // namespace simulation
