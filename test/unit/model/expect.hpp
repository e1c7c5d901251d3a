// What the tests of the model share: taking a parsed value, or its failure, and sample units.
#pragma once

#include "model/json.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <string_view>

/// The value; the test fails with the failure's words where there is none.
template <class T>
T value_of(const videosdk::model::parsed<T>& result)
{
    if (result.has_error()) {
        BOOST_ERROR("unexpected failure: " + result.error().detail);
        return T();
    }
    return *result;
}

/// Why it failed; the test fails where it did not.
template <class T>
std::string failure_of(const videosdk::model::parsed<T>& result)
{
    if (result.has_value()) {
        BOOST_ERROR("a failure was expected");
        return {};
    }
    return result.error().detail;
}

/// A unit as the vendor's page shows it.
inline constexpr std::string_view sample_unit =
    R"({"id":"64f1a2b3c4d5e6f7a8b9c0d1","status":"pending","type":"recording","mode":"video-and-audio",)"
    R"("quality":"low","composerIds":[],"webhookUrl":"https://example.com/"})";

/// The vendor's sample answer to acquire.
inline const std::string sample_acquire = R"({"success":true,"data":[)" + std::string(sample_unit) + "]}";
