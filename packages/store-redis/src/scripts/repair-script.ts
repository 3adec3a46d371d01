import { type Script, script } from "../port/script.ts";

/**
 * Puts back what Redis has forgotten. Arguments: the last position that the node has seen, how many producer keys to remember,
 * how many entries, and for each its id, how many fields, these, how many of its messages have a producer, and for each of
 * those the key, the sequence and its number in the entry. What is there already, or was sent again meanwhile, is left as it
 * is; what still has its place gets its own id, and everything else a new one, with the old one in the field `r`. Answers
 * with how many were put back, and with 1 where Redis has just forgotten its clients as well.
 */
export const REPAIR: Script = script(`
local seen, remembered, count, at = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), 6
local PROCESSES, PRODUCERS = K .. ':processes', K .. ':producers'
local isNew, repaired = false, 0
if LAST < 0 then
  LAST = remake()
  redis.call('HSET', META, 'forgotten', digits(seen))
  -- The entries that follow say what comes before them.
  isNew = LAST == 0
end

local function isThere(id, process, batch)
  local number = process ~= '-' and string.match(recall(PROCESSES, process) or '', '^(%d+)')
  if number and tonumber(number) >= tonumber(batch) then return true end
  return positionOf(id) <= LAST and #redis.call('XRANGE', LOG, id, id) > 0
end

-- Whoever repeats one of the messages is told that it is there.
local function recognize(producers, base)
  for index = 1, #producers, 3 do
    local key, sequence = producers[index], tonumber(producers[index + 1])
    local last = string.match(recall(PRODUCERS, key) or '', '^(%d+)')
    if not last or tonumber(last) < sequence then
      remember(PRODUCERS, key, digits(sequence) .. ' ' .. digits(base + producers[index + 2]), remembered)
    end
  end
end

local function putBack(id, fields, producers)
  local header = fields[2]
  local before, taken, process, batch, known = string.match(header, '^(%d+) %d+ (%d+) (%S+) (%d+) ?(.*)$')
  if isThere(id, process, batch) then return end
  local position, bytes, rest = positionOf(id), 100, {}
  if isNew and repaired == 0 then
    LAST = math.max(tonumber(before), 0)
    redis.call('HSET', META, 'lost', digits(LAST))
  end
  for index = 3, #fields do
    rest[#rest + 1] = fields[index]
    bytes = bytes + #fields[index] + 5
  end
  if position - taken < LAST then
    if process == '-' then return end
    position = freeAfter(LAST) + taken
    if fields[3] ~= 'r' then
      table.insert(rest, 1, id)
      table.insert(rest, 1, 'r')
    end
  end
  local stamp = process .. ' ' .. batch
  if known ~= '' then stamp = stamp .. ' ' .. known end
  local last = LAST
  add(position, tonumber(taken), bytes, stamp, rest)
  repaired = repaired + 1
  recognize(producers, position - taken)
  if process ~= '-' then
    local answer = digits(position - taken) .. ' ' .. digits(last) .. ' ' .. known
    remember(PROCESSES, process, batch .. ' ' .. answer, 1024)
  end
end

local function take(number)
  local values = {}
  for index = 1, number do values[index] = ARGV[at + index - 1] end
  at = at + number
  return values
end

for _ = 1, count do
  local id = take(1)[1]
  local fields = take(tonumber(take(1)[1]))
  putBack(id, fields, take(3 * tonumber(take(1)[1])))
end
if isNew and repaired == 0 then redis.call('HSET', META, 'lost', digits(seen)) end
-- What could not be put back is a hole that readers see.
if LAST < seen then
  LAST = seen
  redis.call('HSET', META, 'last', digits(seen))
end
if isNew then
  -- Right behind the rest, so that a node that has read more than this one still sees that something is missing.
  redis.call('HSET', META, 'remade', digits(NOW))
  add(LAST + 1, 1, 120, NOBODY, { 'c', '["forgotten"]' })
end
return { repaired, hasJustForgotten() and 1 or 0 }
`);
