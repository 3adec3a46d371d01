/**
 * What every script begins with. Its one key is the name that all keys of the partition begin with, so that they
 * live on one server of a cluster; its first two arguments are the bytes that the log may take, and the last position
 * that the node has seen, which a Redis that lost its last writes may be behind of.
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

local function begin()
  local first = math.max(NOW * 1024 - 1, SEEN)
  local newest = redis.call('XREVRANGE', LOG, '+', '-', 'COUNT', 1)[1]
  if newest then first = math.max(first, positionOf(newest[1])) end
  redis.call('HSET', META, 'last', digits(first), 'lost', digits(first), 'forgotten', digits(first),
    'written', 0, 'trimmed', 0)
  return first
end

-- The last position given out. Never below what the node has seen.
local function head()
  local last = redis.call('HGET', META, 'last')
  return math.max(last and tonumber(last) or begin(), SEEN)
end

local function headerOf(entry)
  local before, written = string.match(entry[2][2], '^(%d+) (%d+)')
  return tonumber(before), tonumber(written)
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

-- Puts an entry into the log that takes so many positions, and returns the one before them.
local function add(base, count, bytes, fields)
  local before = head()
  local state = redis.call('HMGET', META, 'written', 'trimmed')
  local written = tonumber(state[1] or 0)
  local header = digits(before) .. ' ' .. digits(written) .. ' ' .. digits(count)
  redis.call('XADD', LOG, idOf(base + count), 'h', header, unpack(fields))
  redis.call('HSET', META, 'last', digits(base + count), 'written', digits(written + bytes))
  trim(written + bytes, tonumber(state[2] or 0))
end

-- Time never comes back, so that no position does, even if all else is forgotten.
local function freeAfter(position)
  return math.max(position, NOW * 1024 - 1)
end
`;
