// Which codes each condition covers: written out here once more, so that a change must be meant.
#include <videosdk/errc.hpp>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>
#include <string>
#include <vector>

using videosdk::condition;
using videosdk::errc;

namespace {

std::vector<errc> all_codes()
{
    std::vector<errc> codes;
    for (int i = 1; i <= static_cast<int>(errc::no_tenure); ++i) {
        codes.push_back(static_cast<errc>(i));
    }
    return codes;
}

void covers_exactly(condition group, const std::set<errc>& expected)
{
    for (const errc code : all_codes()) {
        BOOST_TEST_CONTEXT(code << " and " << group)
        {
            BOOST_TEST((make_error_code(code) == group) == expected.contains(code));
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(conditions)

BOOST_AUTO_TEST_CASE(each_condition_covers_the_codes_that_its_comment_names)
{
    covers_exactly(condition::timeout, {errc::timeout, errc::response_timeout, errc::wait_timeout});
    covers_exactly(condition::retryable,
                   {errc::timeout, errc::wait_timeout, errc::resolve_failed, errc::connect_failed,
                    errc::connection_stale, errc::pool_exhausted, errc::rate_limited, errc::no_tenure});
    covers_exactly(condition::not_found, {errc::payment_required, errc::not_found});
    covers_exactly(condition::unauthorized, {errc::unauthorized, errc::invalid_credentials});
    covers_exactly(condition::rate_limited, {errc::rate_limited});
    covers_exactly(condition::ambiguous,
                   {errc::response_timeout, errc::connection_lost, errc::truncated_response,
                    errc::malformed_response, errc::response_too_large, errc::unexpected_response,
                    errc::request_timeout, errc::conflict, errc::client_error, errc::server_error,
                    errc::unexpected_status, errc::ambiguous});
    covers_exactly(condition::invalid_input, {errc::invalid_argument, errc::invalid_credentials,
                                              errc::invalid_endpoint, errc::bad_request});
    covers_exactly(condition::network, {errc::timeout, errc::response_timeout, errc::resolve_failed,
                                        errc::connect_failed, errc::tls_failed, errc::connection_lost,
                                        errc::connection_stale, errc::truncated_response});
    covers_exactly(condition::client_error, {errc::bad_request, errc::unauthorized, errc::payment_required,
                                             errc::forbidden, errc::not_found, errc::request_timeout,
                                             errc::conflict, errc::rate_limited, errc::client_error});
    covers_exactly(condition::server_error, {errc::server_error});
}

BOOST_AUTO_TEST_CASE(codes_of_others_meet_no_condition)
{
    const boost::system::error_code foreign[] = {
        boost::asio::error::operation_aborted, boost::asio::error::connection_reset,
        boost::system::error_code(static_cast<int>(errc::timeout), boost::system::system_category()),
        boost::system::error_code()};
    for (const auto& code : foreign) {
        for (int i = 1; i <= static_cast<int>(condition::server_error); ++i) {
            BOOST_TEST(!(code == static_cast<condition>(i)));
        }
    }
}

BOOST_AUTO_TEST_CASE(each_code_has_its_own_name_and_a_sentence_for_a_message)
{
    std::set<std::string> names;
    std::set<std::string> messages;
    for (const errc code : all_codes()) {
        std::ostringstream printed;
        printed << code;
        const std::string message = make_error_code(code).message();
        BOOST_TEST(printed.str() == to_string(code));
        BOOST_TEST(names.insert(printed.str()).second);
        BOOST_TEST(messages.insert(message).second);
        BOOST_TEST(message.ends_with('.'));
        BOOST_TEST(make_error_code(code).failed());
    }
    BOOST_TEST(!names.contains("unknown"));
    BOOST_TEST(to_string(errc::timeout) == "timeout");
    BOOST_TEST(to_string(errc::release_refused) == "release_refused");
    BOOST_TEST(to_string(errc::not_ours) == "not_ours");
    BOOST_TEST(std::string(videosdk::videosdk_category().name()) == "videosdk");
}

BOOST_AUTO_TEST_CASE(each_condition_has_its_own_name_and_message)
{
    std::set<std::string_view> names;
    for (int i = 1; i <= static_cast<int>(condition::server_error); ++i) {
        const auto group = static_cast<condition>(i);
        BOOST_TEST(names.insert(to_string(group)).second);
        BOOST_TEST(make_error_condition(group).message().ends_with('.'));
    }
    BOOST_TEST(!names.contains("unknown"));
}

BOOST_AUTO_TEST_CASE(values_that_are_no_enumerators_are_unknown)
{
    BOOST_TEST(to_string(static_cast<errc>(0)) == "unknown");
    BOOST_TEST(to_string(static_cast<errc>(9999)) == "unknown");
    BOOST_TEST(to_string(static_cast<errc>(-1)) == "unknown");
    BOOST_TEST(to_string(static_cast<condition>(0)) == "unknown");
    BOOST_TEST(to_string(static_cast<videosdk::outcome>(0)) == "unknown");
    BOOST_TEST(!(boost::system::error_code(9999, videosdk::videosdk_category()) == condition::client_error));
    BOOST_TEST(!videosdk::videosdk_category().message(9999).empty());
    BOOST_TEST(!videosdk::condition_category().message(9999).empty());
}

BOOST_AUTO_TEST_CASE(outcomes_and_effects_print_as_their_names)
{
    std::ostringstream printed;
    printed << videosdk::outcome::not_sent << ' ' << videosdk::outcome::ambiguous << ' '
            << videosdk::outcome::answered << ' ' << videosdk::effect::none << ' ' << videosdk::effect::known
            << ' ' << videosdk::effect::unknown << ' ' << condition::retryable;
    BOOST_TEST(printed.str() == "not_sent ambiguous answered none known unknown retryable");
}

BOOST_AUTO_TEST_SUITE_END()
