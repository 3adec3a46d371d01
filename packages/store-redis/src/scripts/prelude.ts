/**
 * What every script begins with. Its one key is the name that all keys of the partition begin with, so that they
 * live on one server of a cluster; its first two arguments are the bytes that the log may take, and the last position
 * that the node has seen, or -1.
 */
export const PRELUDE = `
local K = KEYS[1]
local LOG, META, EXPIRIES = K .. ':log', K .. ':meta', K .. ':expiries'
local BUDGET, SEEN = tonumber(ARGV[1]), tonumber(ARGV[2])
local TIME = redis.call('TIME')
local NOW = TIME[1] * 1000 + math.floor(TIME[2] / 1000)

local function digits(number)
  return string.format('%.0f', number)
end

-- A position is 1024 times the milliseconds, plus a count: an id of the stream in one number.
local function idOf(position)
  local ms = math.floor(position / 1024)
  return digits(ms) .. '-' .. digits(position - ms * 1024)
end

local function positionOf(id)
  local ms, count = string.match(id, '^(%d+)%-(%d+)$')
  return ms * 1024 + count
end

local function headerOf(entry)
  local before, written = string.match(entry[2][2], '^(%d+) (%d+)')
  return tonumber(before), tonumber(written)
end

-- What the log tells of itself where all else about it was forgotten. Answers with its end, or 0 where it is empty.
local function remake()
  local newest = redis.call('XREVRANGE', LOG, '+', '-', 'COUNT', 1)[1]
  local last, lost, written, trimmed = 0, 0, 0, 0
  if newest then
    lost, trimmed = headerOf(redis.call('XRANGE', LOG, '-', '+', 'COUNT', 1)[1])
    last, written = positionOf(newest[1]), select(2, headerOf(newest)) + 100
    for index = 3, #newest[2] do written = written + #newest[2][index] + 5 end
  end
  redis.call('HSET', META, 'last', digits(last), 'lost', digits(lost), 'written', digits(written),
    'trimmed', digits(trimmed))
  return last
end

local function begin()
  local first = math.max(remake(), NOW * 1024 - 1)
  redis.call('HSET', META, 'last', digits(first), 'lost', digits(first), 'forgotten', digits(first),
    'reaped', digits(NOW))
  return first
end

local STATE = redis.call('HMGET', META, 'last', 'until')
local LAST, UNTIL = tonumber(STATE[1] or -1), tonumber(STATE[2] or 0)

-- Redis has forgotten something, and nodes put back what they know. Milliseconds until they have had the time for that,
-- or 0. What is further away than that is of another clock.
local function mendingFor()
  local left = UNTIL - NOW
  return left <= 2000 and math.max(left, 0) or 0
end

-- The last position given out.
local function head()
  if LAST < 0 then LAST = begin() end
  return LAST
end

-- Two generations: what was not used for as long as it takes to fill one is forgotten.
local function recall(key, field)
  return redis.call('HGET', key, field) or redis.call('HGET', key .. ':old', field)
end

local function remember(key, field, value, limit)
  if redis.call('HLEN', key) >= limit then
    redis.call('UNLINK', key .. ':old')
    redis.call('RENAME', key, key .. ':old')
  end
  redis.call('HSET', key, field, value)
end

local NOBODY = '- 0'

-- A Redis that is full refuses a script's first write, unless it takes no memory, and none after it. For what has to
-- be done so that it becomes less, or that is small and keeps clients alive.
local function doEvenWhenFull()
  redis.call('UNLINK', K .. ':nothing')
end

-- Lengths of entries differ, so that it takes some rounds to get below the budget.
local function trim(written, trimmed)
  local before, length = nil, redis.call('XLEN', LOG)
  while written - trimmed > BUDGET and length > 1 do
    length = math.min(length - 1, math.max(1, math.floor(length * BUDGET * 0.95 / (written - trimmed))))
    redis.call('XTRIM', LOG, 'MAXLEN', '=', length)
    before, trimmed = headerOf(redis.call('XRANGE', LOG, '-', '+', 'COUNT', 1)[1])
  end
  if before then redis.call('HSET', META, 'lost', digits(before), 'trimmed', digits(trimmed)) end
end

-- Puts an entry into the log that takes so many positions up to this one. The stamp says whose batch it is.
local function add(position, count, bytes, stamp, fields)
  local state = redis.call('HMGET', META, 'written', 'trimmed')
  local written = tonumber(state[1] or 0)
  local header = table.concat({ digits(head()), digits(written), digits(count), stamp }, ' ')
  redis.call('XADD', LOG, idOf(position), 'h', header, unpack(fields))
  LAST = position
  redis.call('HSET', META, 'last', digits(position), 'written', digits(written + bytes))
  trim(written + bytes, tonumber(state[2] or 0))
end

-- Time never comes back, so that no position does, even if all else is forgotten.
local function freeAfter(position)
  return math.max(position, NOW * 1024 - 1)
end
`;

/**
 * What all scripts begin with but those that put back what Redis has forgotten. Nothing else may take the places of that: it
 * waits, and is repeated. A Redis that has lost its last writes is behind of what the node has seen, and is told of them first.
 */
export const GATE = `
if mendingFor() > 0 then return redis.error_reply('MENDING what was forgotten is being put back') end
if LAST < SEEN then return redis.error_reply('BEHIND of what the node has seen') end
`;
