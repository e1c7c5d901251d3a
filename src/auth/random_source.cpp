// Random bytes.
#include "auth/random_source.hpp"

#include <videosdk/error.hpp>

#include <boost/system/errc.hpp>
#include <openssl/err.h>
#include <openssl/rand.h>

#include <climits>
#include <utility>

namespace videosdk::inline v0::auth {
namespace {

class openssl_source final : public random_source {
public:
    void fill(std::span<unsigned char> bytes) override
    {
        if (bytes.size() > INT_MAX || RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
            ERR_clear_error(); // a leftover would be taken for a failure of somebody's TLS connection
            error_info info;
            info.call = "random_bytes";
            info.detail = "OpenSSL has no randomness";
            throw error(boost::system::errc::make_error_code(boost::system::errc::io_error), std::move(info));
        }
    }
};

} // namespace

random_source::~random_source() = default;

std::shared_ptr<random_source> system_randomness()
{
    return std::make_shared<openssl_source>();
}

std::string random_bytes(random_source& from, std::size_t count)
{
    std::string bytes(count, '\0');
    from.fill({reinterpret_cast<unsigned char*>(bytes.data()), count});
    return bytes;
}

} // namespace videosdk::inline v0::auth
