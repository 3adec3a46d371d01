import { lastingScript, type Script } from "../port/script.ts";

/** Functions that keep the last messages of channels. */
export const KEEPING = `
local ENDS = K .. ':history:ends'

local function historyOf(channel)
  return K .. ':history:' .. channel, K .. ':history-state:' .. channel
end

-- Channels of which nothing is left. A few at a time, so that nobody waits for them.
local function forgetChannels(most)
  for _, channel in ipairs(redis.call('ZRANGEBYSCORE', ENDS, '-inf', NOW, 'LIMIT', 0, most)) do
    local messages, state = historyOf(channel)
    local last = tonumber(redis.call('HGET', state, 'last') or 0)
    local forgotten = tonumber(redis.call('HGET', META, 'forgotten') or 0)
    redis.call('HSET', META, 'forgotten', digits(math.max(last, forgotten)))
    redis.call('UNLINK', messages, state)
    redis.call('ZREM', ENDS, channel)
  end
end

local function shorten(channel, most, mostBytes)
  local messages, state = historyOf(channel)
  local bytes, forgotten = tonumber(redis.call('HGET', state, 'bytes') or 0), nil
  local oldest = redis.call('XRANGE', messages, '-', '+', 'COUNT', 1)[1]
  while oldest do
    local ends, size = tonumber(oldest[2][2]), tonumber(oldest[2][4])
    if redis.call('XLEN', messages) <= most and bytes <= mostBytes and ends > NOW then break end
    redis.call('XDEL', messages, oldest[1])
    bytes, forgotten = bytes - size, positionOf(oldest[1])
    oldest = redis.call('XRANGE', messages, '-', '+', 'COUNT', 1)[1]
  end
  if forgotten then redis.call('HSET', state, 'bytes', digits(bytes), 'forgotten', digits(forgotten)) end
end

local function keep(wish, position, message)
  forgetChannels(10)
  local channel, ends = wish.channel, NOW + wish.ms
  local messages, state = historyOf(channel)
  if redis.call('EXISTS', state) == 0 then
    redis.call('HSET', state, 'bytes', 0, 'forgotten', redis.call('HGET', META, 'forgotten') or 0)
  end
  redis.call('XADD', messages, idOf(position), 'e', digits(ends), 'b', digits(wish.size), 'm', message)
  redis.call('HINCRBY', state, 'bytes', digits(wish.size))
  redis.call('HSET', state, 'last', digits(position))
  redis.call('ZADD', ENDS, 'GT', digits(ends), channel)
  shorten(channel, wish.count, wish.bytes or math.huge)
end
`;

/** Arguments: the channel, the position to replay after, how many. Answers with gap, head, and ids and messages in turn. */
export const REPLAY: Script = lastingScript(
  KEEPING,
  `
local channel, since, limit = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local last = head()
forgetChannels(10)
if since == -1 then return { 0, digits(last), {} } end
shorten(channel, math.huge, math.huge)
local messages, state = historyOf(channel)
local forgotten = redis.call('HGET', state, 'forgotten') or redis.call('HGET', META, 'forgotten')
local hasGap = since ~= -2 and since < tonumber(forgotten or 0)
local found, from = {}, since < 0 and '-' or '(' .. idOf(since)
while #found < limit * 2 do
  local page = redis.call('XRANGE', messages, from, '+', 'COUNT', limit)
  for _, entry in ipairs(page) do
    if tonumber(entry[2][2]) > NOW and #found < limit * 2 then
      found[#found + 1] = entry[1]
      found[#found + 1] = entry[2][6]
    end
    from = '(' .. entry[1]
  end
  if #page < limit then break end
end
return { hasGap and 1 or 0, digits(last), found }
`,
);
