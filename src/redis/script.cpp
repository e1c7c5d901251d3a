// The scripts themselves.
#include "redis/script.hpp"

#include <openssl/evp.h>

#include <new>

namespace videosdk::inline v0::redis {
namespace {

constexpr std::string_view passing_text = R"lua(
local target = KEYS[2]
local whose = 2
if ARGV[4] == '1' then
    target = nil
    whose = 0
else
    local node, life = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%S+)$')
    if node and redis.call('GET', ARGV[1] .. 'alive:' .. node) == life then
        target = ARGV[1] .. 'to:' .. node
        whose = 1
    end
end
if target then
    local n = redis.call('INCR', target .. ':n')
    redis.call('XADD', target, 'MAXLEN', '~', ARGV[2], '*', 'n', n, 'from', ARGV[3],
               'type', ARGV[5], 'token', ARGV[6], 'data', ARGV[7])
    -- A living node sees to its stream's time with each beat: this is for one that was not there at the last.
    if whose == 1 and n % 64 == 1 then
        redis.call('PEXPIRE', target, ARGV[9])
        redis.call('PEXPIRE', target .. ':n', ARGV[9])
    end
end
if ARGV[8] ~= '0' then
    local known = tonumber(redis.call('HGET', KEYS[3], 'rank') or '0')
    if tonumber(ARGV[8]) > known then
        redis.call('HSET', KEYS[3], 'rank', ARGV[8], 'type', ARGV[5], 'token', ARGV[6], 'data', ARGV[7])
    end
    redis.call('PEXPIRE', KEYS[3], ARGV[9])
end
return whose
)lua";

constexpr std::string_view last_entry_text = R"lua(
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
if not last then
    return {}
end
local number = '0'
for i = 1, #last[2], 2 do
    if last[2][i] == 'n' then
        number = string.sub(last[2][i + 1], 1, 20)
    end
end
return {{last[1], {'n', number}}}
)lua";

constexpr std::string_view oversized_entry_text = R"lua(
local found = redis.call('XREAD', 'COUNT', '1', 'STREAMS', KEYS[1], ARGV[1])
if not found then
    return {}
end
local entry = found[1][2][1]
local number = '0'
local size = 0
for i = 1, #entry[2], 2 do
    size = size + #entry[2][i] + #entry[2][i + 1] + 32
    if entry[2][i] == 'n' then
        number = string.sub(entry[2][i + 1], 1, 20)
    end
end
if size <= tonumber(ARGV[2]) then
    return {}
end
return {{entry[1], {'n', number}}}
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

const script& last_entry_script()
{
    static const script which(last_entry_text);
    return which;
}

const script& oversized_entry_script()
{
    static const script which(oversized_entry_text);
    return which;
}

} // namespace videosdk::inline v0::redis
