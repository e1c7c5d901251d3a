// Thousands of requests made wrong on purpose: each is answered once, 4xx, 501 or 505, and the connection
// ends, without waiting for any deadline: the server's time stands still. What stands behind it is never read
// as a request. And those that only look wrong are served.
#include "mutants.hpp"
#include "place.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <sstream>

using namespace conformance;

namespace {

using clock_type = std::chrono::steady_clock; // for what is printed; it decides nothing

struct tally {
    std::map<std::string, std::map<std::string, std::size_t>> count; ///< By class and place.
    clock_type::duration slowest{};
    std::string slowest_bytes;
    std::size_t total = 0;

    void add(const std::string& kind, const std::string& where, clock_type::duration took,
             const std::string& bytes)
    {
        ++count[kind][where];
        ++total;
        if (took > slowest) {
            slowest = took;
            slowest_bytes = printable(bytes);
        }
    }

    std::string text() const
    {
        std::ostringstream out;
        out << total << " requests, the slowest answered and closed after "
            << std::chrono::duration_cast<std::chrono::microseconds>(slowest).count() << " us";
        for (const auto& [kind, places] : count) {
            out << "\n  " << kind << ':';
            for (const auto& [where, hits] : places) {
                out << ' ' << where << ' ' << hits << (where == places.rbegin()->first ? "" : ",");
            }
        }
        return out.str();
    }
};

void check_all(void (*add)(mutant_list&), tally& into)
{
    mutant_list list;
    add(list);
    place here;
    std::size_t failures = 0;
    for (const mutant& each : list.all()) {
        const auto begin = clock_type::now();
        conversation what;
        // A server that says nothing ends the test: this tells which request it was.
        BOOST_TEST_CONTEXT(printable(each.bytes))
        {
            what = here.talk(each.bytes);
        }
        into.add(each.kind, each.where, clock_type::now() - begin, each.bytes);
        const std::string why = not_refused(what);
        BOOST_CHECK_MESSAGE(why.empty(),
                            each.kind << ", " << each.where << ": " << why << ": " << printable(each.bytes));
        failures += why.empty() ? 0 : 1;
        BOOST_REQUIRE_LT(failures, 50U);
    }
    // The server decided, and no deadline: each FIN above has come while its time stood still.
    BOOST_CHECK(here.timeless());
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
    BOOST_CHECK_EQUAL(here.counts().refused, list.all().size());
    BOOST_CHECK_EQUAL(here.counts().requests, 0U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(smuggling)

BOOST_AUTO_TEST_CASE(rfc9112_11_2_no_mutation_of_a_framing_header_smuggles)
{
    tally all;
    for (const auto add : {add_odd_bytes, add_spacing, add_folds, add_duplicates, add_prefixes_and_suffixes,
                           add_encodings, add_coding_lists, add_line_ends, add_versions}) {
        check_all(add, all);
    }
    BOOST_TEST_MESSAGE("headers: " << all.text());
    BOOST_CHECK_GE(all.total, 2000U);
    // Every class reaches every header that can smuggle.
    for (const auto* kind : {"odd bytes", "spacing", "obs-fold", "duplicates", "prefixes", "suffixes",
                             "encodings", "line ends"}) {
        for (const framing& which : smuggling_framings()) {
            BOOST_CHECK_MESSAGE(all.count[kind][which.name] > 0, kind << " misses " << which.name);
        }
    }
    BOOST_CHECK_GT(all.count["coding lists"]["Transfer-Encoding"], 500U);
    BOOST_CHECK_GT(all.count["versions"]["request line"], 200U);
}

BOOST_AUTO_TEST_CASE(rfc9112_11_2_no_mutation_of_the_request_line_smuggles)
{
    tally all;
    for (const auto add : {add_methods, add_targets, add_too_long}) {
        check_all(add, all);
    }
    BOOST_TEST_MESSAGE("request lines and sizes: " << all.text());
    BOOST_CHECK_GT(all.total, 1000U);
}

BOOST_AUTO_TEST_CASE(rfc9112_11_2_no_mutation_of_the_chunks_smuggles)
{
    tally all;
    for (const auto add : {add_chunk_sizes, add_chunk_extensions, add_trailers}) {
        check_all(add, all);
    }
    BOOST_TEST_MESSAGE("chunks: " << all.text());
    BOOST_CHECK_GT(all.total, 1000U);
}

BOOST_AUTO_TEST_CASE(what_a_mutation_leaves_valid_is_answered_once_and_framed_right)
{
    place here;
    tally all;
    for (const harmless& each : harmless_mutants()) {
        const auto begin = clock_type::now();
        const conversation what = here.talk(each.bytes + last);
        all.add(each.kind, each.where, clock_type::now() - begin, each.bytes);
        const bool served = what.answers.size() == 2 && what.left.empty() && what.closed_in_order &&
                            what.answers[0].status == 200 && what.answers[0].body == each.body &&
                            what.answers[1].status == 200 && what.answers[1].body == "GET /last" &&
                            what.seen.size() == 2 && what.seen[0].target == "/first" &&
                            what.seen[0].body == each.body;
        BOOST_CHECK_MESSAGE(served, each.kind << ", " << each.where << ": " << what.answers.size()
                                              << " answers, the first "
                                              << (what.answers.empty() ? 0U : what.answers[0].status) << " "
                                              << (what.answers.empty() ? "" : what.answers[0].body) << ": "
                                              << printable(each.bytes));
    }
    BOOST_TEST_MESSAGE("harmless: " << all.text());
    BOOST_CHECK_GT(all.total, 400U);
    BOOST_CHECK(here.timeless());
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
    BOOST_CHECK_EQUAL(here.counts().refused, 0U);
}

BOOST_AUTO_TEST_CASE(a_wrong_request_behind_good_ones_ends_the_connection_and_they_are_answered)
{
    mutant_list list;
    add_duplicates(list);
    add_chunk_sizes(list);
    place here;
    std::size_t checked = 0;
    for (const mutant& each : list.all()) {
        if (++checked % 7 != 0) {
            continue; // the same list, a seventh of it
        }
        const conversation what =
            here.talk("GET /a HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\n"
                      "Content-Length: 5\r\n\r\nhello" +
                      each.bytes);
        const bool right = what.answers.size() == 3 && what.left.empty() && what.closed_in_order &&
                           what.answers[0].body == "GET /a" && what.answers[1].body == "hello" &&
                           what.answers[2].status >= 400 && what.seen.size() == 2;
        BOOST_CHECK_MESSAGE(right, each.kind << ", " << each.where << ": " << printable(each.bytes));
    }
}

BOOST_AUTO_TEST_SUITE_END()
