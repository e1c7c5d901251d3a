// What an observer is told, printed: one line, with what others wrote escaped.
#include <videosdk/observer.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <sstream>
#include <string>

namespace {

using namespace videosdk;
using namespace std::chrono_literals;

template <class T>
std::string line_of(const T& value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

/// That the values from 1 on have these names, and the next one has none.
template <class Enum>
void check_names(std::initializer_list<std::string_view> names)
{
    std::uint8_t value = 1;
    for (const std::string_view name : names) {
        BOOST_TEST(to_string(static_cast<Enum>(value)) == name);
        BOOST_TEST(line_of(static_cast<Enum>(value)) == name);
        ++value;
    }
    BOOST_TEST(to_string(static_cast<Enum>(value)) == "unknown");
    BOOST_TEST(to_string(Enum()) == "unknown");
}

} // namespace

BOOST_AUTO_TEST_SUITE(observer_text)

BOOST_AUTO_TEST_CASE(every_enumerator_has_its_own_name)
{
    check_names<retry_cause>({"connection_stale", "not_connected", "connection_lost", "token_refused",
                              "rate_limited", "server_failed"});
    check_names<close_cause>({"connect_failed", "idle_limit", "age_limit", "peer_ended", "not_reusable",
                              "exchange_failed", "given_up", "client_closed"});
    check_names<reconcile_progress>(
        {"started", "unit_found", "sweep_agreed", "topped_up", "gave_up", "settled"});
    check_names<lease_change>({"granted", "adopted", "surplus", "returning", "released", "lost",
                               "left_behind", "warming", "warm", "taken"});
    check_names<verdict>({"accepted", "repetition", "unavailable"});
}

BOOST_AUTO_TEST_CASE(connections_are_printed_with_what_they_have_carried)
{
    BOOST_TEST(line_of(connection_opened{7, "api.videosdk.live", 12ms}) ==
               "connection 7 to api.videosdk.live opened in 12.000 ms");
    BOOST_TEST(line_of(connection_reused{7, "[::1]:8080", 1, 2us}) ==
               "connection 7 to [::1]:8080 reused after 1 exchange, idle for 0.002 ms");
    BOOST_TEST(line_of(connection_closed{7, "a", 2, 3s, close_cause::idle_limit, {}}) ==
               "connection 7 to a closed after 2 exchanges and 3000.000 ms: idle_limit");
    BOOST_TEST(line_of(connection_closed{
                   7, "a", 0, {}, close_cause::connect_failed, make_error_code(errc::resolve_failed)}) ==
               "connection 7 to a closed after 0 exchanges and 0.000 ms: connect_failed: " +
                   make_error_code(errc::resolve_failed).message());
}

BOOST_AUTO_TEST_CASE(leases_and_what_is_known_of_them_are_printed_in_numbers)
{
    BOOST_TEST(line_of(reconcile_step{4, reconcile_progress::sweep_agreed, 2, 1}) ==
               "reconciling attempt 4: sweep_agreed, 1 of 2 units seen");
    BOOST_TEST(line_of(sweep_ended{.number = 9,
                                   .complete = true,
                                   .pages = 3,
                                   .resources = 12,
                                   .ours = 4,
                                   .other_boots = 1,
                                   .foreign = 7,
                                   .duration = 120ms}) ==
               "sweep 9 complete: 12 resources on 3 pages, 4 ours, 1 of other boots, 7 foreign, 120.000 ms");
    BOOST_TEST(line_of(sweep_ended{.number = 10}) ==
               "sweep 10 incomplete: 0 resources on 0 pages, 0 ours, 0 of other boots, 0 foreign, 0.000 ms");
    BOOST_TEST(line_of(lease_changed{"64f1", lease_change::adopted}) == "resource 64f1: adopted");
}

BOOST_AUTO_TEST_CASE(what_others_wrote_stays_on_one_line)
{
    BOOST_TEST(line_of(lease_changed{"a\nb", lease_change::lost}) == "resource a\\x0ab: lost");
    BOOST_TEST(line_of(event_seen{event_type::unknown, "new\nkind", "r\n", "c\n", verdict::accepted}) ==
               "event new\\x0akind resource_id=r\\x0a composition_id=c\\x0a: accepted");
    BOOST_TEST(line_of(event_seen{}) == "event unknown: unknown");
    BOOST_TEST(line_of(connection_opened{1, "a\nb", 0ns}) == "connection 1 to a\\x0ab opened in 0.000 ms");
    BOOST_TEST(line_of(attempt_started{1, "get", verb::get, "/a\nb", 1}) ==
               "call 1 get: GET /a\\x0ab, attempt 1");
}

BOOST_AUTO_TEST_SUITE_END()
