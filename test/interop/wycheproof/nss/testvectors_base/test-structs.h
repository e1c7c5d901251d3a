// What the vectors' headers in the sources of NSS include, as far as signatures by RSA need it: in words of
// ours.
#pragma once

#include <cstdint>
#include <vector>

enum SECOidTag { SEC_OID_SHA1, SEC_OID_SHA224, SEC_OID_SHA256, SEC_OID_SHA384, SEC_OID_SHA512 };

struct RsaSignatureTestVector {
    SECOidTag hash_oid;
    std::uint32_t id;
    std::vector<std::uint8_t> sig;
    std::vector<std::uint8_t> public_key; // SubjectPublicKeyInfo in DER
    std::vector<std::uint8_t> msg;
    bool valid;
};
