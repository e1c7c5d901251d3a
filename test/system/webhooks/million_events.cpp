// A million events, of which a third say what was said before, out of order, a fifth of what happened lost:
// each wait resolves exactly once, in time, and never by what is no longer true.
#include "unit/events/hub_world.hpp"

#include <deque>
#include <map>
#include <queue>
#include <random>
#include <unordered_map>
#include <vector>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

namespace {

#if defined(__OPTIMIZE__) && defined(NDEBUG)
constexpr std::uint64_t events_wanted = 1'000'000;
#else
constexpr std::uint64_t events_wanted = 100'000;
#endif

constexpr std::chrono::seconds deadline(90);
constexpr std::size_t at_once = 1'000; // resources that live at the same time

using time_point = scheduler::time_point;

/// One resource as it really is.
struct real_resource {
    std::string id;
    std::string composition;
    resource_status status = pending;
};

/// What happens later, in virtual time.
class agenda {
public:
    void add(time_point when, std::function<void()> what) { items_.push({when, order_++, std::move(what)}); }
    void run_until(time_point now)
    {
        while (!items_.empty() && items_.top().when <= now) {
            const std::function<void()> next = items_.top().what;
            items_.pop();
            next();
        }
    }

private:
    struct item {
        time_point when;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(const item& other) const noexcept
        {
            return when != other.when ? when > other.when : order > other.order;
        }
    };
    std::priority_queue<item> items_;
    std::uint64_t order_ = 0;
};

/// The API: looks when the question is half-way, answers when it is back.
class truthful_api final : public transport {
public:
    truthful_api(agenda& later, std::shared_ptr<manual_scheduler> time)
        : later_(later), time_(std::move(time))
    {
    }

    void start(exchange_operation& operation) override
    {
        const std::string target(operation.request.target);
        const std::string id = target.substr(target.rfind('/') + 1);
        const std::uint64_t number = ++asked_;
        open_.emplace(&operation, number);
        const auto latency = std::chrono::milliseconds(20 + number * 7919 % 400);
        later_.add(time_->now() + latency / 2, [this, &operation, number, id, latency] {
            const real_resource& truth = *resources.at(id);
            std::string body = unit_json(id, to_string(truth.status),
                                         truth.status == composing ? "\"" + truth.composition + "\"" : "");
            later_.add(time_->now() + latency / 2, [this, &operation, number, body = std::move(body)] {
                const auto found = open_.find(&operation);
                if (found != open_.end() && found->second == number) { // else it was given up
                    open_.erase(found);
                    operation.mark_sent(true);
                    operation.on_response(response(200, body, {}));
                }
            });
        });
    }
    void cancel(exchange_operation& operation) noexcept override { open_.erase(&operation); }
    void close_idle() noexcept override {}
    void shutdown() noexcept override { open_.clear(); }

    std::unordered_map<std::string, std::shared_ptr<const real_resource>> resources;

private:
    agenda& later_;
    std::shared_ptr<manual_scheduler> time_;
    std::unordered_map<exchange_operation*, std::uint64_t> open_;
    std::uint64_t asked_ = 0;
};

event_hub_options many_polls()
{
    event_hub_options out = hub_world::default_options();
    out.max_polls = 1'000;
    out.max_facts = 10'000; // and most of what was known is forgotten on the way
    return out;
}

class stream_of_events {
public:
    stream_of_events()
        : time_(std::make_shared<manual_scheduler>()),
          api_(std::make_shared<truthful_api>(later_, time_)),
          source_(context_.get_executor(), hub_world::client_settings(), api_, time_),
          hub_(source_, many_polls())
    {
    }

    void run()
    {
        while (published_ < events_wanted || living_ != 0) {
            while (living_ < at_once && published_ < events_wanted) {
                ++living_;
                asio::co_spawn(context_, live(*this), asio::detached);
            }
            asio::post(context_, [this] {
                time_->advance(20ms);
                later_.run_until(time_->now());
            });
            context_.restart();
            context_.poll();
        }
        hub_counts counted;
        asio::co_spawn(context_, counts_into(hub_, counted), asio::detached);
        context_.restart();
        context_.poll();
        report(counted);
    }

private:
    std::size_t pick(std::size_t below)
    {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
    }

