// Every loss of a connection in the middle of a call, over real TLS: what the call says of it, and by the
// emulator's books, that nothing was bought twice. libcurl's answers to the same losses stand beside it.
#include "libcurl.hpp"
#include "loss.hpp"

#include <iomanip>
#include <sstream>

namespace {

using namespace test;
using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;

constexpr ending fin = ending::fin;
constexpr ending rst = ending::rst;
constexpr bool fresh = false;
constexpr bool reused = true;

/// What each call must say, as played::text() does: code, effect of a failure, requests written, units
/// bought.
///
/// A get is repeated wherever its first connection ends, and so is a release, which the provider may refuse
/// the second time because it has done it. An acquire is repeated only where no byte of it left: the socket
/// refuses it after a RST, and takes it after a FIN. From the first byte on its effect is unknown.
struct row {
    loss what;
    const char* get;
    const char* acquire;
    const char* release;
};

constexpr row rows[] = {
    {{place::idle, fin, reused}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::idle, rst, reused}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::idle, fin, fresh}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::idle, rst, fresh}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::checkout, fin, reused}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::checkout, rst, reused}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::checkout, fin, fresh}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::checkout, rst, fresh}, "ok/1", "ok/1 +1", "ok/1"},
    {{place::before_write, fin, reused}, "ok/2", "connection_lost unknown/1", "ok/2"},
    {{place::before_write, rst, reused}, "ok/2", "ok/2 +1", "ok/2"},
    {{place::before_write, fin, fresh}, "ok/2", "connection_lost unknown/1", "ok/2"},
    {{place::before_write, rst, fresh}, "ok/2", "connection_lost unknown/1", "ok/2"},
    {{place::mid_write, fin, reused}, "ok/2", "connection_lost unknown/1", "ok/2"},
    {{place::mid_write, rst, reused}, "ok/2", "connection_lost unknown/1", "ok/2"},
    {{place::mid_write, fin, fresh}, "ok/2", "connection_lost unknown/1", "ok/2"},
    {{place::mid_write, rst, fresh}, "ok/2", "connection_lost unknown/1", "ok/2"},
    {{place::no_answer, fin, reused}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::no_answer, rst, reused}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::no_answer, fin, fresh}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::no_answer, rst, fresh}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::one_byte, fin, reused}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::one_byte, rst, reused}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::one_byte, fin, fresh}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::one_byte, rst, fresh}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::mid_answer, fin, reused}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::mid_answer, rst, reused}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::mid_answer, fin, fresh}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
    {{place::mid_answer, rst, fresh}, "ok/2", "connection_lost unknown/1 +1", "ok/2"},
};

const char* text_of(place where)
{
    switch (where) {
    case place::idle:
        return "idle, seen";
    case place::checkout:
        return "at checkout, unseen";
    case place::before_write:
        return "just before the write";
    case place::mid_write:
        return "mid-write";
    case place::no_answer:
        return "written, 0 bytes back";
    case place::one_byte:
        return "written, 1 byte back";
    case place::mid_answer:
        break;
    }
    return "mid-answer";
}

std::string label_of(const loss& what)
{
    std::ostringstream label;
    label << std::left << std::setw(21) << text_of(what.where) << (what.how == fin ? " FIN " : " RST ")
          << (what.reused ? "reused" : "fresh ");
    return label.str();
}

/// What holds of every call, whatever its row says.
void check(const played& got, const loss& what, call_kind call)
{
    const bool ok = got.report.succeeded;
    BOOST_TEST(got.units == (call != call_kind::acquire ? 0U : ok ? 1U : got.served));
    BOOST_TEST(got.units <= 1U);
    BOOST_TEST((call != call_kind::acquire || got.served <= 1));
    BOOST_TEST((got.report.effect != effect::none || got.units == 0));
    BOOST_TEST(
        (ok || (got.report.code == errc::connection_lost && got.report.outcome == outcome::ambiguous)));
    BOOST_TEST((ok || call == call_kind::acquire)); // The others may be repeated.
    BOOST_TEST((ok || what.where >= place::before_write));
    BOOST_TEST(got.released == (call == call_kind::release ? 1U : 0U));
    // What ended is not in the pool; where the call succeeded, its good connection is.
    BOOST_TEST(got.left_open == (ok ? 1U : 0U));
}

std::string play_row(stage& where, const row& expected, const std::string& id)
{
    std::ostringstream line;
    line << std::left << label_of(expected.what);
    const auto cell = [&](call_kind call, const char* text, int width) {
        const played got = play(where, expected.what, call, id);
        BOOST_TEST(got.text() == text, got.report.text);
        check(got, expected.what, call);
        line << " | " << std::setw(width) << got.text();
    };
    cell(call_kind::get, expected.get, 4);
    cell(call_kind::acquire, expected.acquire, 28);
    cell(call_kind::release, expected.release, 7);
    return line.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(loss_matrix)

BOOST_AUTO_TEST_CASE(no_loss_buys_twice_and_each_call_says_what_may_have_happened)
{
    stage where;
    const std::string id = where.idle_resource();
    std::ostringstream table;
    unsigned bought_twice = 0;
    for (const row& each : rows) {
        BOOST_TEST_CONTEXT(label_of(each.what))
        {
            const std::string ours = play_row(where, each, id);
            const std::string got = play_libcurl(where, each.what, call_kind::get, id);
            const std::string posted = play_libcurl(where, each.what, call_kind::acquire, id);
            bought_twice += posted.ends_with("+2") ? 1U : 0U;
            table << ours << " | " << std::left << std::setw(9) << got << " | " << posted << '\n';
        }
    }
    BOOST_TEST_MESSAGE(
        "Of each call: code, effect of a failure / requests written, +units bought.\n"
        "Of libcurl: status or error / requests that the server saw, +units bought.\n\n"
        "where                 how            | get  | acquire                      | release | "
        "curl GET  | curl POST\n"
        << table.str());
    // Were the proxy too kind, so would these be.
    BOOST_TEST((bought_twice > 0 || !libcurl::here()));
}

BOOST_AUTO_TEST_SUITE_END()
