// A server that asks who is calling is shown the certificate of the options; what cannot be one is refused
// before there is a client.
#include "support/certificates.hpp"
#include "support/raw_server.hpp"
#include "world.hpp"

#include <mutex>
#include <set>
#include <sstream>

#include <unistd.h>

namespace {

using namespace test;
using test_support::certificate;
using test_support::issue;
using test_support::raw_peer;
using test_support::raw_server;
using test_support::raw_tls;
using videosdk::client_options;
using videosdk::errc;

certificate client_leaf(const std::string& name, const certificate* issuer,
                        test_support::key_type key = test_support::key_type::ec_p256)
{
    test_support::certificate_plan plan;
    plan.common_name = name;
    plan.extended_key_usage = "clientAuth";
    plan.key = key;
    return issue(plan, issuer);
}

/// A server that wants certificates of one authority, and notes whose it saw.
struct careful_server {
    explicit careful_server(bool tls_1_2)
    {
        const certificate leaf = test_support::make_leaf({}, &root);
        raw_tls material{leaf.certificate_pem, leaf.private_key_pem};
        material.tls_1_2_only = tls_1_2;
        material.client_roots_pem = client_root.certificate_pem;
        server.emplace(
            [this](raw_peer& peer, unsigned) {
                while (!peer.read_request().empty()) {
                    const std::lock_guard lock(mutex);
                    ++requests;
                    seen.insert(peer.client_name());
                    peer.write(test_support::ok(one_unit()));
                }
            },
            material);
    }

    client_options options() const
    {
        return options_for("https://localhost:" + std::to_string(server->port()), root.certificate_pem);
    }

    acquired acquire(const client_options& options) const
    {
        boost::asio::io_context io;
        videosdk::client client(io.get_executor(), options);
        return run(io, client.try_acquire(one_recording, {.max_attempts = 1}));
    }

