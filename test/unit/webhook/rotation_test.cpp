// Under a flood of forgeries the key is fetched at most once an interval, and not one genuine event is lost
// when the provider changes its key meanwhile.
#include "receiver_world.hpp"

#include <deque>
#include <map>
#include <set>
#include <vector>

using namespace videosdk;
using namespace std::chrono_literals;

namespace {

using time_point = scheduler::time_point;

struct signed_body {
    explicit signed_body(std::string text, const rsa_signer& from)
        : body(std::move(text)), signature(from.sign(body))
    {
    }
    std::string body;
    std::string signature;
};

std::string joined(const std::string& who)
{
    return R"({"webhookType":"participant-joined","data":{"participantId":")" + who + "\"}}";
}

/// Somebody who has no key of the provider's.
const std::vector<signed_body>& forgeries()
{
    static const std::vector<signed_body> out = [] {
        const rsa_signer forger;
        std::vector<signed_body> made;
        for (int i = 0; i != 20; ++i) {
            made.emplace_back(joined("forged"), forger);
        }
        made.emplace_back(joined("forged"), rsa_signer::provider());
        made.back().body += ' '; // a signature of another body
        made.emplace_back(joined("forged"), rsa_signer::provider());
        made.back().signature = "no base64";
        return made;
    }();
    return out;
}

/// A provider that sends again what was answered 503, when it was told to; its key endpoint takes a while.
struct flooded_world : receiver_world {
    struct mail {
        std::string who;
        time_point due;
        std::optional<webhook_verdict>* told = nullptr;
    };

    flooded_world()
    {
        seen = hub->handle({}, [this](const event& what) -> asio::awaitable<void> {
            ++arrived[what.participant_id];
            co_return;
        });
        begun = time->now();
    }

    const rsa_signer& key() const { return rotated ? rsa_signer::rotated() : rsa_signer::provider(); }

    void write(const std::string& who)
    {
        const std::string body = joined(who);
        signatures[who] = key().sign(body); // signed once, sent as often as needed
        outbox.push_back({who, time->now()});
        ++written;
    }

    void deliver()
    {
        for (std::size_t i = 0; i != outbox.size(); ++i) {
            mail& next = outbox[i];
            if (next.told == nullptr && next.due <= time->now()) {
                next.told = &send(joined(next.who), signatures[next.who]);
            }
        }
    }

    void read_verdicts()
    {
        for (auto it = outbox.begin(); it != outbox.end();) {
            if (it->told == nullptr || !it->told->has_value()) {
                ++it;
                continue;
            }
            const webhook_verdict& said = **it->told;
            if (said.status == 200) {
                it = outbox.erase(it);
                continue;
            }
            BOOST_TEST_REQUIRE(said.status == 503U); // anything else would lose it
            BOOST_TEST_REQUIRE(said.retry_after.has_value());
            BOOST_TEST_REQUIRE((*said.retry_after >= 1s && *said.retry_after <= 60s));
            ++sent_away;
            it->due = time->now() + *said.retry_after;
            it->told = nullptr;
            ++it;
        }
    }

    void forge(int which, bool with_token)
    {
        const signed_body& made = forgeries()[static_cast<std::size_t>(which) % forgeries().size()];
        const std::string before = url;
        if (!with_token) {
            url.back() = url.back() == 'a' ? 'b' : 'a';
        }
        forged.push_back(&send(made.body, made.signature));
        url = before;
        note_fetch();
        if (!with_token) {
            BOOST_TEST_REQUIRE(forged.back()->value().status == 404U); // at once
        }
    }

    void note_fetch()
    {
        if (api->exchanges != asked_so_far) {
            asked_so_far = api->exchanges;
            fetched_at.push_back(time->now());
        }
    }

    /// The key endpoint: answers after 300 ms.
    void serve_key()
    {
        note_fetch();
        if (!fetched_at.empty() && !api->asked().empty() && time->now() - fetched_at.back() >= 300ms) {
            if (down) {
                fail_key(503);
            } else {
                give_key(key());
            }
        }
    }

    void tick(std::chrono::nanoseconds by)
    {
        advance(by);
        serve_key();
        deliver();
        serve_key();
        read_verdicts();
    }

    void check_pace() const
    {
        for (std::size_t i = 1; i < fetched_at.size(); ++i) {
            BOOST_TEST(((fetched_at[i] - fetched_at[i - 1]) >= 60s));
        }
    }

    /// Every genuine event was handed over, exactly once, and nothing else was.
    void check_arrivals() const
    {
        BOOST_TEST(outbox.empty());
        BOOST_TEST(arrived.size() == written);
        BOOST_TEST(arrived.count("forged") == 0U);
        for (const auto& [who, times] : arrived) {
            BOOST_TEST_CONTEXT(who)
            {
                BOOST_TEST(times == 1);
            }
        }
    }

