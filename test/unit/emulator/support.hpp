// A service with a clock that the test moves, and a token that it accepts.
#pragma once

#include "http/self_signed.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/token.hpp>

#include <boost/json.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace emulator_test {

using namespace std::chrono_literals;
namespace emulator = videosdk::emulator;
namespace json = boost::json;

inline constexpr std::string_view hook = "https://hooks.example.com/videosdk/token";

/// One key for all tests: making one takes a while.
inline const std::string& shared_key()
{
    static const std::string pem =
        videosdk::http::make_authority("emulator tests", videosdk::http::key_kind::rsa_2048).private_key_pem;
    return pem;
}

inline emulator::service_options options()
{
    emulator::service_options made;
    made.api_key = "key";
    made.secret = "secret";
    made.private_key_pem = shared_key();
    return made;
}

inline json::value parse(const emulator::reply& answer)
{
    return json::parse(answer.body);
}

inline std::string message_of(const emulator::reply& answer)
{
    return std::string(parse(answer).at("message").as_string());
}

/// The webhookTypes of what was sent, with a blank between.
inline std::string types_of(const std::vector<emulator::webhook>& sent)
{
    std::string types;
    for (const emulator::webhook& each : sent) {
        types += types.empty() ? "" : " ";
        types += json::parse(each.body).at("webhookType").as_string();
    }
    return types;
}

class player {
public:
    explicit player(emulator::service_options wanted = options()) : service(std::move(wanted))
    {
        token = token_with({"crawler"});
    }

    std::string token_with(std::vector<std::string> roles, std::string key = "key") const
    {
        videosdk::token_claims claims;
        claims.api_key = std::move(key);
        claims.roles = std::move(roles);
        claims.issued_at = wall;
        claims.expires_at = wall + 1h;
        return videosdk::mint_token(claims, "secret");
    }

    emulator::reply send(std::string_view method, std::string_view target, std::string_view body = {})
    {
        return service.handle({method, target, token, body}, now, wall);
    }
    emulator::reply post(std::string_view target, std::string_view body)
    {
        return send("POST", target, body);
    }
    emulator::reply get(std::string_view target) { return send("GET", target); }

    std::vector<emulator::webhook> pass(std::chrono::nanoseconds time)
    {
        now += time;
        wall += std::chrono::duration_cast<std::chrono::system_clock::duration>(time);
        return service.advance(now);
    }

    /// The id of a unit that is idle, its webhook delivered.
    std::string idle_unit(std::string_view type = "recording")
    {
        const std::string id = acquire(1, type).front();
        deliver(pass(service.options().idle_after));
        return id;
    }

    std::string status_of(const std::string& id)
    {
        return std::string(parse(get("/v2/resource/" + id)).at("status").as_string());
    }

    void deliver(const std::vector<emulator::webhook>& sent)
    {
        for (const emulator::webhook& each : sent) {
            service.delivered(each.id, true, now);
        }
    }

    /// The ids of units acquired now.
    std::vector<std::string> acquire(unsigned units = 1, std::string_view type = "recording")
    {
        const auto answer = post("/v2/resource/acquire", R"({"type":")" + std::string(type) +
                                                             R"(","webhookUrl":")" + std::string(hook) +
                                                             R"(","units":)" + std::to_string(units) + "}");
        std::vector<std::string> ids;
        const json::value body = parse(answer);
        for (const json::value& unit : body.at("data").as_array()) {
            ids.emplace_back(unit.at("id").as_string());
        }
        return ids;
    }

    emulator::service service;
    emulator::service::time_point now{1h};
    emulator::service::wall_time wall{std::chrono::sys_days(std::chrono::year{2026} / 1 / 31) + 12h};
    std::string token;
};

} // namespace emulator_test
