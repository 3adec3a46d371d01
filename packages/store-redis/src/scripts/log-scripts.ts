import { lastingScript, type Script, script } from "../port/script.ts";
import { KEEPING } from "./history-scripts.ts";

/**
 * Arguments: the producing process, the number of its batch, the last one that it knows to be stored, how many producer keys to
 * remember, how many messages; then for each its wishes and itself. Answers with the position before the first message,
 * with the last one that was given out before that, and with those that were there.
 */
export const APPEND: Script = lastingScript(
  KEEPING,
  `
local process, batch, acknowledged = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local remembered, count = tonumber(ARGV[6]), tonumber(ARGV[7])
local PROCESSES, PRODUCERS = K .. ':processes', K .. ':producers'

local number, answer = string.match(recall(PROCESSES, process) or '0 ', '^(%d+) (.*)$')
if tonumber(number) >= batch then return answer end
if tonumber(number) < acknowledged then return redis.error_reply('BEHIND of what the node has stored') end

local function knownPosition(producer)
  local last = recall(PRODUCERS, producer[1])
  if not last then return nil end
  local sequence, position = string.match(last, '^(%d+) (%d+)$')
  if tonumber(producer[2]) <= tonumber(sequence) then return position end
end

local before, stored, bytes, fields, known = head(), 0, 100, {}, {}
local base = freeAfter(before)
for index = 0, count - 1 do
  local wishes, message = ARGV[8 + 2 * index], ARGV[9 + 2 * index]
  local wish = wishes ~= '' and cjson.decode(wishes) or {}
  local position = wish.producer and knownPosition(wish.producer)
  if position then
    known[#known + 1] = index .. ':' .. position
  else
    stored = stored + 1
    bytes = bytes + #message + 10
    fields[#fields + 1] = 'm'
    fields[#fields + 1] = message
    if wish.producer then
      local value = wish.producer[2] .. ' ' .. digits(base + stored)
      remember(PRODUCERS, wish.producer[1], value, remembered)
    end
    if wish.keep then keep(wish.keep, base + stored, message) end
  end
end
local positions = table.concat(known, ' ')
if stored > 0 then
  add(base + stored, stored, bytes, process .. ' ' .. digits(batch) .. ' ' .. positions, fields)
end
answer = digits(base) .. ' ' .. digits(before) .. ' ' .. positions
remember(PROCESSES, process, digits(batch) .. ' ' .. answer, 1024)
return answer
`,
);

/** Arguments: the position to read after, and how many entries. Answers with what is lost for good, and with the entries. */
export const READ: Script = lastingScript(`
local last = head()
local after, limit = tonumber(ARGV[3]), ARGV[4]
local lost = tonumber(redis.call('HGET', META, 'lost') or 0)
local entries = after < last and redis.call('XRANGE', LOG, '(' .. idOf(after), '+', 'COUNT', limit) or {}
return { after < lost and 1 or 0, entries }
`);

/** Answers with the last position given out. */
export const HEAD: Script = script("return digits(head())");
