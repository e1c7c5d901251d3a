// Release: per id, inside an HTTP 200.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

using namespace emulator_test;

namespace {

json::value release(player& test, const std::vector<std::string>& ids)
{
    json::array list;
    for (const std::string& id : ids) {
        list.emplace_back(id);
    }
    json::object body;
    body["ids"] = std::move(list);
    const auto answer = test.post("/v2/resource/release", json::serialize(body));
    BOOST_TEST(answer.status == 200u);
    return parse(answer);
}

} // namespace

BOOST_AUTO_TEST_SUITE(units_are_released)

BOOST_AUTO_TEST_CASE(an_idle_unit_is_released)
{
    player test;
    const auto id = test.idle_unit();
    const json::value answer = release(test, {id});
    BOOST_TEST(json::serialize(answer) == R"({"success":true,"data":[{"id":")" + id +
                                              R"(","success":true,"msg":"resource released"}]})");
    BOOST_TEST(test.status_of(id) == "released");
}

BOOST_AUTO_TEST_CASE(each_id_has_its_own_outcome)
{
    player test;
    const auto idle = test.idle_unit();
    const auto composing = test.idle_unit();
    const auto pending = test.acquire().front();
    test.post("/v2/resource/recordings/start", R"({"roomId":"room","resourceId":")" + composing + "\"}");
    const std::string unknown = "0123456789abcdef01234567";
    const json::value answer = release(test, {pending, idle, composing, unknown, idle});

    const auto line = [&answer](std::size_t i) {
        const json::value& each = answer.at("data").at(i);
        return std::string(each.at("success").as_bool() ? "released: " : "refused: ") +
               std::string(each.at("msg").as_string());
    };
    BOOST_TEST(answer.at("success").as_bool());
    BOOST_TEST_REQUIRE(answer.at("data").as_array().size() == 5u);
    BOOST_TEST(line(0) == "refused: resource is pending: only idle resources are released");
    BOOST_TEST(line(1) == "released: resource released");
    BOOST_TEST(line(2) == "refused: resource is composing: only idle resources are released");
    BOOST_TEST(line(3) == "refused: resource not found");
    BOOST_TEST(line(4) == "refused: resource is released: only idle resources are released");
    BOOST_TEST(test.status_of(pending) == "pending");
    BOOST_TEST(test.status_of(composing) == "composing");
}

BOOST_AUTO_TEST_CASE(a_release_is_told_by_webhook)
{
    player test;
    const auto id = test.idle_unit("hls");
    release(test, {id});
    const auto sent = test.pass(0ms);
    BOOST_TEST_REQUIRE(sent.size() == 1u);
    BOOST_TEST(sent[0].url == hook);
    BOOST_TEST(sent[0].body ==
               R"({"webhookType":"resource-released","data":{"id":")" + id + R"(","type":"hls"}})");
}

BOOST_AUTO_TEST_CASE(a_wrong_body_is_400_and_named)
{
    player test;
    const auto refused = [&test](std::string_view body) {
        const auto answer = test.post("/v2/resource/release", body);
        BOOST_TEST(answer.status == 400u);
        return message_of(answer);
    };
    BOOST_TEST(refused("{}") == "ids is required");
    BOOST_TEST(refused(R"({"ids":"a"})") == "ids must be an array");
    BOOST_TEST(refused(R"({"ids":[]})") == "ids must hold at least one id");
    BOOST_TEST(refused(R"({"ids":[1]})") == "ids must hold ids, each a string that is not empty");
    BOOST_TEST(refused(R"({"ids":[""]})") == "ids must hold ids, each a string that is not empty");
}

BOOST_AUTO_TEST_CASE(somebody_else_can_release_a_unit_in_any_state)
{
    player test;
    const auto pending = test.acquire().front();
    BOOST_TEST(test.service.release_resource(pending, test.now));
    BOOST_TEST(types_of(test.pass(1s)) == "resource-released"); // and it never becomes idle
    BOOST_TEST(test.status_of(pending) == "released");
    BOOST_TEST(!test.service.release_resource(pending, test.now));
    BOOST_TEST(!test.service.release_resource("unknown", test.now));

    const auto composing = test.idle_unit();
    test.post("/v2/resource/recordings/start", R"({"roomId":"room","resourceId":")" + composing + "\"}");
    BOOST_TEST(test.service.release_resource(composing, test.now));
    BOOST_TEST(types_of(test.pass(1s)) == "recording-starting resource-released");
    BOOST_TEST(test.status_of(composing) == "released");
}

BOOST_AUTO_TEST_SUITE_END()