    certificate root = test_support::make_authority();
    certificate client_root = test_support::make_authority("authority of clients");
    std::mutex mutex;
    std::set<std::string> seen;
    int requests = 0;
    std::optional<raw_server> server;
};

/// A file that lives as long as this.
class file {
public:
    explicit file(const std::string& text)
    {
        const int descriptor = ::mkstemp(name_);
        BOOST_REQUIRE(descriptor >= 0);
        BOOST_REQUIRE(::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        ::close(descriptor);
    }
    ~file() { ::unlink(name_); }
    file(const file&) = delete;
    file& operator=(const file&) = delete;
    const char* name() const noexcept { return name_; }

private:
    char name_[32] = "reach_test_XXXXXX";
};

struct refusal {
    boost::system::error_code code;
    std::string text;
};

refusal refusal_of(const client_options& options)
{
    boost::asio::io_context io;
    try {
        const videosdk::client client(io.get_executor(), options);
    } catch (const videosdk::error& failure) {
        return {failure.code(), failure.what()};
    }
    return {{}, "(accepted)"};
}

/// A private key with a passphrase, as its first line says.
constexpr const char* locked_key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                   "MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBCqqqqqqqqqqqqqqqqq\n"
                                   "-----END ENCRYPTED PRIVATE KEY-----\n";

} // namespace

BOOST_AUTO_TEST_SUITE(client_certificates)

BOOST_AUTO_TEST_CASE(a_server_that_asks_is_shown_the_certificate_from_files_or_text_with_its_chain)
{
    for (const bool tls_1_2 : {true, false}) {
        careful_server careful(tls_1_2);
        const certificate direct = client_leaf("by-text", &careful.client_root);
        auto options = careful.options();
        options.tls.client_certificate_pem = direct.certificate_pem;
        options.tls.client_key_pem = direct.private_key_pem;
        const auto by_text = careful.acquire(options);
        BOOST_TEST(by_text.has_value());
        // An authority in between goes along, since the server does not know it.
        const certificate middle = issue(test_support::authority_plan("middle"), &careful.client_root);
        const certificate behind = client_leaf("by-file", &middle, test_support::key_type::rsa_2048);
        const file chain(behind.certificate_pem + middle.certificate_pem);
        const file key(behind.private_key_pem);
        options = careful.options();
        options.tls.client_certificate_file = chain.name();
        options.tls.client_key_file = key.name();
        const auto by_file = careful.acquire(options);
        BOOST_TEST(by_file.has_value());
        const std::lock_guard lock(careful.mutex);
        BOOST_TEST((careful.seen == std::set<std::string>{"by-file", "by-text"}));
    }
}

BOOST_AUTO_TEST_CASE(without_one_or_with_a_strangers_no_request_is_served)
{
    const certificate stranger = client_leaf("stranger", nullptr);
    for (const bool tls_1_2 : {true, false}) {
        careful_server careful(tls_1_2);
        for (const bool shown : {true, false}) {
            auto options = careful.options();
            if (shown) {
                options.tls.client_certificate_pem = stranger.certificate_pem;
                options.tls.client_key_pem = stranger.private_key_pem;
            }
            const auto got = careful.acquire(options);
            BOOST_REQUIRE(got.has_error());
            if (tls_1_2) {
                check_not_sent(got.error(), errc::tls_failed, "alert");
            } else {
                // A server of TLS 1.3 says so only after the client has finished: the request had left.
                BOOST_TEST((got.error().code() == errc::connection_lost), got.error().what());
                BOOST_TEST(contains(got.error().what(), "alert"), got.error().what());
            }
        }
        BOOST_TEST(careful.requests == 0);
    }
}

BOOST_AUTO_TEST_CASE(one_without_the_other_and_both_forms_at_once_are_refused_by_name)
{
    const certificate made = client_leaf("c", nullptr);
    const auto refused = [](void (*change)(client_options&, const certificate&), const certificate& with) {
        client_options options = options_for("https://localhost", some_roots());
        change(options, with);
        const refusal got = refusal_of(options);
        BOOST_TEST((got.code == errc::invalid_argument), got.text);
        BOOST_TEST(!contains(got.text, "BEGIN"), got.text);
        return got.text;
    };
    BOOST_TEST(
        contains(refused([](auto& o, auto& c) { o.tls.client_certificate_pem = c.certificate_pem; }, made),
                 "tls.client_key_file or tls.client_key_pem must be set"));
    BOOST_TEST(contains(refused([](auto& o, auto& c) { o.tls.client_key_pem = c.private_key_pem; }, made),
                        "tls.client_certificate_file or tls.client_certificate_pem must be set"));
    BOOST_TEST(contains(refused(
                            [](auto& o, auto& c) {
                                o.tls.client_certificate_pem = c.certificate_pem;
                                o.tls.client_certificate_file = "c.pem";
                                o.tls.client_key_pem = c.private_key_pem;
                            },
                            made),
                        "tls.client_certificate_file and tls.client_certificate_pem must not both be set"));
    BOOST_TEST(contains(refused(
                            [](auto& o, auto& c) {
                                o.tls.client_certificate_pem = c.certificate_pem;
                                o.tls.client_key_file = "k.pem";
                                o.tls.client_key_pem = c.private_key_pem;
                            },
                            made),
                        "tls.client_key_file and tls.client_key_pem must not both be set"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_or_does_not_belong_together_is_refused_by_name)
{
    const certificate made = client_leaf("c", nullptr);
    const certificate other = client_leaf("d", nullptr);
    const certificate other_kind = client_leaf("e", nullptr, test_support::key_type::rsa_2048);
    const certificate weak = client_leaf("f", nullptr, test_support::key_type::rsa_1024);
    const std::string empty_block = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    const file certificates(made.certificate_pem);
    const file nothing("");
    struct row {
        std::string chain_file;
        std::string chain;
        std::string key_file;
        std::string key;
        std::string words;
    };
    const row rows[] = {
        {"no-such.pem", "", "", made.private_key_pem,
         "tls.client_certificate_file no-such.pem cannot be read"},
        {".", "", "", made.private_key_pem, "tls.client_certificate_file . cannot be read"},
        {nothing.name(), "", "", made.private_key_pem, "cannot be read, or is empty"},
        {"", made.certificate_pem, "no-such.key", "", "tls.client_key_file no-such.key cannot be read"},
        {"", "nonsense", "", made.private_key_pem, "tls.client_certificate_pem holds no PEM certificate"},
        {"", made.private_key_pem, "", made.private_key_pem, "tls.client_certificate_pem holds no PEM"},
        {"", made.certificate_pem + empty_block, "", made.private_key_pem, "one that cannot be read"},
        {"", made.certificate_pem, "", "nonsense",
         "tls.client_key_pem is not an unencrypted PEM private key"},
        {"", made.certificate_pem, "", made.certificate_pem, "tls.client_key_pem is not an unencrypted"},
        {"", made.certificate_pem, "", locked_key, "tls.client_key_pem is not an unencrypted PEM"},
        {certificates.name(), "", "", other.private_key_pem,
         std::string("tls.client_key_pem does not belong to the first certificate of "
                     "tls.client_certificate_file ") +
             certificates.name()},
        {"", made.certificate_pem, "", other_kind.private_key_pem, "does not belong to the first"},
        {"", weak.certificate_pem, "", weak.private_key_pem,
         "tls.client_certificate_pem cannot be used: ee key too small"},
    };
    for (const row& each : rows) {
        client_options options = options_for("https://localhost", some_roots());
        options.tls.client_certificate_file = each.chain_file;
        options.tls.client_certificate_pem = each.chain;
        options.tls.client_key_file = each.key_file;
        options.tls.client_key_pem = each.key;
        const refusal got = refusal_of(options);
        BOOST_TEST((got.code == errc::tls_failed), got.text);
        BOOST_TEST(contains(got.text, each.words), got.text << " does not say " << each.words);
        BOOST_TEST(!contains(got.text, "BEGIN"), got.text);
    }
}

BOOST_AUTO_TEST_CASE(the_certificate_is_named_when_options_are_printed_and_the_key_is_not)
{
    client_options options;
    options.tls.client_certificate_file = "client.pem";
    options.tls.client_key_file = "client.key";
    std::ostringstream text;
    text << options;
    BOOST_TEST(contains(text.str(), "client certificate client.pem"), text.str());
    options.tls.client_certificate_file.clear();
    options.tls.client_certificate_pem = "-----BEGIN CERTIFICATE-----";
    options.tls.client_key_pem = "-----BEGIN PRIVATE KEY-----";
    text.str("");
    text << options;
    BOOST_TEST(contains(text.str(), "client certificate given"), text.str());
    BOOST_TEST(!contains(text.str(), "BEGIN"), text.str());
}

BOOST_AUTO_TEST_SUITE_END()
