// What Redis does for an ownership's store: each step as a whole, by one script.
#pragma once

#include <string_view>

namespace videosdk::inline v0::redis::scripts {

/// KEYS: beat, known, buried of the boot. ARGV: milliseconds to live, to be remembered. 1, or 0 when buried.
inline constexpr std::string_view beat = R"lua(
if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return 1
)lua";

/// KEYS: beat, known of the boot, heirs. ARGV: boot. Not while it is an heir: one that is unknown has no
/// heirs itself.
inline constexpr std::string_view leave = R"lua(
for _, heir in ipairs(redis.call('HVALS', KEYS[3])) do
  if heir == ARGV[1] then return 0 end
end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
)lua";

/// KEYS: lock, fence, buried of the boot. ARGV: boot, milliseconds. The fence, or nil. Where the fence was
/// lost with all else, it goes on from the time of day, beyond what it has been.
inline constexpr std::string_view lock = R"lua(
if redis.call('EXISTS', KEYS[3]) == 1 then return false end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return false end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if redis.call('EXISTS', KEYS[2]) == 0 then
  local now = redis.call('TIME')
  redis.call('SET', KEYS[2], now[1] .. string.format('%06d', tonumber(now[2])))
end
return redis.call('INCR', KEYS[2])
)lua";

/// KEYS: lock, fence. ARGV: fence. Only where it is still that one.
inline constexpr std::string_view unlock = R"lua(
if redis.call('GET', KEYS[2]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
)lua";

/// KEYS: fence, heirs. ARGV: fence, what keys begin with, milliseconds to remember, how many boots, those,
/// and units. Nil where the fence has moved on; else two lists: boot, state (as boot_state), beats, …; unit,
/// heir, …. The keys of heirs are known only here; all stand in one slot.
inline constexpr std::string_view look = R"lua(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
local boots, heirs, seen = {}, {}, {}
local function see(boot)
  if seen[boot] then return end
  seen[boot] = true
  local known = ARGV[2] .. 'known:' .. boot
  local buried = ARGV[2] .. 'buried:' .. boot
  local state = 1
  if redis.call('PEXPIRE', buried, ARGV[3]) == 1 then state = 4
  elseif redis.call('EXISTS', ARGV[2] .. 'beat:' .. boot) == 1 then state = 2
  elseif redis.call('EXISTS', known) == 1 then state = 3 end
  boots[#boots + 1] = boot
  boots[#boots + 1] = state
  boots[#boots + 1] = tonumber(redis.call('GET', known) or 0)
end
local first_unit = 5 + tonumber(ARGV[4])
for i = 5, first_unit - 1 do see(ARGV[i]) end
for i = first_unit, #ARGV do
  local heir = redis.call('HGET', KEYS[2], ARGV[i])
  if heir then
    heirs[#heirs + 1] = ARGV[i]
    heirs[#heirs + 1] = heir
    see(heir)
  end
end
return {boots, heirs}
)lua";

/// KEYS: fence, beat, known, buried of the boot. ARGV: fence, beats seen, milliseconds to remember.
inline constexpr std::string_view bury = R"lua(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
if (redis.call('GET', KEYS[3]) or '0') ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[4], '1', 'PX', ARGV[3])
return 1
)lua";

/// KEYS: fence, heirs, buried of the heir to be, buried of the holder, known of the heir to be. ARGV: fence,
/// unit, holder, heir to be. A claim that comes late makes nobody an heir who has left.
inline constexpr std::string_view claim = R"lua(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[3]) == 1 or redis.call('EXISTS', KEYS[4]) == 0 then return 0 end
if redis.call('EXISTS', KEYS[5]) == 0 then return 0 end
local heir = redis.call('HGET', KEYS[2], ARGV[2])
if heir and heir ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
return 1
)lua";

/// KEYS: heirs. ARGV: boot. Its units.
inline constexpr std::string_view inherited = R"lua(
local units = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if all[i + 1] == ARGV[1] then units[#units + 1] = all[i] end
end
return units
)lua";

/// KEYS: fence, heirs, lock. ARGV: fence, what keys begin with, the units to keep. An heir that may live
/// keeps its units, whatever was listed; the one that asks knows what it holds.
inline constexpr std::string_view prune = R"lua(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local kept = {}
for i = 3, #ARGV do kept[ARGV[i]] = true end
local asker = redis.call('GET', KEYS[3])
local function is_over(heir)
  return heir == asker or redis.call('EXISTS', ARGV[2] .. 'buried:' .. heir) == 1
      or redis.call('EXISTS', ARGV[2] .. 'known:' .. heir) == 0
end
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  if not kept[all[i]] and is_over(all[i + 1]) then redis.call('HDEL', KEYS[2], all[i]) end
end
return 1
)lua";

} // namespace videosdk::inline v0::redis::scripts
