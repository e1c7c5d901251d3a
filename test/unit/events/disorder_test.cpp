// Events late, repeated, lost and out of order, answers late and failing: no wait ends falsely, each ends
// once.
#include "hub_world.hpp"

#include <algorithm>
#include <deque>
#include <random>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

namespace {

/// One resource as it really is.
struct real_resource {
    std::string id;
    resource_status status = pending;
    std::string composition;
    std::vector<resource_status> since_command{pending}; // what it was since the last command, in order
    int compositions = 0;
};

struct open_wait {
    std::string id;
    resource_status wanted = pending;
    bool checked = false;
    wait_outcome out;
};

/// A provider whose events and answers take any time and any order.
class disorder : public hub_world {
public:
    explicit disorder(unsigned seed) : random_(seed)
    {
        for (int i = 0; i != 4; ++i) {
            real_resource& fresh = real_.emplace_back();
            fresh.id = "r" + std::to_string(i);
        }
    }

    void step()
    {
        switch (pick(9)) {
        case 0:
        case 1:
            return act(real_[pick(real_.size())]);
        case 2:
        case 3:
            return deliver();
        case 4:
        case 5:
            return begin_wait();
        case 6:
            return look();
        case 7:
            return answer_something();
        default:
            return advance(std::chrono::milliseconds(pick(5000)));
        }
    }

    /// The world comes to rest: every event arrives, every question is answered.
    void settle()
    {
        while (!events_.empty()) {
            deliver();
        }
        for (int i = 0; i != 500; ++i) {
            look();
            while (!api->asked().empty()) {
                look();
                answer_something();
            }
            advance(60s);
        }
    }

    /// What waits were told is true.
    void check()
    {
        for (open_wait& each : waits_) {
            if (each.out.open() || each.checked) {
                continue;
            }
            each.checked = true;
            BOOST_TEST_REQUIRE(each.out.times == 1);
            const real_resource& truth = of(each.id);
            BOOST_TEST_CONTEXT(each.id << " wanted " << each.wanted << ", is " << truth.status << "; "
                                       << each.out.what())
            {
                check(each, truth);
            }
        }
    }

    bool all_ended() const
    {
        return std::all_of(waits_.begin(), waits_.end(),
                           [](const open_wait& each) { return !each.out.open(); });
    }
    std::size_t resolved() const
    {
        return static_cast<std::size_t>(
            std::count_if(waits_.begin(), waits_.end(), [](const open_wait& each) { return each.out.ok(); }));
    }

private:
    std::size_t pick(std::size_t below)
    {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
    }

    real_resource& of(std::string_view id)
    {
        return *std::find_if(real_.begin(), real_.end(), [id](const auto& each) { return each.id == id; });
    }

    void check(const open_wait& each, const real_resource& truth)
    {
        if (each.out.ok()) {
            BOOST_TEST_REQUIRE((*each.out.value)->status == each.wanted);
            // True at some moment since the last command that was announced.
            BOOST_TEST_REQUIRE(
                std::count(truth.since_command.begin(), truth.since_command.end(), each.wanted) != 0);
        } else if (each.out.code() == errc::status_unreachable) {
            const bool passed = each.wanted == pending && truth.status != pending;
            BOOST_TEST_REQUIRE((truth.status == released || passed));
        } else {
            BOOST_TEST_REQUIRE(each.out.code() == errc::wait_timeout);
        }
    }

    void become(real_resource& which, resource_status status, bool commanded)
    {
        if (commanded) {
            at_home([&] { hub->expect_change(which.id, which.composition); });
            which.since_command.clear();
        }
        which.status = status;
        which.since_command.push_back(status);
    }

    /// The provider, or a command of ours, takes the resource one step further.
    void act(real_resource& which)
    {
        if (which.status == pending) {
            become(which, idle, false);
            happen(event_of(event_type::resource_acquired, which.id));
        } else if (which.status == idle && pick(8) == 0) {
            become(which, released, true);
            happen(event_of(event_type::resource_released, which.id));
        } else if (which.status == idle) {
            which.composition = which.id + "c" + std::to_string(which.compositions++);
            become(which, composing, true);
            happen(composition_event(event_type::recording_starting, which.composition));
            happen(composition_event(event_type::recording_started, pick(2) == 0 ? which.composition : ""));
        } else if (which.status == composing) {
            become(which, idle, true);
            happen(composition_event(event_type::recording_stopped, pick(2) == 0 ? which.composition : ""));
        }
    }

    void happen(event what)
    {
        if (pick(5) != 0) { // else it is lost
            events_.push_back(std::move(what));
        }
    }

    void deliver()
    {
        if (events_.empty()) {
            return;
        }
        const auto which = events_.begin() + static_cast<std::ptrdiff_t>(pick(events_.size()));
        const event what = *which;
        if (pick(3) != 0) { // else it comes again
            events_.erase(which);
        }
        publish(what);
    }

    void begin_wait()
    {
        constexpr std::array statuses{pending, idle, composing, released};
        open_wait& fresh = waits_.emplace_back();
        fresh.id = real_[pick(real_.size())].id;
        fresh.wanted = statuses[pick(statuses.size())];
        wait(fresh.out, fresh.id, fresh.wanted, std::chrono::seconds(1 + pick(100)));
    }

    /// The API looks at one resource that it was asked about; the answer is on its way from then on.
    void look()
    {
        for (const std::string& path : api->asked()) {
            const std::string id = path.substr(path.rfind('/') + 1);
            const bool seen =
                std::any_of(seen_.begin(), seen_.end(), [&](const auto& each) { return each.first == id; });
            if (!seen) {
                const real_resource& truth = of(id);
                const bool runs = truth.status == composing;
                seen_.emplace_back(
                    id, unit_json(id, to_string(truth.status), runs ? "\"" + truth.composition + "\"" : ""));
                return;
            }
        }
    }

    void answer_something()
    {
        if (seen_.empty()) {
            return;
        }
        const std::pair<std::string, std::string> next = seen_.front();
        seen_.pop_front();
        const unsigned status = pick(6) == 0 ? 500 : 200;
        // A question that was given up meanwhile is answered to nobody.
        at_home([&] { api->answer("/" + next.first, status, status == 200 ? next.second : "{}"); });
    }

    std::mt19937 random_;
    std::deque<real_resource> real_;
    std::deque<open_wait> waits_;
    std::vector<event> events_;
    std::deque<std::pair<std::string, std::string>> seen_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(disorder_suite)

BOOST_AUTO_TEST_CASE(no_wait_ends_falsely_and_each_ends_once)
{
    std::size_t resolved = 0;
    for (unsigned seed = 1; seed != 61; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed)
        {
            disorder world(seed);
            for (int i = 0; i != 250; ++i) {
                world.step();
                world.check();
            }
            world.settle();
            world.check();
            BOOST_TEST(world.all_ended());
            BOOST_TEST(world.time->armed() == 0U);
            resolved += world.resolved();
        }
    }
    BOOST_TEST(resolved > 500U); // the test has something to say
}

BOOST_AUTO_TEST_SUITE_END()
