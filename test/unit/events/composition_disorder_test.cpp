// Whatever is repeated, reordered and left unnamed: a composition is told nothing that is not so.
#include "events/composition_lives.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace videosdk;
using namespace std::chrono_literals;
using events::composition_lives;
using events::life_ptr;
using time_point = composition_lives::time_point;
using status = composition_status;

namespace {

// Webhooks come at most this late, repetitions too: sooner than what has ended is forgotten.
constexpr int latest_ms = 50'000;

/// What truly became of one composition, and who follows it.
struct truth {
    std::string id;
    std::vector<std::pair<time_point, status>> steps;
    life_ptr life;

    bool reached(status which, time_point now) const
    {
        return std::any_of(steps.begin(), steps.end(),
                           [&](const auto& each) { return each.second == which && each.first <= now; });
    }
};

/// What happens when: a start, an event that comes, or a unit that is free.
struct happening {
    std::size_t whose = 0;
    events::command_ptr start;
    event what;
    bool freed = false;
};

constexpr event_type types[3][6] = {
    {event_type::recording_starting, event_type::recording_started, event_type::unknown,
     event_type::recording_stopping, event_type::recording_stopped, event_type::recording_failed},
    {event_type::hls_starting, event_type::hls_started, event_type::hls_playable, event_type::hls_stopping,
     event_type::hls_stopped, event_type::hls_failed},
    {event_type::livestream_starting, event_type::livestream_started, event_type::unknown,
     event_type::livestream_stopping, event_type::livestream_stopped, event_type::livestream_failed}};

/// Compositions in a few rooms and units, one after the other in each unit, and the disorder of their events.
class world {
public:
    explicit world(unsigned seed) : chance_(seed) {}

    void play()
    {
        for (int unit = 0; unit != 4; ++unit) {
            plan_unit("u" + std::to_string(unit), "t" + std::to_string(below(3)));
        }
        for (const auto& [when, each] : plan_) {
            happen(each, when);
            check(when);
        }
    }

    std::size_t told = 0;       ///< Events of which it was clear whom they are about.
    std::size_t not_told = 0;   ///< The others.
    std::size_t false_told = 0; ///< Statuses and files that are not so.

private:
    int below(int bound) { return static_cast<int>(chance_() % static_cast<unsigned>(bound)); }
    bool percent(int share) { return below(100) < share; }
    std::chrono::milliseconds up_to(int milliseconds)
    {
        return std::chrono::milliseconds(below(milliseconds));
    }

    void plan_unit(const std::string& unit, const std::string& token)
    {
        if (percent(50)) {
            tokens_[unit] = token; // else the hub does not know it
        }
        const int kind = below(3);
        time_point now(1h);
        for (int i = 0; i != 4; ++i) {
            now += up_to(30'000);
            now = plan_composition(unit, token, kind, now);
        }
    }

    time_point plan_composition(const std::string& unit, const std::string& token, int kind, time_point now)
    {
        const std::size_t number = all_.size();
        truth& fresh = all_.emplace_back();
        fresh.id = "c" + std::to_string(number);
        const bool named = percent(30);
        const bool at_own_url = kind == 0 && percent(20);
        composition_command command;
        command.starts_in = unit;
        command.kind = std::array{resource_type::recording, resource_type::hls,
                                  resource_type::rtmp}[static_cast<std::size_t>(kind)];
        command.room_id = "room" + std::to_string(below(2));
        command.webhook_url = at_own_url ? "https://a/b/v1-own" + std::to_string(number) : "";

        event sent;
        sent.meeting_id = command.room_id;
        sent.composition_id = named ? fresh.id : "";
        sent.token = at_own_url ? "v1-own" + std::to_string(number) : token;
        happening begins;
        begins.whose = number;
        begins.start = std::make_shared<const composition_command>(command);
        plan_.emplace(now, begins);

        for (int step = 0; step != 5; ++step) {
            if (types[kind][step] == event_type::unknown) {
                continue;
            }
            const bool fails = percent(10);
            now += 1ms + up_to(10'000);
            sent.type = types[kind][fails ? 5 : step];
            const bool stops = step == 4 && !fails;
            sent.file_path = stops && kind == 0 ? fresh.id + ".mp4" : "";
            sent.file_url = stops && kind == 0 ? "https://files/" + fresh.id : "";
            fresh.steps.emplace_back(now, events::told_by(sent.type));
            send(number, sent, now);
            if (fails) {
                break;
            }
        }
        const time_point free_at = now + up_to(5'000);
        happening free;
        free.whose = number;
        free.freed = true;
        plan_.emplace(free_at, free);
        return free_at;
    }

    void send(std::size_t whose, const event& what, time_point now)
    {
        for (int copies = 1 + below(3); copies != 0; --copies) {
            if (percent(10)) {
                continue; // it never comes
            }
            happening comes;
            comes.whose = whose;
            comes.what = what;
            plan_.emplace(now + up_to(percent(50) ? 500 : latest_ms), comes);
        }
    }

    void happen(const happening& each, time_point now)
    {
        truth& whose = all_[each.whose];
        if (each.start) {
            started_composition answer;
            answer.id = whose.id;
            lives_.starting(each.start, now);
            whose.life = lives_.started(each.start, answer, now);
        } else if (each.freed) {
            lives_.freed(whose.id, now);
        } else {
            const life_ptr which = lives_.about(
                each.what, [this](const std::string& unit) { return std::string_view(tokens_[unit]); }, now);
            ++(which ? told : not_told);
            const bool before = which && which->facts().over();
            if (which && which->learn(each.what) && !before && which->facts().over()) {
                lives_.ended(*which, now);
            }
        }
    }

    void check(time_point now)
    {
        for (const truth& each : all_) {
            if (!each.life) {
                continue;
            }
            const auto facts = each.life->facts();
            const bool so = facts.status() == status::starting || each.reached(facts.status(), now);
            const bool its_file = !facts.file_url() || *facts.file_url() == "https://files/" + each.id;
            false_told += so && its_file ? 0 : 1;
        }
    }

    std::minstd_rand chance_;
    composition_lives lives_{1000};
    std::map<std::string, std::string> tokens_;
    std::vector<truth> all_;
    std::multimap<time_point, happening> plan_; // of one point in the order of planning
};

} // namespace

BOOST_AUTO_TEST_SUITE(composition_disorder_suite)

BOOST_AUTO_TEST_CASE(disorder_tells_nothing_false)
{
    std::size_t told = 0;
    std::size_t not_told = 0;
    for (unsigned seed = 1; seed != 1'001; ++seed) {
        world one(seed);
        one.play();
        BOOST_TEST_REQUIRE(one.false_told == 0U, "seed " << seed);
        told += one.told;
        not_told += one.not_told;
    }
    BOOST_TEST_MESSAGE(told << " events were told, " << not_told << " were nobody's for certain");
    BOOST_TEST(told > not_told); // silence would be true, too
}

BOOST_AUTO_TEST_SUITE_END()
