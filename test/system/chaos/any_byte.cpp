// A connection that ends at any byte, either way: whatever the call then says is true, and nothing is bought
// twice.
#include "stage.hpp"

#include <cstdlib>
#include <sstream>

namespace {

using namespace test;
using videosdk::effect;

/// Bytes between the places that are tried.
std::uint64_t stride()
{
    const char* const value = std::getenv("VIDEOSDK_CUT_STRIDE");
    return value == nullptr ? 97 : std::stoul(value);
}

struct tally {
    unsigned cuts = 0;
    unsigned succeeded = 0;
    unsigned failed_without_effect = 0;
    unsigned unknown_and_bought = 0;
    unsigned unknown_and_not_bought = 0;

    void add(const call_report& report, std::uint64_t units)
    {
        ++cuts;
        succeeded += report.succeeded ? 1U : 0U;
        failed_without_effect += report.effect == effect::none ? 1U : 0U;
        if (report.effect == effect::unknown) {
            (units == 0 ? unknown_and_not_bought : unknown_and_bought) += 1;
        }
    }

    std::string text() const
    {
        std::ostringstream line;
        line << cuts << " cuts: " << succeeded << " acquired, " << failed_without_effect
             << " failed without effect, " << unknown_and_bought << " unknown and bought, "
             << unknown_and_not_bought << " unknown and not bought; none bought twice";
        return line.str();
    }
};

/// An acquire on a connection that ends behind byte `at` of one way.
void acquire_and_cut(stage& where, flow way, std::uint64_t at, ending how, const std::string& used_for,
                     tally& sum)
{
    videosdk::client client = where.make_client();
    if (!used_for.empty()) {
        const call_report first = where.run(get(client, used_for));
        BOOST_TEST_REQUIRE(first.succeeded, first.text);
        chaos_link& line = where.proxy.newest();
        line.plan(way).end_at = line.passed(way) + at;
        line.plan(way).end_how = how;
    } else {
        link_plan plan;
        flow_plan& cut = way == flow::up ? plan.up : plan.down;
        cut.end_at = at;
        cut.end_how = how;
        where.proxy.set_plan(plan);
    }
    // Only the first connection is cut: where the call connects again, it must come true.
    const std::size_t before = where.proxy.links();
    where.after_handler = [&] {
        if (where.proxy.links() == before) {
            return false;
        }
        where.proxy.set_plan({});
        return true;
    };
    const purchases bought(where);
    const call_report got = where.run(acquire(client));
    where.after_handler = nullptr;
    where.proxy.set_plan({});
    chaos_link& line = where.proxy.link(used_for.empty() ? before : before - 1);
    if (line.ended()) {
        where.run_until([&] { return line.closed(); });
    }
    BOOST_TEST(bought.requests() <= 1U);
    BOOST_TEST(bought.units() == bought.requests());
    BOOST_TEST((!got.succeeded || bought.units() == 1));
    BOOST_TEST((got.effect != effect::none || bought.units() == 0));
    BOOST_TEST((got.succeeded || got.effect.has_value()), got.text);
    sum.add(got, bought.units());
}

void cut_everywhere(bool reused)
{
    stage where;
    const std::string id = where.idle_resource();
    tally sum;
    for (const flow way : {flow::up, flow::down}) {
        for (const ending how : {ending::fin, ending::rst, ending::fin_to_client, ending::fin_to_server}) {
            // More than the way has, so that the last cuts find the call over and done.
            const std::uint64_t most = way == flow::up ? 3000 : 4000;
            for (std::uint64_t at = 0; at < most; at += stride()) {
                BOOST_TEST_CONTEXT((way == flow::up ? "up " : "down ")
                                   << at << ", ending " << static_cast<int>(how))
                {
                    acquire_and_cut(where, way, at, how, reused ? id : std::string(), sum);
                }
            }
        }
    }
    BOOST_TEST_MESSAGE((reused ? "reused connections, " : "fresh connections, ") << sum.text());
    BOOST_TEST(sum.succeeded > 0U);
    BOOST_TEST(sum.unknown_and_bought > 0U);
    BOOST_TEST(sum.unknown_and_not_bought > 0U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(any_byte)

BOOST_AUTO_TEST_CASE(an_acquire_on_a_fresh_connection_that_ends_at_any_byte_buys_at_most_once)
{
    cut_everywhere(false);
}

BOOST_AUTO_TEST_CASE(an_acquire_on_a_reused_connection_that_ends_at_any_byte_buys_at_most_once)
{
    cut_everywhere(true);
}

BOOST_AUTO_TEST_SUITE_END()
