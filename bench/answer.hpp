// Compares id, status and webhook URL of the one unit in an answer: for contenders that read JSON by
// themselves.
#pragma once

#include "expected.hpp"

#include <boost/json/parse.hpp>

#include <string>
#include <string_view>

namespace bench {

/// Throws where the answer is not one unit as it was expected.
inline void check_answer(std::string_view body, const std::string& expected_id)
{
    const boost::json::value answer = boost::json::parse(body);
    const boost::json::array& units = answer.at("data").as_array();
    if (units.size() != 1) {
        throw_wrong_answer();
    }
    const boost::json::object& unit = units.front().as_object();
    if (unit.at("id").as_string() != expected_id || unit.at("status").as_string() != expected_status ||
        unit.at("webhookUrl").as_string() != expected_webhook_url) {
        throw_wrong_answer();
    }
}

} // namespace bench
