import { mendingScript, type Script } from "../port/script.ts";

/**
 * Puts back what Redis has forgotten. Arguments: the name that this server has given itself, or nothing; the last position
 * that the node has seen; how many producer keys to remember; how many entries; and for each its id, 1 where the node has
 * read it, how many fields, these, how many of its messages have a producer, and for each of those the key, the sequence and
 * its number in the entry.
 *
 * The first node that finds out has all else wait. What nodes have read is the same log, of which some have read more, so that
 * it has its places again in whatever order they come. Only near the end of that time comes what a node was told is
 * stored and nobody has read: it goes behind the rest. What is there already, or was sent again meanwhile, is left as it is.
 * What has lost its place gets a new one, with its old id in the field `r`.
 *
 * Answers with how many were put back, with the milliseconds after which to come again, and with when Redis forgot its
 * clients, in milliseconds of its clock; 0: it did not.
 */
export const REPAIR: Script = mendingScript(`
local FORGOTTEN, TAKEN_OVER, UNREAD = 2000, 700, 400
local server, seen, remembered, count, at = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), 7
local PROCESSES, PRODUCERS = K .. ':processes', K .. ':producers'
local repaired = 0

local function haveOthersWait(ms)
  UNTIL = NOW + math.max(ms, mendingFor())
  redis.call('HSET', META, 'until', digits(UNTIL))
end

local hasNothing = false
if LAST < 0 then
  LAST = remake()
  redis.call('HSET', META, 'forgotten', digits(seen))
  hasNothing = LAST == 0
end
if hasNothing then
  redis.call('HSET', META, 'remade', digits(NOW))
  haveOthersWait(FORGOTTEN)
elseif server ~= '' and redis.call('HGET', META, 'server') ~= server then
  haveOthersWait(TAKEN_OVER)
end
redis.call('HSET', META, 'server', server)
local lost = tonumber(redis.call('HGET', META, 'lost') or 0)
local isEarly = mendingFor() > UNREAD

local function isThere(id, process, batch)
  local number = process ~= '-' and string.match(recall(PROCESSES, process) or '', '^(%d+)')
  if number and tonumber(number) >= tonumber(batch) then return true end
  return positionOf(id) <= LAST and #redis.call('XRANGE', LOG, id, id) > 0
end

local function lastOf(producers, index)
  return tonumber(string.match(recall(PRODUCERS, producers[index]) or '', '^(%d+)') or -1)
end

-- Whoever repeats one of the messages is told that it is there.
local function recognize(producers, base)
  for index = 1, #producers, 3 do
    local key, sequence = producers[index], tonumber(producers[index + 1])
    if lastOf(producers, index) < sequence then
      remember(PRODUCERS, key, digits(sequence) .. ' ' .. digits(base + producers[index + 2]), remembered)
    end
  end
end

-- Without messages that were published again meanwhile. Answers with the fields behind the header, and the producers of those.
local function withoutRepeated(fields, producers)
  local number, kept, rest, left, found = 0, 0, {}, {}, {}
  for index = 1, #producers, 3 do
    local isRepeated = lastOf(producers, index) == tonumber(producers[index + 1])
    found[tonumber(producers[index + 2])] = isRepeated and 'repeated' or index
  end
  for index = 3, #fields, 2 do
    local isMessage = fields[index] == 'm'
    if isMessage then number = number + 1 end
    local producer = isMessage and found[number]
    if producer ~= 'repeated' then
      if isMessage then kept = kept + 1 end
      rest[#rest + 1] = fields[index]
      rest[#rest + 1] = fields[index + 1]
    end
    if tonumber(producer) then
      left[#left + 1] = producers[producer]
      left[#left + 1] = producers[producer + 1]
      left[#left + 1] = kept
    end
  end
  return rest, left, kept
end

-- Answers with the position in front of it, and with how many were added.
local function write(id, entry, producers)
  local position, taken, bytes, rest = positionOf(id), entry.taken, 100, { unpack(entry.fields, 3) }
  if position - taken < LAST then
    rest, producers, taken = withoutRepeated(entry.fields, producers)
    position = freeAfter(LAST) + taken
    if entry.fields[3] ~= 'r' then
      table.insert(rest, 1, id)
      table.insert(rest, 1, 'r')
    end
  end
  if taken > 0 then
    for _, field in ipairs(rest) do bytes = bytes + #field + 5 end
    add(position, taken, bytes, entry.stamp, rest)
    recognize(producers, position - taken)
    repaired = repaired + 1
  end
  return position - taken
end

local function putBack(id, isRead, fields, producers)
  local before, taken, process, batch, known = string.match(fields[2], '^(%d+) %d+ (%d+) (%S+) (%d+) ?(.*)$')
  taken = tonumber(taken)
  if hasNothing then
    hasNothing, LAST = false, math.max(tonumber(before), 0)
    lost = LAST
    redis.call('HSET', META, 'lost', digits(lost))
  end
  if (isEarly and isRead == '0') or isThere(id, process, batch) then return end
  local last, base = LAST, positionOf(id) - taken
  local isNews = process == '-'
  if isNews and base < LAST then return end
  -- Nodes remember different ends of the log: what is in front of the shortest cannot be put back, and need not be sent again.
  if base >= lost then
    local stamp = process .. ' ' .. batch .. (known ~= '' and ' ' .. known or '')
    base = write(id, { fields = fields, taken = taken, stamp = stamp }, producers)
  else
    recognize(producers, base)
  end
  if isNews then return end
  remember(PROCESSES, process, batch .. ' ' .. digits(base) .. ' ' .. digits(last) .. ' ' .. known, 1024)
end

local function take(number)
  local values = {}
  for index = 1, number do values[index] = ARGV[at + index - 1] end
  at = at + number
  return values
end

for _ = 1, count do
  local id, isRead, length = unpack(take(3))
  local fields = take(tonumber(length))
  putBack(id, isRead, fields, take(3 * tonumber(take(1)[1])))
end
if hasNothing then redis.call('HSET', META, 'lost', digits(seen)) end
-- What could not be put back is a hole that readers see. Until then, others may know what belongs there.
if LAST < seen and (hasNothing or not isEarly) then LAST = seen end
redis.call('HSET', META, 'last', digits(LAST))
return { repaired, isEarly and mendingFor() - UNREAD or 0, tonumber(redis.call('HGET', META, 'remade') or 0) }
`);
