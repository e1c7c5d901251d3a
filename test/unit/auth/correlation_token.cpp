// Correlation tokens: only what one of the keys minted for this owner is one.
#include "auth/correlation_token.hpp"

#include "auth/encoding.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace videosdk;
using namespace std::chrono_literals;
using auth::correlation_keys;

namespace {

constexpr std::chrono::system_clock::time_point t0{1'700'000'000s};
const std::string boot = "abcdefghijklmnop";
const std::string random16 = "0123456789abcdef";

correlation_keys keys_of(std::vector<std::string> keys)
{
    return correlation_keys::from_keys(std::move(keys)).value();
}

const correlation_keys keys = correlation_keys::from_secret("the account's secret");

std::string mint(const correlation_keys& with = keys, std::string_view owner = "studio-eu")
{
    return auth::mint_correlation_token(with, owner, boot, t0 + 999ms, random16);
}

bool fits(std::string_view text, std::string_view owner = "studio-eu", const correlation_keys& with = keys)
{
    return auth::check_correlation_token(with, owner, text).has_value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(correlation)

BOOST_AUTO_TEST_CASE(a_token_tells_its_boot_and_its_time)
{
    const std::string text = mint();
    const auto token = auth::check_correlation_token(keys, "studio-eu", text);
    BOOST_TEST_REQUIRE(token.has_value());
    BOOST_TEST(token->boot == boot);
    BOOST_TEST((token->minted_at == t0));
    BOOST_TEST(token->text == text);
}

BOOST_AUTO_TEST_CASE(its_form_is_fixed)
{
    // Computed by another implementation; it keeps processes with different versions of the library in
    // agreement.
    BOOST_TEST(mint() == "v1-abcdefghijklmnop-absvh4ia-gaytemzugu3doobzmfrggzdfmy-"
                         "zrxxhoz7blgejoyrry2bcgzrcy");
    BOOST_TEST(mint().size() == 82U);
    BOOST_TEST(mint().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_belongs_to_one_owner)
{
    BOOST_TEST(fits(mint()));
    BOOST_TEST(!fits(mint(), "studio-us"));
    BOOST_TEST(!fits(mint(), "studio-e"));
    BOOST_TEST(!fits(mint(), ""));
}

BOOST_AUTO_TEST_CASE(every_changed_character_is_refused)
{
    const std::string good = mint();
    for (std::size_t i = 0; i != good.size(); ++i) {
        for (const char c : std::string_view("aA2-1\n=\xff")) {
            std::string changed = good;
            changed[i] = c;
            BOOST_TEST(fits(changed) == (changed == good));
        }
        BOOST_TEST(!fits(good.substr(0, i)));
        BOOST_TEST(!fits(good.substr(i + 1)));
    }
    BOOST_TEST(!fits(good + "a"));
    BOOST_TEST(!fits(good + "-"));
    BOOST_TEST(!fits(" " + good));
    BOOST_TEST(!fits("-----"));
    BOOST_TEST(!fits("v1----"));
}

BOOST_AUTO_TEST_CASE(its_last_character_has_no_other_forms)
{
    const std::string good = mint();
    int accepted = 0;
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz234567")) {
        accepted += fits(good.substr(0, good.size() - 1) + c) ? 1 : 0;
    }
    BOOST_TEST(accepted == 1);
}

BOOST_AUTO_TEST_CASE(the_first_key_signs_and_all_verify)
{
    const std::string old_key = "an old key of enough bytes";
    const std::string new_key = "a new key of enough bytes";
    const correlation_keys before = keys_of({old_key});
    const correlation_keys rolling = keys_of({new_key, old_key});
    const correlation_keys after = keys_of({new_key});
    BOOST_TEST(fits(mint(before), "studio-eu", rolling));
    BOOST_TEST(fits(mint(rolling), "studio-eu", after));
    BOOST_TEST(!fits(mint(rolling), "studio-eu", before));
    BOOST_TEST(!fits(mint(before), "studio-eu", after));
    BOOST_TEST(!fits(mint(), "studio-eu", correlation_keys()));
}

BOOST_AUTO_TEST_CASE(every_process_of_an_account_derives_the_same_key)
{
    BOOST_TEST((correlation_keys::from_secret("s1").keys() == correlation_keys::from_secret("s1").keys()));
    BOOST_TEST((correlation_keys::from_secret("s1").keys() != correlation_keys::from_secret("s2").keys()));
    BOOST_TEST(correlation_keys::from_secret("s1").keys().front() != "s1");
    BOOST_TEST(correlation_keys::from_secret("").empty());
}

BOOST_AUTO_TEST_CASE(short_keys_are_refused_and_not_shown)
{
    const auto refused = correlation_keys::from_keys({"a key of enough bytes", "sesame"});
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code() == errc::invalid_argument));
    BOOST_TEST(refused.error().info().detail == "token_keys[1] must be at least 16 bytes long");
    BOOST_TEST(std::string(refused.error().what()).find("sesame") == std::string::npos);
    BOOST_TEST(correlation_keys::from_keys({}).has_error());
    BOOST_TEST(correlation_keys::from_keys({std::string(15, 'k')}).has_error());
    BOOST_TEST(correlation_keys::from_keys({std::string(16, 'k')}).has_value());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_minted_is_refused)
{
    const auto refuses = [](const correlation_keys& with, std::string_view owner, std::string_view with_boot,
                            std::chrono::system_clock::time_point now, std::string_view random) {
        BOOST_CHECK_EXCEPTION(auth::mint_correlation_token(with, owner, with_boot, now, random), error,
                              [](const error& e) { return e.code() == errc::invalid_argument; });
    };
    refuses(correlation_keys(), "studio-eu", boot, t0, random16);
    refuses(keys, "Studio", boot, t0, random16);
    refuses(keys, "studio-eu", "short", t0, random16);
    refuses(keys, "studio-eu", "ABCDEFGHIJKLMNOP", t0, random16);
    refuses(keys, "studio-eu", boot, t0, "0123456789abcde");
    refuses(keys, "studio-eu", boot, std::chrono::system_clock::time_point(-1s), random16);
}

BOOST_AUTO_TEST_CASE(a_time_beyond_the_clock_is_refused_even_when_signed)
{
    const std::string text = "v1-" + boot + "-77777777-" + auth::base32_encode(random16);
    const std::string mac =
        auth::hmac_sha256(keys.keys().front(), "videosdk correlation token v1\nstudio-eu\n" + text)
            .substr(0, 16);
    BOOST_TEST(!fits(text + "-" + auth::base32_encode(mac)));
}

BOOST_AUTO_TEST_CASE(boots_are_random_and_fit_into_tokens)
{
    const auto chance = auth::system_randomness();
    const std::string first = auth::make_boot(*chance);
    BOOST_TEST(first.size() == 16U);
    BOOST_TEST(first != auth::make_boot(*chance));
    const std::string text =
        auth::mint_correlation_token(keys, "o", first, t0, auth::random_bytes(*chance, 16));
    BOOST_TEST(auth::check_correlation_token(keys, "o", text).value().boot == first);
}

BOOST_AUTO_TEST_CASE(owners_are_short_and_plain)
{
    for (const char* good : {"a", "studio-eu", "0", "-", "abcdefghijklmnopqrstuvwxyz012345"}) {
        BOOST_TEST(auth::is_valid_owner(good));
    }
    for (const char* bad :
         {"", "A", "a b", "a/b", "a.b", "a_b", "\xc3\xbc", "a\n", "abcdefghijklmnopqrstuvwxyz0123456"}) {
        BOOST_TEST(!auth::is_valid_owner(bad));
    }
}

BOOST_AUTO_TEST_SUITE_END()
