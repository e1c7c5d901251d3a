// One connection a case: refused means one answer and the end, served means the answer, waiting means nothing
// yet.
#include "collection.hpp"

#include <algorithm>

namespace conformance {
namespace {

void check_one(place& here, const known_case& each)
{
    line client(here);
    client.send(each.bytes);
    const std::size_t to_head = each.bytes.starts_with("HEAD") ? 1 : 0;
    const std::string so_far = each.right.empty() ? client.arrived() : client.answered(to_head);
    if (each.right.empty()) {
        BOOST_CHECK_MESSAGE(so_far.empty() && !client.ended(), each.name << ": " << printable(so_far));
        return;
    }
    std::string left;
    const std::vector<answer> answers = answers_in(so_far, to_head, left);
    BOOST_CHECK_MESSAGE(answers.size() == 1 && left.empty(),
                        each.name << ": " << answers.size() << " answers: " << printable(so_far));
    if (answers.size() != 1) {
        return;
    }
    const answer& only = answers.front();
    BOOST_CHECK_MESSAGE(std::ranges::find(each.right, only.status) != each.right.end(),
                        each.name << ": " << only.status << " " << only.body);
    BOOST_CHECK_MESSAGE(only.status != 200 || each.body.empty() || only.body == each.body,
                        each.name << ": the body " << printable(only.body));
    BOOST_CHECK_MESSAGE(only.status != 405 || only.has("Allow"), each.name << ": no Allow");
    if (only.status >= 400 && only.status != 405) {
        BOOST_CHECK_MESSAGE(only.field("Connection") == "close", each.name);
        BOOST_CHECK_MESSAGE(client.rest().empty() || client.in_order(), each.name);
        BOOST_CHECK_MESSAGE(here.seen.empty(), each.name << ": the handler was called");
    }
}

} // namespace

void check(const std::vector<known_case>& cases)
{
    place here;
    for (const known_case& each : cases) {
        BOOST_TEST_CONTEXT(each.name)
        {
            here.seen.clear();
            check_one(here, each);
        }
    }
    BOOST_CHECK(here.timeless());
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
    if (cases.size() > 10) {
        BOOST_TEST_MESSAGE(cases.size()
                           << " cases, from " << cases.front().name << " to " << cases.back().name);
    }
}

std::string probe(const std::string& method, const std::string& lines, const std::string& body)
{
    return method + " / HTTP/1.1\r\nHost: localhost:8080\r\n" + lines + "\r\n" + body;
}

} // namespace conformance
