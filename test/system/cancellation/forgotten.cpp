// No public function that can be awaited is left out of the tables: their names are compared with what the
// public headers declare.
#include "functions.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace {

using names = std::multiset<std::string>;

/// `client.hpp:release` for each declaration; left out are private helpers, and what programs implement for
/// the library to call.
names declared_in(const std::filesystem::path& header)
{
    std::ifstream file(header);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::regex declaration(
        R"((static\s+|virtual\s+)?asio::awaitable<[^();]*>\s+(\w+)\([^;]*?\)([^;]*);)");
    names found;
    for (std::sregex_iterator at(text.begin(), text.end(), declaration), end; at != end; ++at) {
        if (!(*at)[1].matched && (*at)[3].str().find("override") == std::string::npos) {
            found.insert(header.filename().string() + ':' + (*at)[2].str());
        }
    }
    return found;
}

/// Cancelled where else tests have what they need.
names tested_elsewhere()
{
    return {
        // unit_ownership, an_ownership_whose_caller_gives_up; counts() is answered at once.
        "ownership.hpp:start",
        "ownership.hpp:try_start",
        "ownership.hpp:stop",
        "ownership.hpp:try_stop",
        "ownership.hpp:counts",
        // The very function of the hub, which is in the tables.
        "event_relay.hpp:publish",
        // They say that they are not to be cancelled; counts() is answered at once.
        "redis_event_bus.hpp:connected",
        "redis_event_bus.hpp:try_connected",
        "redis_event_bus.hpp:close",
        "redis_event_bus.hpp:counts",
    };
}

std::string without_overload(const std::string& declared)
{
    return declared.substr(0, declared.find('('));
}

} // namespace

BOOST_AUTO_TEST_SUITE(forgotten)

BOOST_AUTO_TEST_CASE(every_function_that_can_be_awaited_is_cancelled_by_these_tests)
{
    names declared;
    for (const auto& each : std::filesystem::directory_iterator(VIDEOSDK_TEST_HEADERS)) {
        declared.merge(declared_in(each.path()));
    }
    std::set<std::string> covered;
    for (const auto& each : cancelling::api_functions()) {
        covered.insert(each.declared);
    }
    for (const std::string& each : cancelling::other_functions()) {
        covered.insert(each);
    }
    for (const std::string& each : cancelling::lease_functions()) {
        covered.insert(each);
    }
    names tested = tested_elsewhere();
    for (const std::string& each : covered) {
        tested.insert(without_overload(each));
    }
    BOOST_TEST(declared.size() > 30U); // or the headers were not read
    BOOST_TEST(tested == declared, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
