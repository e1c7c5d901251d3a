// Test certificates by the library's own maker.
#include "certificates.hpp"

#include "http/self_signed.hpp"

namespace test_support {
namespace {

namespace http = videosdk::http;

http::key_kind kind_of(key_type type)
{
    return type == key_type::rsa_2048 ? http::key_kind::rsa_2048 : http::key_kind::ec_p256;
}

certificate from(const http::certificate_and_key& made)
{
    return {made.certificate_pem, made.private_key_pem};
}

} // namespace

certificate make_authority(const std::string& common_name, key_type key)
{
    return from(http::make_authority(common_name, kind_of(key)));
}

certificate make_leaf(const leaf_options& options, const certificate* authority)
{
    http::certificate_request request;
    request.common_name = options.dns_names.empty() ? "leaf" : options.dns_names.front();
    request.dns_names = options.dns_names;
    request.addresses = options.addresses;
    request.valid_from = std::chrono::hours(options.valid_from_hours);
    request.valid_until = std::chrono::hours(options.valid_until_hours);
    request.key = kind_of(options.key);
    http::certificate_and_key signer;
    if (authority != nullptr) {
        signer.certificate_pem = authority->certificate_pem;
        signer.private_key_pem = authority->private_key_pem;
    }
    return from(http::make_certificate(request, authority != nullptr ? &signer : nullptr));
}

certificate make_leaf()
{
    return make_leaf(leaf_options{});
}

} // namespace test_support
