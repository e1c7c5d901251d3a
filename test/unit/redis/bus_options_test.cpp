// Options of a bus that would lose events, or be nothing, are refused by name.
#include <videosdk/error.hpp>
#include <videosdk/redis_event_bus.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using videosdk::redis_bus_options;

namespace {

redis_bus_options of_a_node()
{
    redis_bus_options out;
    out.redis.addresses = {"redis://127.0.0.1"};
    out.node = "node-7";
    return out;
}

std::string refusal(const redis_bus_options& options)
{
    try {
        options.validate();
    } catch (const videosdk::error& failure) {
        BOOST_TEST((failure.code() == videosdk::errc::invalid_argument));
        return failure.what();
    }
    return "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(options_of_a_bus)

BOOST_AUTO_TEST_CASE(that_are_left_as_they_are_will_do)
{
    BOOST_TEST(refusal(of_a_node()) == "none");
}

BOOST_AUTO_TEST_CASE(that_are_out_of_range_are_refused_by_name)
{
    const std::vector<std::pair<std::string, void (*)(redis_bus_options&)>> wrong{
        {"node", [](redis_bus_options& o) { o.node.clear(); }},
        {"node", [](redis_bus_options& o) { o.node = "Node 7"; }},
        {"node", [](redis_bus_options& o) { o.node.assign(65, 'n'); }},
        {"max_stream", [](redis_bus_options& o) { o.max_stream = 99; }},
        {"node_timeout", [](redis_bus_options& o) { o.node_timeout = 999ms; }},
        {"node_timeout", [](redis_bus_options& o) { o.node_timeout = 61min; }},
        {"memory", [](redis_bus_options& o) { o.memory = 59s; }},
        {"offers", [](redis_bus_options& o) { o.offers = 0; }},
        {"redis.max_reply", [](redis_bus_options& o) { o.redis.max_reply = 65'536; }},
        {"when_unreachable",
         [](redis_bus_options& o) { o.when_unreachable = static_cast<videosdk::redis_unreachable>(7); }},
    };
    for (const auto& [name, spoil] : wrong) {
        redis_bus_options options = of_a_node();
        spoil(options);
        const std::string said = refusal(options);
        BOOST_TEST(said.find(name) != std::string::npos, name << " is not named: " << said);
    }
}

BOOST_AUTO_TEST_CASE(under_which_a_stream_could_end_before_its_node_is_taken_for_dead_are_refused)
{
    redis_bus_options options = of_a_node();
    options.node_timeout = 1h;
    options.memory = 119min;
    BOOST_TEST(refusal(options).find("memory must be at least twice node_timeout") != std::string::npos,
               refusal(options));
    options.memory = 2h;
    BOOST_TEST(refusal(options) == "none");
}

BOOST_AUTO_TEST_SUITE_END()
