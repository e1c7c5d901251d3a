// The lists of smuggler (github.com/defparam/smuggler, configs default, exhaustive and doubles; doc/http.md
// says as of when): spellings of Transfer-Encoding beside a Content-Length, each byte in each of its places.
// Above 7f it sends a byte's character in UTF-8; both are sent here.
#include "mutants.hpp"
#include "place.hpp"

using namespace conformance;
using namespace std::string_literals;

namespace {

// A gadget, then the headers that are always there; the body reads in one way by length and in another in
// chunks.
std::string request(const std::string& gadget)
{
    return "POST /?cb=1 HTTP/1.1\r\n" + gadget +
           "\r\nHost: localhost\r\nContent-type: application/x-www-form-urlencoded; "
           "charset=UTF-8\r\nContent-Length: 5\r\n\r\n"
           "0\r\n\r\n";
}

void add(mutant_list& to, const std::string& gadget)
{
    to.add("gadget", "Transfer-Encoding", request(gadget));
}

const std::string name = "Transfer-Encoding";

std::vector<int> bytes_of_lists()
{
    std::vector<int> bytes;
    for (int byte = 1; byte < 0x100; byte = byte == 0x20 ? 0x7f : byte + 1) {
        bytes.push_back(byte);
    }
    return bytes;
}

// The byte, and how UTF-8 has that character.
std::vector<std::string> spellings(int byte)
{
    std::vector<std::string> out{std::string(1, static_cast<char>(byte))};
    if (byte >= 0x80) {
        out.push_back({static_cast<char>(0xc0 | (byte >> 6)), static_cast<char>(0x80 | (byte & 0x3f))});
    }
    return out;
}

void add_each_place(mutant_list& list, const std::string& b)
{
    add(list, name + ":" + b + "chunked");
    add(list, name + b + ": chunked");
    add(list, b + name + ": chunked");
    add(list, name + ": chunked" + b);
    add(list, b + name + b + ": chunked");
    add(list, b + name + ":" + b + "chunked");
    add(list, b + name + ": chunked" + b);
    add(list, name + b + ":" + b + "chunked");
    add(list, name + b + ": chunked" + b);
    add(list, name + ":" + b + "chunked" + b);
    add(list, name + ": chunked" + b + "X: X");
    add(list, "X: X\r" + b + name + ": chunked");
    add(list, "X: X" + b + "\n" + name + ": chunked");
    add(list, name + ": chunked\r" + b + "X: X");
    add(list, name + ": chunked" + b + "\nX: X");
}

mutant_list gadgets()
{
    mutant_list list;
    for (const auto& gadget : {" "s + name + ": chunked",
                               name + ":\tchunked",
                               name + "\t:\tchunked",
                               "Transfer Encoding: chunked"s,
                               "Transfer_Encoding: chunked"s,
                               "Transfer Encoding:chunked"s,
                               name + " : chunked",
                               name + ":  chunked",
                               name + ":\vchunked",
                               name + ": chunked, cow",
                               name + ": cow, chunked",
                               name + ":\n chunked",
                               name + ": \"chunked\"",
                               name + ": 'chunked'",
                               name + ": chunk",
                               "TrAnSFer-EnCODinG: cHuNkeD"s,
                               "TRANSFER-ENCODING: CHUNKED"s,
                               name + ": chunked\r",
                               name + ": chunked\t",
                               name + ": cow\r\n" + name + ": chunked",
                               "Transfer\r-Encoding: chunked"s,
                               name + ": cow chunked bar",
                               name + ":\xff"
                                      "chunked",
                               name + ": ch\x96nked",
                               "Transf\x82r-Encoding: chunked"s,
                               "X:X\r"s + name + ": chunked",
                               "X:X\n"s + name + ": chunked"}) {
        add(list, gadget);
    }
    for (const int byte : bytes_of_lists()) {
        for (const std::string& spelling : spellings(byte)) {
            add_each_place(list, spelling);
        }
    }
    return list;
}

} // namespace

BOOST_AUTO_TEST_SUITE(smuggler)

BOOST_AUTO_TEST_CASE(smuggler_none_of_its_gadgets_is_served)
{
    const mutant_list list = gadgets();
    place here;
    for (const mutant& each : list.all()) {
        const std::string why = not_refused(here.talk(each.bytes + smuggled));
        BOOST_CHECK_MESSAGE(why.empty(), why << ": " << printable(each.bytes));
    }
    BOOST_CHECK(here.timeless());
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
    BOOST_TEST_MESSAGE(list.all().size() << " gadgets");
    BOOST_CHECK_GT(list.all().size(), 4000U);
}

BOOST_AUTO_TEST_CASE(smuggler_what_is_only_another_header_leaves_the_length_alone)
{
    place here;
    std::vector<std::string> gadgets = {"Content-Encoding: chunked"};
    for (const int byte : bytes_of_lists()) {
        if (byte == '\t' || byte == ' ' || byte > 0x7f) {
            for (const std::string& spelling : spellings(byte)) {
                gadgets.push_back("X: X" + spelling + name + ": chunked"); // all of it X's value
            }
        }
    }
    for (const std::string& gadget : gadgets) {
        const conversation what = here.talk(request(gadget) + last);
        BOOST_CHECK_MESSAGE(what.answers.size() == 2 && what.answers[0].status == 200 &&
                                what.answers[0].body == "0\r\n\r\n" && what.answers[1].body == "GET /last" &&
                                what.left.empty(),
                            printable(gadget));
    }
    // And those bytes that are no part of a value are refused.
    for (const int byte : bytes_of_lists()) {
        if (byte < 0x20 && byte != '\t') {
            const std::string bytes = request("X: X"s + static_cast<char>(byte) + name + ": chunked");
            BOOST_CHECK_MESSAGE(not_refused(here.talk(bytes + smuggled)).empty(), printable(bytes));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
