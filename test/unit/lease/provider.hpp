// The provider as a lease manager's tests need it: units in a map, and what goes wrong said beforehand.
#pragma once

#include "../../support/scripted_transport.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace lease_tests {

namespace json = boost::json;

struct provider {
    enum class fate {
        well,
        lost_request, ///< Bytes left, nothing was done, no answer.
        lost_answer,  ///< Done, no answer.
        refused,      ///< 403
        one_short,    ///< One unit fewer than asked for.
        no_answer     ///< Nothing, until the deadline.
    };

    struct unit {
        std::string status = "pending";
        std::string url;
        std::string composition;
    };

    test::step answer(const test::seen_request& request)
    {
        if (request.target == "/v2/resource/acquire") {
            return acquire(request.body);
        }
        if (request.target == "/v2/resource/release") {
            return release(request.body);
        }
        if (request.target.ends_with("/start")) {
            return start(request.body);
        }
        if (request.target.ends_with("/end")) {
            return end(request.body);
        }
        if (request.target.starts_with("/v2/resource?")) {
            ++listings;
            if (delay_listings) {
                return test::hang_after_write();
            }
            return test::answer(200, list(request.target));
        }
        ++gets;
        if (delay_gets) {
            return test::hang_after_write();
        }
        const auto found = units.find(request.target.substr(std::string("/v2/resource/").size()));
        if (found == units.end()) {
            return test::answer(404, R"({"message":"not found"})");
        }
        return test::answer(200, json::serialize(shown(found->first, found->second)));
    }

    static fate next(std::deque<fate>& from)
    {
        if (from.empty()) {
            return fate::well;
        }
        const fate out = from.front();
        from.pop_front();
        return out;
    }

    test::step acquire(const std::string& body)
    {
        ++acquires;
        const fate what = next(acquire_fates);
        if (what == fate::refused) {
            return test::answer(403, R"({"message":"no"})");
        }
        const auto lost = test::failure(videosdk::errc::connection_lost, videosdk::outcome::ambiguous);
        if (what == fate::lost_request) {
            return lost;
        }
        if (what == fate::no_answer) {
            return test::hang_after_write();
        }
        const json::object asked = json::parse(body).as_object();
        const auto* const units_asked = asked.if_contains("units");
        std::int64_t count = units_asked != nullptr ? units_asked->as_int64() : 1;
        count -= what == fate::one_short ? 1 : 0;
        json::array granted;
        for (std::int64_t i = 0; i < count; ++i) {
            std::string id = std::to_string(100000000000000000 + ++made);
            id.insert(0, 24 - id.size(), 'a');
            unit& fresh = units[id];
            fresh.url = std::string(asked.at("webhookUrl").as_string());
            granted.push_back(shown(id, fresh));
        }
        if (what == fate::lost_answer) {
            return lost;
        }
        return test::answer(200, json::serialize(json::object{{"success", true}, {"data", granted}}));
    }

    test::step release(const std::string& body)
    {
        ++releases;
        const fate what = next(release_fates);
        if (what == fate::refused) {
            return test::answer(403, R"({"message":"no"})");
        }
        const auto lost = test::failure(videosdk::errc::response_timeout, videosdk::outcome::ambiguous);
        if (what == fate::lost_request) {
            return lost;
        }
        json::array results;
        const json::value asked = json::parse(body);
        for (const json::value& id : asked.at("ids").as_array()) {
            unit& which = units.at(std::string(id.as_string()));
            const bool idle = which.status == "idle";
            which.status = idle ? "released" : which.status;
            results.push_back(
                {{"id", id}, {"success", idle}, {"msg", idle ? "resource released" : "not idle"}});
        }
        if (what == fate::lost_answer) {
            return lost;
        }
        return test::answer(200, json::serialize(json::object{{"success", true}, {"data", results}}));
    }

    test::step start(const std::string& body)
    {
        ++starts;
        const fate what = next(start_fates);
        if (what == fate::no_answer) {
            return test::hang_after_write();
        }
        const auto lost = test::failure(videosdk::errc::connection_lost, videosdk::outcome::ambiguous);
        if (what == fate::lost_request) {
            return lost;
        }
        const json::value asked = json::parse(body);
        unit& which = units.at(std::string(asked.at("resourceId").as_string()));
        which.status = "composing";
        which.composition = "composition-" + std::to_string(starts);
        if (what == fate::lost_answer) {
            return lost;
        }
        return test::answer(
            200, json::serialize(json::object{{"success", true}, {"data", {{"id", which.composition}}}}));
    }

    test::step end(const std::string& body)
    {
        ++ends;
        const fate what = next(end_fates);
        if (what == fate::no_answer) {
            return test::hang_after_write();
        }
        const auto lost = test::failure(videosdk::errc::connection_lost, videosdk::outcome::ambiguous);
        if (what == fate::lost_request) {
            return lost;
        }
        const json::value asked = json::parse(body);
        for (auto& [id, each] : units) {
            if (each.composition == asked.at("id").as_string() && !keeps_composing) {
                each.status = "idle";
                each.composition.clear();
            }
        }
        return what == fate::lost_answer ? lost : test::answer(200, R"({"success":true,"msg":"ended"})");
    }

    std::string list(const std::string& target) const
    {
        json::array shown_units;
        for (const auto& [id, each] : units) {
            if (target.find("status=" + each.status) != std::string::npos) {
                shown_units.push_back(shown(id, each));
            }
        }
        const std::size_t total = shown_units.size();
        return json::serialize(json::object{
            {"pageInfo", {{"currentPage", 1}, {"perPage", 100}, {"lastPage", 1}, {"total", total}}},
            {"data", std::move(shown_units)}});
    }

    static json::object shown(const std::string& id, const unit& which)
    {
        json::array composers;
        if (!which.composition.empty()) {
            composers.push_back(json::string(which.composition));
        }
        return {{"id", id},
                {"status", which.status},
                {"type", "recording"},
                {"quality", "med"},
                {"mode", "video-and-audio"},
                {"composerIds", composers},
                {"webhookUrl", which.url}};
    }

    void everything_is_idle()
    {
        for (auto& [id, each] : units) {
            each.status = each.status == "pending" ? "idle" : each.status;
        }
    }
    std::size_t alive() const
    {
        std::size_t count = 0;
        for (const auto& [id, each] : units) {
            count += each.status != "released" ? 1 : 0;
        }
        return count;
    }

    std::map<std::string, unit> units;
    std::deque<fate> acquire_fates;
    std::deque<fate> release_fates;
    std::deque<fate> start_fates;
    std::deque<fate> end_fates;
    bool delay_gets = false; ///< They find no answer.
    bool delay_listings = false;
    bool keeps_composing = false; ///< Whatever is ended.
    std::int64_t made = 0;
    int acquires = 0;
    int releases = 0;
    int starts = 0;
    int ends = 0;
    int gets = 0;
    int listings = 0;
};

} // namespace lease_tests
