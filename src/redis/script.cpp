// The scripts themselves.
#include "redis/script.hpp"

#include <openssl/evp.h>

#include <new>

namespace videosdk::inline v0::redis {
namespace {

constexpr std::string_view passing_text = R"lua(
local target = KEYS[2]
local whose = 2
local node = redis.call('GET', KEYS[1])
if ARGV[5] == '1' or node == ARGV[4] then
    target = nil
    whose = 0
elseif node and redis.call('EXISTS', ARGV[1] .. 'alive:' .. node) == 1 then
    target = ARGV[1] .. 'to:' .. node
    whose = 1
end
if target then
    local n = redis.call('INCR', target .. ':n')
    redis.call('XADD', target, 'MAXLEN', '~', ARGV[2], '*', 'n', n, 'from', ARGV[3],
               'type', ARGV[6], 'token', ARGV[7], 'data', ARGV[8])
    if whose == 1 then
        redis.call('PEXPIRE', target, ARGV[10])
        redis.call('PEXPIRE', target .. ':n', ARGV[10])
    end
end
if ARGV[9] ~= '0' then
    local known = tonumber(redis.call('HGET', KEYS[3], 'rank') or '0')
    if tonumber(ARGV[9]) > known then
        redis.call('HSET', KEYS[3], 'rank', ARGV[9], 'type', ARGV[6], 'token', ARGV[7], 'data', ARGV[8])
    end
    redis.call('PEXPIRE', KEYS[3], ARGV[10])
end
return whose
)lua";

std::string sha_of(std::string_view text)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), bytes, &size, EVP_sha1(), nullptr) != 1) {
        throw std::bad_alloc();
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (unsigned i = 0; i < size; ++i) {
        out += digits[bytes[i] >> 4U];
        out += digits[bytes[i] & 0xFU];
    }
    return out;
}

} // namespace

script::script(std::string_view source) : text(source), sha(sha_of(source)) {}

const script& passing_script()
{
    static const script which(passing_text);
    return which;
}

} // namespace videosdk::inline v0::redis