    event_handling seen;
    std::map<std::string, int> arrived;
    std::map<std::string, std::string> signatures;
    std::deque<mail> outbox;
    std::vector<std::optional<webhook_verdict>*> forged;
    std::vector<time_point> fetched_at;
    std::size_t asked_so_far = 0;
    std::size_t written = 0;
    std::size_t sent_away = 0;
    time_point begun;
    bool rotated = false;
    bool down = false;
};

} // namespace

BOOST_AUTO_TEST_SUITE(rotation)

BOOST_FIXTURE_TEST_CASE(ten_thousand_bad_signatures_cause_at_most_one_fetch_a_minute, flooded_world)
{
    for (int i = 0; i != 10'000; ++i) {
        forge(i, true);
        tick(10ms);
    }
    tick(61s);
    check_pace();
    BOOST_TEST(fetched_at.size() == 2U); // 100 seconds
    BOOST_TEST(receiver->counts().key_fetches == 2U);
    std::size_t refused = 0;
    for (const auto* told : forged) {
        BOOST_TEST_REQUIRE(told->has_value());
        BOOST_TEST_REQUIRE(((*told)->status == 401U || (*told)->status == 503U));
        refused += (*told)->status == 401 ? 1 : 0;
    }
    BOOST_TEST(refused >= 2U);
    BOOST_TEST(receiver->counts().accepted == 0U);
}

BOOST_FIXTURE_TEST_CASE(ten_thousand_without_a_token_cause_none, flooded_world)
{
    for (int i = 0; i != 10'000; ++i) {
        forge(i, false);
    }
    BOOST_TEST(api->exchanges == 0U);
    BOOST_TEST(receiver->counts().bad_token == 10'000U);
}

BOOST_FIXTURE_TEST_CASE(a_key_swapped_under_a_flood_of_forgeries_loses_no_genuine_event, flooded_world)
{
    for (int i = 0; i != 20'000; ++i) { // 200 s: 100 forged events a second, 5 genuine ones
        rotated = i >= 7'130;
        if (i % 20 == 0) {
            write("p" + std::to_string(i));
        }
        forge(i, i % 10 != 9);
        tick(10ms);
    }
    for (int i = 0; i != 70; ++i) {
        tick(1s);
    }
    check_pace();
    check_arrivals();
    BOOST_TEST(sent_away > 50U); // the swap was noticed
    for (const auto* told : forged) {
        BOOST_TEST_REQUIRE(told->has_value());
        BOOST_TEST_REQUIRE((*told)->status != 200U);
    }
    // Those signed before the swap are let in after it.
    rotated = false;
    write("late");
    tick(10ms);
    check_arrivals();
}

BOOST_FIXTURE_TEST_CASE(a_key_swapped_while_its_endpoint_is_down_loses_none_either, flooded_world)
{
    for (int i = 0; i != 3'000; ++i) { // 300 s
        rotated = i >= 700;
        down = i >= 500 && i < 2'000;
        if (i % 7 == 0) {
            write("p" + std::to_string(i));
        }
        forge(i, true);
        tick(100ms);
    }
    down = false;
    for (int i = 0; i != 130; ++i) {
        tick(1s);
    }
    check_pace();
    check_arrivals();
}

BOOST_FIXTURE_TEST_CASE(a_key_that_goes_and_comes_back_loses_none, flooded_world)
{
    // Two servers of the provider's, of which one has the new key and the other not yet.
    for (int i = 0; i != 3'000; ++i) {
        rotated = (i / 200) % 2 == 1;
        if (i % 10 == 0) {
            write("p" + std::to_string(i));
        }
        forge(i, true);
        tick(100ms);
    }
    for (int i = 0; i != 130; ++i) {
        rotated = (i / 20) % 2 == 1;
        tick(1s);
    }
    check_pace();
    check_arrivals();
}

BOOST_FIXTURE_TEST_CASE(held_requests_are_bounded_in_bytes, receiver_world)
{
    webhook_options large = fetching();
    large.max_body = 8 * 1024 * 1024;
    receiver.emplace(*source, *hub, large);
    url = receiver->webhook_url();
    std::string body(acquired);
    body.append(1'500'000, ' ');
    const auto& first = send(body);
    const auto& second = send(body);
    const auto& third = send(body); // 4.5 MB in all
    BOOST_TEST(!first.has_value());
    BOOST_TEST(!second.has_value());
    BOOST_TEST(third->status == 503U);
    BOOST_TEST((third->retry_after == 1s));
    BOOST_TEST(!send(acquired).has_value()); // there is room for a small one
    BOOST_TEST(give_key());
    BOOST_TEST(first->status == 200U);
    BOOST_TEST(second->status == 200U);
    advance(60s);
    const auto& next = send(body, rsa_signer::rotated()); // all of the room is there again
    const auto& other = send(body, rsa_signer::rotated());
    BOOST_TEST(!other.has_value());
    BOOST_TEST(give_key(rsa_signer::rotated()));
    BOOST_TEST(next->status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
