// Contender: the lease manager, sharing requests or not, against the emulator. Acquires so many units, each a
// lease of its own that is looked at, gives all of them back, and begins again: the two are measured apart.
#include "acquire.hpp"
#include "gate.hpp"
#include "leases_options.hpp"
#include "spans.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <malloc.h>

namespace {

namespace asio = boost::asio;

class contender {
public:
    explicit contender(const bench::leases_options& options)
        : options_(options),
          client_(io_.get_executor(), client_options(options)),
          hub_(client_, hub_options(options)),
          receiver_(client_, hub_, webhook_options()),
          manager_(client_, hub_, receiver_, manager_options(options))
    {
    }

    std::string run()
    {
        spawn_workers([this] { return acquire_on_and_on(); });
        io_.poll(); // they stand at the gate
        if (options_.warm_up != 0) {
            acquire_all(options_.warm_up);
            release_all();
        }
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(options_.seconds);
        while (options_.units != 0 ? acquired_ < options_.units : std::chrono::steady_clock::now() < until) {
            const std::uint64_t rest = options_.units != 0 ? options_.units - acquired_ : options_.cycle;
            const std::uint64_t now = std::min(rest, options_.cycle);
            acquiring_.begin();
            acquire_all(now);
            acquiring_.end();
            acquired_ += now;
            look_for_repetitions();
            std::this_thread::sleep_for(options_.rest); // until the last of them is idle
            releasing_.begin();
            release_all();
            releasing_.end();
        }
        counts_before_the_end();
        return line();
    }

private:
    static videosdk::client_options client_options(const bench::leases_options& options)
    {
        videosdk::client_options chosen = bench::client_options_for(options.url);
        chosen.tls.ca_file = options.ca_file;
        chosen.pool.max_connections = options.connections;
        chosen.serial_executor = true;
        return chosen;
    }
    /// Remembers the units of one cycle, so that memory is flat: it would grow to a million of them.
    static videosdk::event_hub_options hub_options(const bench::leases_options& options)
    {
        videosdk::event_hub_options chosen;
        chosen.max_facts = std::max(options.cycle, options.warm_up);
        return chosen;
    }
    static videosdk::webhook_options webhook_options()
    {
        videosdk::webhook_options chosen;
        chosen.public_url = bench::webhook_url;
        return chosen;
    }
    static videosdk::lease_manager_options manager_options(const bench::leases_options& options)
    {
        videosdk::lease_manager_options chosen;
        chosen.max_units = std::max(options.cycle, options.warm_up) + options.in_flight;
        chosen.reconcile_horizon = std::chrono::seconds(1); // units that are gone are kept in mind as long
        chosen.coalesce = options.coalesce;
        chosen.max_batch = options.max_batch;
        chosen.max_in_flight = options.max_in_flight;
        return chosen;
    }

    /// Workers, until `ended` has been called for each. Throws what one of them threw.
    void run_workers()
    {
        running_ = options_.in_flight;
        io_.restart();
        io_.run();
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
    }
    void ended(const std::exception_ptr& failure)
    {
        thrown_ = thrown_ ? thrown_ : failure;
        if (--running_ == 0 || failure) {
            io_.stop(); // the connections that are kept open would keep it running
        }
    }
    void spawn_workers(const std::function<asio::awaitable<void>()>& work)
    {
        for (std::uint64_t i = 0; i < options_.in_flight; ++i) {
            asio::co_spawn(io_, work(), [this](const std::exception_ptr& failure) { ended(failure); });
        }
    }

    [[gnu::noinline]] void acquire_all(std::uint64_t units) // so that a profiler can look at it alone
    {
        leases_.reserve(units);
        wanted_ = units;
        asio::post(io_, [this] { next_cycle_.open(); });
        run_workers();
    }

    /// Spawned once, and not for each cycle: that the caller spawns is no part of an acquire.
    asio::awaitable<void> acquire_on_and_on()
    {
        for (;;) {
            co_await next_cycle_.stand();
            while (wanted_ != 0) {
                --wanted_;
                videosdk::lease unit = co_await manager_.acquire({.type = bench::acquired_type});
                if (!is_as_expected(unit.unit())) {
                    std::ostringstream what;
                    what << "not a fresh unit with a webhook URL of ours: " << unit.unit();
                    throw std::runtime_error(what.str());
                }
                leases_.push_back(std::move(unit));
            }
            ended({});
        }
    }

