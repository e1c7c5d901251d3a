// The last look before the first byte of a request: a peer that has shown nothing is not trusted.
#include "http/tls_context.hpp"
#include "support/certificates.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>

namespace {

struct deleter {
    void operator()(SSL* what) const noexcept { SSL_free(what); }
};

bool trusts_nobody_in_particular(const videosdk::tls_options& options)
{
    videosdk::http::endpoint where;
    where.host = "api.example.com";
    videosdk::http::tls_context context(where, options);
    const std::unique_ptr<SSL, deleter> connection(SSL_new(context.native().native_handle()));
    return context.trusts(connection.get());
}

} // namespace

BOOST_AUTO_TEST_SUITE(last_look)

BOOST_AUTO_TEST_CASE(a_peer_without_a_certificate_is_trusted_only_by_the_option_that_says_so)
{
    videosdk::tls_options options;
    options.ca_pem = test_support::make_authority().certificate_pem;
    BOOST_TEST(!trusts_nobody_in_particular(options));
    options.insecure_accept_any_certificate = true;
    BOOST_TEST(trusts_nobody_in_particular(options));
}

BOOST_AUTO_TEST_CASE(a_host_that_no_certificate_can_be_for_is_refused_before_anything_is_sent)
{
    videosdk::tls_options options;
    options.ca_pem = test_support::make_authority().certificate_pem;
    for (const std::string& host : {std::string(), std::string("a\0b", 3), std::string("fe80::1%lo")}) {
        videosdk::http::endpoint where;
        where.host = host;
        BOOST_CHECK_THROW(videosdk::http::tls_context(where, options), videosdk::error);
    }
}

BOOST_AUTO_TEST_SUITE_END()
