import { type Script, script } from "../port/script.ts";
import { KEEPING } from "./history-scripts.ts";

/**
 * Arguments: milliseconds that messages stay readable, those after which what nobody has used is forgotten, those between
 * two sweeps, and those without any sweep after which the clock or the whole cluster is thought to have been away. Time is
 * believed to have passed only when sweeps have seen it pass: a clock that jumps makes nothing old.
 */
export const SWEEP: Script = script(
  KEEPING,
  `
local retention, memory, every, away = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if LAST < 0 then return 0 end
local state = redis.call('HMGET', META, 'swept', 'steady', 'turned', 'written')
local before, steady, turned = tonumber(state[1] or -1), tonumber(state[2] or NOW), tonumber(state[3] or NOW)
if before <= NOW and NOW - before < every / 2 then return 0 end
doEvenWhenFull()
if math.abs(NOW - before) > away then steady, turned = NOW, NOW end

local function forgetOldUses()
  for _, name in ipairs({ ':processes', ':producers' }) do
    local key = K .. name
    redis.call('UNLINK', key .. ':old')
    if redis.call('EXISTS', key) == 1 then redis.call('RENAME', key, key .. ':old') end
  end
end

local function forgetOldMessages()
  local count = redis.call('XTRIM', LOG, 'MINID', '=', idOf((NOW - retention) * 1024))
  if count == 0 then return 0 end
  local lost, trimmed = LAST, tonumber(state[4] or 0)
  local oldest = redis.call('XRANGE', LOG, '-', '+', 'COUNT', 1)[1]
  if oldest then lost, trimmed = headerOf(oldest) end
  redis.call('HSET', META, 'lost', digits(lost), 'trimmed', digits(trimmed))
  return count
end

if NOW - turned >= memory then
  forgetOldUses()
  turned = NOW
end
redis.call('HSET', META, 'swept', digits(NOW), 'steady', digits(steady), 'turned', digits(turned))
forgetChannels(100)
if NOW - steady < retention then return 0 end
return forgetOldMessages()
`,
);