    /// Lost with a chance of one in five, else told late, and with a chance of three in seven once more.
    void happen(const event& what)
    {
        if (pick(5) == 0) {
            ++lost_;
            return;
        }
        tell(what);
        if (pick(7) < 3) {
            ++repeated_;
            tell(what);
        }
    }
    void tell(const event& what)
    {
        ++published_;
        later_.add(time_->now() + std::chrono::milliseconds(pick(8'000)),
                   [this, what] { asio::co_spawn(context_, publish(hub_, what), asio::detached); });
    }
    static asio::awaitable<void> publish(event_hub& hub, event what)
    {
        const verdict told = co_await hub.publish(std::move(what));
        BOOST_TEST_REQUIRE((told != verdict::unavailable));
    }

    /// The resource changes a while after somebody has begun to wait for it.
    void become(const std::shared_ptr<real_resource>& which, resource_status status, std::vector<event> told)
    {
        later_.add(time_->now() + std::chrono::milliseconds(1 + pick(4'000)),
                   [this, which, status, told = std::move(told)] {
                       which->status = status;
                       for (const event& each : told) {
                           happen(each);
                       }
                   });
    }

    /// Begins to wait, and checks how that ends: once, in time, and with the truth.
    static asio::awaitable<void> expect(stream_of_events& self, std::shared_ptr<real_resource> which,
                                        resource_status wanted)
    {
        const time_point begun = self.time_->now();
        const result<resource> ended =
            co_await self.hub_.try_wait_for(which->id, wanted, {.timeout = deadline});
        ++self.resolved_;
        BOOST_TEST_REQUIRE(ended.has_value());
        BOOST_TEST_REQUIRE((ended->status == wanted));
        BOOST_TEST_REQUIRE((which->status == wanted)); // it changes again only when we say so
        BOOST_TEST_REQUIRE((self.time_->now() - begun < deadline));
    }

    static asio::awaitable<void> live(stream_of_events& self)
    {
        auto mine = std::make_shared<real_resource>();
        mine->id = "r" + std::to_string(++self.born_);
        self.api_->resources.emplace(mine->id, mine);
        self.become(mine, idle, {event_of(event_type::resource_acquired, mine->id)});
        co_await expect(self, mine, idle);
        for (int i = 0; i != 2; ++i) {
            const std::string composition = mine->id + "c" + std::to_string(i);
            self.hub_.expect_change(mine->id, composition);
            mine->composition = composition;
            std::vector<event> started;
            started.push_back(composition_event(event_type::recording_starting, composition));
            started.push_back(composition_event(event_type::recording_started, composition));
            self.become(mine, composing, std::move(started));
            co_await expect(self, mine, composing);
            self.hub_.expect_change(mine->id, composition);
            std::vector<event> stopped;
            stopped.push_back(composition_event(event_type::recording_stopping, composition));
            stopped.push_back(composition_event(event_type::recording_stopped, composition));
            self.become(mine, idle, std::move(stopped));
            co_await expect(self, mine, idle);
        }
        self.hub_.expect_change(mine->id);
        self.become(mine, released, {event_of(event_type::resource_released, mine->id)});
        co_await expect(self, mine, released);
        --self.living_;
    }

    void report(const hub_counts& counted) const
    {
        BOOST_TEST_MESSAGE(published_ << " events, " << repeated_ << " of them repetitions, " << lost_
                                      << " more lost; " << born_ << " resources, " << resolved_
                                      << " waits resolved; " << counted);
        BOOST_TEST(resolved_ == born_ * 6);
        BOOST_TEST(counted.waiting == 0U);
        BOOST_TEST(counted.timed_out == 0U);
        BOOST_TEST(counted.resolved_by_fact + counted.resolved_by_event + counted.resolved_by_poll ==
                   resolved_);
        BOOST_TEST(counted.resolved_by_poll > lost_ / 20); // what was lost was found out
        BOOST_TEST(repeated_ > published_ * 29 / 100);
        BOOST_TEST(lost_ * 4 > published_ * 65 / 100); // a fifth of what happened
    }

    asio::io_context context_;
    agenda later_;
    std::shared_ptr<manual_scheduler> time_;
    std::shared_ptr<truthful_api> api_;
    client source_;
    event_hub hub_;
    std::mt19937 random_{20'240'501};
    std::uint64_t published_ = 0;
    std::uint64_t repeated_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t born_ = 0;
    std::uint64_t resolved_ = 0;
    std::size_t living_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(million_events)

BOOST_AUTO_TEST_CASE(each_wait_resolves_once_in_time_and_truly)
{
    stream_of_events all;
    all.run();
}

BOOST_AUTO_TEST_SUITE_END()