    /// Id, status, type, and the webhook URL as far as it is the same for all units of this process.
    bool is_as_expected(const videosdk::resource& unit) const
    {
        constexpr std::size_t id_size = 24;
        const bool fresh = unit.status == videosdk::resource_status::pending ||
                           unit.status == videosdk::resource_status::idle;
        return unit.id.size() == id_size && fresh && unit.type == bench::acquired_type &&
               unit.webhook_url.size() == url_size_ && unit.webhook_url.starts_with(url_start_);
    }

    /// No unit twice: outside of what is measured.
    void look_for_repetitions()
    {
        std::vector<std::string> ids;
        for (const videosdk::lease& each : leases_) {
            ids.push_back(each.id());
        }
        std::sort(ids.begin(), ids.end());
        if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) {
            throw std::runtime_error("a unit was handed out twice");
        }
    }

    void release_all()
    {
        spawn_workers([this] { return release_on_and_on(); });
        run_workers();
    }

    asio::awaitable<void> release_on_and_on()
    {
        while (!leases_.empty()) {
            videosdk::lease unit = std::move(leases_.back());
            leases_.pop_back();
            co_await unit.release();
        }
    }

    void counts_before_the_end()
    {
        io_.restart();
        asio::co_spawn(
            io_,
            [this]() -> asio::awaitable<void> {
                counts_ = co_await manager_.counts();
                io_.stop();
            },
            asio::detached);
        io_.run();
        if (counts_.held != 0 || counts_.lost != 0 || counts_.surplus != 0 ||
            counts_.granted != acquired_ + options_.warm_up) {
            std::ostringstream what;
            what << "units are missing or left: " << counts_;
            throw std::runtime_error(what.str());
        }
    }

    std::string line() const
    {
        std::ostringstream out;
        out << R"({"calls":)" << acquired_ << R"(,"seconds":)" << acquiring_.seconds() << R"(,"cpu_seconds":)"
            << acquiring_.cpu_seconds() << R"(,"system_seconds":)" << acquiring_.system_seconds();
        acquiring_.write_counted(out);
        out << R"(,"attempts":)" << counts_.attempts << R"(,"largest_attempt":)" << counts_.largest_attempt
            << R"(,"release_seconds":)" << releasing_.seconds() << R"(,"release_cpu_seconds":)"
            << releasing_.cpu_seconds() << R"(,"release_calls":)" << counts_.release_calls
            << R"(,"largest_release":)" << counts_.largest_release << "}";
        return out.str();
    }

    const bench::leases_options options_;
    asio::io_context io_{1};
    videosdk::client client_;
    videosdk::event_hub hub_;
    videosdk::webhook_receiver receiver_;
    videosdk::lease_manager manager_;
    const std::string url_start_ =
        std::string(bench::webhook_url) + "/videosdk/v1-" + manager_.boot() + "-"; ///< Owner, version, boot.
    const std::size_t url_size_ = url_start_.rfind('/') + 1 + 82; ///< With a token's characters.
    std::vector<videosdk::lease> leases_;
    bench::gate next_cycle_{options_.in_flight}; ///< Where those stand who acquire.
    std::uint64_t running_ = 0;                  ///< Workers of this cycle.
    std::exception_ptr thrown_;
    std::uint64_t wanted_ = 0;   ///< Acquires that are still to be made in this cycle.
    std::uint64_t acquired_ = 0; ///< Without the warm-up.
    bench::spans acquiring_, releasing_;
    videosdk::lease_counts counts_;
};

/// What a cycle gives back is not asked of the kernel again by the next one: in a server it would not come
/// back all at once.
void keep_freed_memory()
{
    if (mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max()) != 1 || mallopt(M_MMAP_MAX, 0) != 1) {
        throw std::runtime_error("the C library's malloc takes no options");
    }
}

} // namespace

int main(int count, char** words)
{
    try {
        keep_freed_memory();
        contender ours((bench::leases_options(count, words)));
        std::cout << ours.run() << std::endl;
        std::_Exit(EXIT_SUCCESS); // all is given back
    } catch (const std::invalid_argument& wrong) {
        std::cerr << words[0] << " " << wrong.what() << "\nusage: " << words[0] << " "
                  << bench::leases_options::usage << "\n";
    } catch (const std::exception& failure) {
        std::cerr << words[0] << ": " << failure.what() << "\n";
    }
    return EXIT_FAILURE;
}
