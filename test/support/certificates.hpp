// Certificates for tests, made at run time: nothing in the tree can expire.
#pragma once

#include <string>
#include <vector>

namespace test_support {

struct certificate {
    std::string certificate_pem;
    std::string private_key_pem;
};

enum class key_type { ec_p256, rsa_2048 };

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

} // namespace test_support
