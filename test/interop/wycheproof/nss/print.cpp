// Prints the RSA vectors that stand as headers in the sources of NSS, one a line, for wycheproof_vectors
// --lines. from_nss.sh compiles it when it has those sources, without anything of the library.
#include "testvectors_base/test-structs.h"

#include <cstdio>
#include <string>
#include <vector>

// They share their keys, so that all are needed, and in this order.
// clang-format off
#include "testvectors/rsa_signature_2048_sha224-vectors.h"
#include "testvectors/rsa_signature_2048_sha256-vectors.h"
#include "testvectors/rsa_signature_2048_sha512-vectors.h"
#include "testvectors/rsa_signature_3072_sha256-vectors.h"
#include "testvectors/rsa_signature_3072_sha384-vectors.h"
#include "testvectors/rsa_signature_3072_sha512-vectors.h"
#include "testvectors/rsa_signature_4096_sha384-vectors.h"
#include "testvectors/rsa_signature_4096_sha512-vectors.h"
#include "testvectors/rsa_signature-vectors.h"
// clang-format on

namespace {

std::string hex(const std::vector<std::uint8_t>& bytes)
{
    std::string out = bytes.empty() ? "-" : "";
    for (const std::uint8_t byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(byte));
        out += digits;
    }
    return out;
}

template <class Vectors>
void print(const char* file, const Vectors& vectors)
{
    for (const RsaSignatureTestVector& each : vectors) {
        if (each.hash_oid == SEC_OID_SHA256) {
            std::printf("%s %u %s %s %s %s\n", file, static_cast<unsigned>(each.id),
                        each.valid ? "valid" : "invalid", hex(each.public_key).c_str(), hex(each.msg).c_str(),
                        hex(each.sig).c_str());
        }
    }
}

} // namespace

int main()
{
    print("rsa_signature_2048_sha256", kRsaSignature2048Sha256WycheproofVectors);
    print("rsa_signature_3072_sha256", kRsaSignature3072Sha256WycheproofVectors);
    print("rsa_signature", kRsaSignatureWycheproofVectors);
}
