// Certificates for tests, made at run time: nothing in the tree can expire.
#pragma once

#include <string>
#include <vector>

namespace test_support {

struct certificate {
    std::string certificate_pem;
    std::string private_key_pem;
};

/// One RSA key of each size is made in a program and shared by all certificates that ask for it: making one
/// is slow.
enum class key_type { ec_p256, rsa_2048, rsa_1024 };

/// Validity in hours from now; the default is valid.
struct leaf_options {
    std::vector<std::string> dns_names = {"localhost"};
    std::vector<std::string> addresses = {"127.0.0.1", "::1"};
    long valid_from_hours = -1;
    long valid_until_hours = 24;
    key_type key = key_type::ec_p256;
};

certificate make_authority(const std::string& common_name = "test authority",
                           key_type key = key_type::ec_p256);
/// Signed by `authority`, or by itself.
certificate make_leaf(const leaf_options& options, const certificate* authority = nullptr);
certificate make_leaf();

/// A certificate of which every part can be wrong. The default is a sound leaf without a name. Extensions are
/// text as in OpenSSL's configuration files; an empty one is left out.
struct certificate_plan {
    std::string common_name = "leaf";
    std::vector<std::string> dns_names; ///< As they are: any byte, also NUL.
    std::vector<std::string> addresses;
    long valid_from_hours = -1;
    long valid_until_hours = 24;
    key_type key = key_type::ec_p256;
    std::string basic_constraints = "critical,CA:FALSE";
    std::string key_usage = "critical,digitalSignature";
    std::string extended_key_usage = "serverAuth";
    std::string name_constraints = {};
    std::string digest = "SHA256"; ///< Of the signature.
    bool key_identifiers = true;
    bool unknown_critical_extension = false;
};

/// A sound authority, by whichever name.
certificate_plan authority_plan(const std::string& common_name);
/// Signed by `issuer`, or by itself. Throws std::runtime_error when OpenSSL refuses.
certificate issue(const certificate_plan& plan, const certificate* issuer = nullptr);

} // namespace test_support
