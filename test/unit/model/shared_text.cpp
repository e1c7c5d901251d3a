// A text whose copies share one piece of memory.
#include "expect.hpp"

#include <videosdk/resource.hpp>
#include <videosdk/shared_text.hpp>

#include <algorithm>
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

using videosdk::shared_text;

namespace {

static_assert(sizeof(shared_text) == sizeof(void*));
static_assert(std::equality_comparable_with<shared_text, videosdk::id_text>);
static_assert(std::is_nothrow_copy_constructible_v<shared_text> &&
              std::is_nothrow_copy_assignable_v<shared_text>);
static_assert(std::is_nothrow_move_constructible_v<shared_text> &&
              std::is_nothrow_move_assignable_v<shared_text>);
static_assert(std::is_same_v<decltype(videosdk::resource().webhook_url), shared_text>);

constexpr std::string_view url = "https://hooks.example.com/videosdk/v1-abcdefghijklmnop-aaaaaaaa";

bool is(const shared_text& what, std::string_view text)
{
    return what.view() == text && what.size() == text.size() && what.empty() == text.empty() &&
           what.c_str()[what.size()] == '\0' &&
           std::equal(what.begin(), what.end(), text.begin(), text.end()) && std::string(what) == text &&
           what == text && text == what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(shared_texts)

BOOST_AUTO_TEST_CASE(it_is_the_text_that_it_was_made_of)
{
    BOOST_TEST(is(shared_text(), ""));
    BOOST_TEST(is(shared_text(""), ""));
    for (std::size_t size = 1; size != 70; ++size) {
        std::string text(size, 'x');
        text[size / 2] = '\0';
        BOOST_TEST(is(shared_text(text), text));
    }
    BOOST_TEST(is(shared_text(url), url));
}

BOOST_AUTO_TEST_CASE(copies_share_its_memory_and_what_was_moved_from_is_empty)
{
    auto original = std::make_unique<shared_text>(url);
    const char* const place = original->data();
    const shared_text copy(*original);
    shared_text assigned("another");
    assigned = *original;
    BOOST_TEST((copy.data() == place && assigned.data() == place && original->data() == place));
    original.reset();
    BOOST_TEST(is(copy, url));
    BOOST_TEST(is(assigned, url));

    shared_text moved(std::move(assigned));
    BOOST_TEST((moved.data() == place && is(assigned, ""))); // NOLINT: looked at on purpose
    shared_text taken("another");
    taken = std::move(moved);
    BOOST_TEST((taken.data() == place && is(moved, ""))); // NOLINT: looked at on purpose
    const shared_text& itself = taken;
    taken = itself;
    BOOST_TEST(is(taken, url));
    taken = taken.view().substr(8); // of its own memory
    BOOST_TEST(is(taken, url.substr(8)));
    shared_text two("two");
    two.swap(taken);
    BOOST_TEST(is(taken, "two"));
    two.clear();
    BOOST_TEST(is(two, ""));
    BOOST_TEST(is(copy, url));
}

BOOST_AUTO_TEST_CASE(it_compares_and_reads_as_the_text)
{
    const shared_text text(url);
    BOOST_TEST((text == shared_text(url))); // in other memory
    BOOST_TEST((text != shared_text("https://hooks.example.com/")));
    BOOST_TEST((shared_text("a") < shared_text("b") && shared_text("a") < "b"));
    BOOST_TEST((shared_text() == "" && shared_text() != text));
    BOOST_TEST((text.find('/') == 6U && text.find("videosdk") == url.find("videosdk")));
    BOOST_TEST((text.rfind('/') == url.rfind('/') && text.rfind("v1-") == url.rfind("v1-")));
    BOOST_TEST((text.find('!') == std::string_view::npos && text.rfind("!") == std::string_view::npos));
    BOOST_TEST(text.substr(text.rfind('/') + 1) == url.substr(url.rfind('/') + 1));
    BOOST_TEST("to " + text == "to " + std::string(url));
    const videosdk::id_text id("65a1f3c2d4e5f60718293a4b");
    BOOST_TEST(
        (id + text == std::string(id) + std::string(url) && text + id == std::string(url) + std::string(id)));
    BOOST_TEST((id != text && text != id && shared_text("65a1") == videosdk::id_text("65a1")));
    const std::string copy = text;
    BOOST_TEST(copy == url);
}

BOOST_AUTO_TEST_CASE(the_units_of_one_answer_share_their_webhook_url)
{
    std::string body = R"({"success":true,"data":[)";
    for (int i = 0; i != 3; ++i) {
        body += (i == 0 ? "" : ",");
        body += R"({"id":"65a1f3c2d4e5f60718293a4)" + std::to_string(i) + R"(","webhookUrl":")" +
                std::string(url) + "\"}";
    }
    const auto answer = value_of(videosdk::model::read_acquire(body + "]}", {}));
    BOOST_TEST_REQUIRE(answer.units.size() == 3U);
    for (const videosdk::resource& each : answer.units) {
        BOOST_TEST(is(each.webhook_url, url));
        BOOST_TEST((each.webhook_url.data() == answer.units.front().webhook_url.data()));
    }
}

BOOST_AUTO_TEST_SUITE_END()
