import { lastingScript, mendingScript, type Script, script } from "../port/script.ts";

/** Functions about one client, and the news of it for the node that serves it. */
const CLIENTS = `
local function clientOf(id)
  return K .. ':client:' .. id
end

-- Keys of their own, so that those of many clients are read by one command, and written by another.
local function leaseKeyOf(id)
  return K .. ':lease:' .. id
end

local function leaseText(generation, cursor, node)
  return generation .. ' ' .. cursor .. ' ' .. node
end

-- Generation, positions reached, and node. Nothing where there is no such client; no node where nobody has claimed it.
local function parsed(lease)
  if not lease then return end
  local generation, cursor, node = string.match(lease, '^(%d+) (%S*) (.*)$')
  return generation, cursor, node ~= '' and node
end

local function setLease(id, generation, cursor, node)
  redis.call('SET', leaseKeyOf(id), leaseText(generation, cursor, node))
end

local function isThere(id)
  return redis.call('EXISTS', clientOf(id)) == 1
end

-- A client without its lease is none, and nor is a lease without its client: one of the two may be gone with a server, or
-- by somebody's hand.
local function leaseOf(id)
  if isThere(id) then return parsed(redis.call('GET', leaseKeyOf(id))) end
end

local function recordOf(id)
  return { redis.call('GET', leaseKeyOf(id)), redis.call('HGETALL', clientOf(id)) }
end

local function subscribersOf(pattern)
  return K .. ':subscribers:' .. pattern
end

-- Of two lists of positions the later one in each place.
local function latest(one, other)
  if other == '' then return one end
  if not string.find(one, ',', 1, true) then return digits(math.max(tonumber(one), tonumber(other))) end
  local positions, others = {}, string.gmatch(other, '%d+')
  for position in string.gmatch(one, '%d+') do
    positions[#positions + 1] = digits(math.max(tonumber(position), tonumber(others() or 0)))
  end
  return table.concat(positions, ',')
end

-- A node that serves a client is told only what another one did.
local function tell(owner, node, news)
  if not owner or owner == node then return end
  local text = cjson.encode(news)
  add(freeAfter(head()) + 1, 1, 100 + #text, NOBODY, { 'c', text })
end

local function finish(id, reason, node)
  local record = recordOf(id)
  local _, _, owner = parsed(record[1])
  redis.call('ZREM', EXPIRIES, id)
  redis.call('UNLINK', clientOf(id), leaseKeyOf(id))
  if #record[2] == 0 then return nil end
  for index = 1, #record[2], 2 do
    local name = record[2][index]
    if string.sub(name, 1, 2) == 's:' then redis.call('ZREM', subscribersOf(string.sub(name, 3)), id) end
  end
  tell(owner, node, { 'ended', id, owner, reason })
  return record
end
`;

/**
 * Arguments: id, data, milliseconds to live, a mark by which a repetition is known, and the positions in other partitions,
 * as the text in front of that in this one and behind it.
 */
export const CREATE: Script = lastingScript(
  CLIENTS,
  `
local id, mark = ARGV[3], ARGV[6]
local client = clientOf(id)
if isThere(id) then
  if redis.call('HGET', client, 'm') ~= mark then return false end
else
  redis.call('HSET', client, 'd', ARGV[4], 'm', mark)
  setLease(id, 1, ARGV[7] .. digits(head()) .. ARGV[8], '')
  redis.call('ZADD', EXPIRIES, digits(NOW + ARGV[5]), id)
end
return recordOf(id)
`,
);

/** Arguments: id, node, milliseconds to live, and the acknowledged positions, or nothing. */
export const CLAIM: Script = script(
  CLIENTS,
  `
local id, node, ack = ARGV[3], ARGV[4], ARGV[6]
local generation, cursor, owner = leaseOf(id)
if not generation then return false end
doEvenWhenFull()
generation = digits(generation + 1)
setLease(id, generation, latest(cursor, ack), node)
redis.call('ZADD', EXPIRIES, digits(NOW + ARGV[5]), id)
tell(owner, node, { 'moved', id, owner, tonumber(generation) })
return recordOf(id)
`,
);

/**
 * Arguments: for each group of clients the lease's node and generation, the positions that they have reached, how many they
 * are, and their ids. Answers with the places, counted through all groups from 0, of those that are no more under their lease.
 * Clients of a group mostly come from the same positions, too: the later ones are found once for all of these.
 */
export const COMMIT: Script = script(
  CLIENTS,
  `
doEvenWhenFull()
local refused, place, index = {}, 0, 3
while index <= #ARGV do
  local node, generation, reached = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  local keys, changes = {}, {}
  for at = index + 4, index + 3 + ARGV[index + 3] do keys[#keys + 1] = leaseKeyOf(ARGV[at]) end
  index = index + 4 + #keys
  local before, after
  for number, lease in ipairs(redis.call('MGET', unpack(keys))) do
    if lease ~= before then
      local known, cursor, owner = parsed(lease)
      before, after = lease, false
      if owner == node and known == generation then after = leaseText(known, latest(cursor, reached), node) end
    end
    if not after then
      refused[#refused + 1] = place
    elseif after ~= lease then
      changes[#changes + 1] = keys[number]
      changes[#changes + 1] = after
    end
    place = place + 1
  end
  if #changes > 0 then redis.call('MSET', unpack(changes)) end
end
return refused
`,
);

/** Arguments: id, milliseconds to live, data, the lease's node and generation, the positions reached, then each pattern and its positions. */
export const PUT_BACK: Script = mendingScript(
  CLIENTS,
  `
local id = ARGV[3]
local client = clientOf(id)
-- A node that did not know yet that it serves the client no more may have been faster.
local known = leaseOf(id)
if known and tonumber(known) >= tonumber(ARGV[7]) then return 0 end
redis.call('HSET', client, 'd', ARGV[5])
setLease(id, ARGV[7], ARGV[8], ARGV[6])
for index = 9, #ARGV, 2 do
  redis.call('HSET', client, 's:' .. ARGV[index], ARGV[index + 1])
  redis.call('ZADD', subscribersOf(ARGV[index]), 0, id)
end
redis.call('ZADD', EXPIRIES, digits(NOW + ARGV[4]), id)
return 1
`,
);

/** Arguments: id, the lease's node and generation, and the new data. */
export const REWRITE: Script = script(
  CLIENTS,
  `
local generation, _, owner = leaseOf(ARGV[3])
if owner ~= ARGV[4] or generation ~= ARGV[5] then return 0 end
doEvenWhenFull()
redis.call('HSET', clientOf(ARGV[3]), 'd', ARGV[6])
return 1
`,
);

/**
 * Arguments: id, pattern, node, and the positions in other partitions as for {@link CREATE}. Answers with those after which
 * the subscription applies.
 */
export const SUBSCRIBE: Script = lastingScript(
  CLIENTS,
  `
local id, pattern, node = ARGV[3], ARGV[4], ARGV[5]
local client = clientOf(id)
local generation, _, owner = leaseOf(id)
if not generation then return false end
local since = redis.call('HGET', client, 's:' .. pattern)
if since then return since end
since = ARGV[6] .. digits(head()) .. ARGV[7]
redis.call('HSET', client, 's:' .. pattern, since)
redis.call('ZADD', subscribersOf(pattern), 0, id)
tell(owner, node, { 'subscribed', id, owner, pattern })
return since
`,
);

/** Arguments: id, pattern, node. */
export const UNSUBSCRIBE: Script = script(
  CLIENTS,
  `
local id, pattern, node = ARGV[3], ARGV[4], ARGV[5]
local client = clientOf(id)
if redis.call('HDEL', client, 's:' .. pattern) == 0 then return 0 end
redis.call('ZREM', subscribersOf(pattern), id)
local _, _, owner = leaseOf(id)
tell(owner, node, { 'unsubscribed', id, owner, pattern })
return 1
`,
);

/** Arguments: id, reason, node. Answers with what was removed. */
export const DESTROY: Script = script(CLIENTS, "return finish(ARGV[3], ARGV[4], ARGV[5]) or false");

/** Arguments: milliseconds to live, then ids. Answers with those that are not known. */
export const TOUCH: Script = script(
  CLIENTS,
  `
doEvenWhenFull()
local ends, unknown = digits(NOW + ARGV[3]), {}
for index = 4, #ARGV do
  local id = ARGV[index]
  if redis.call('ZSCORE', EXPIRIES, id) then
    redis.call('ZADD', EXPIRIES, ends, id)
  else
    unknown[#unknown + 1] = id
  end
end
return unknown
`,
);

/**
 * Arguments: how many, node, the milliseconds without any reaping after which the clock or the whole cluster is thought to have
 * been away, and those for which nobody is reaped then, so that the nodes can say first who lives. The same goes for a Redis
 * that has forgotten when that was.
 */
export const REAP: Script = script(
  CLIENTS,
  `
local limit, node, away, grace = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local state = redis.call('HMGET', META, 'reaped', 'spared')
local before, spared = tonumber(state[1] or 0), tonumber(state[2] or 0)
doEvenWhenFull()
if math.abs(NOW - before) > away then
  spared = NOW + grace
  redis.call('HSET', META, 'spared', digits(spared))
end
redis.call('HSET', META, 'reaped', digits(NOW))
local records = {}
if NOW < spared and spared - NOW <= grace then return records end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', EXPIRIES, '-inf', digits(NOW), 'LIMIT', 0, limit)) do
  records[#records + 1] = id
  records[#records + 1] = finish(id, 'timeout', node) or {}
end
return records
`,
);

/** Arguments: how many, the id to go on after as a bound, then patterns. Answers with ids in order, for each pattern. */
export const SUBSCRIBERS: Script = script(
  CLIENTS,
  `
local pages = {}
for index = 5, #ARGV do
  pages[#pages + 1] = redis.call('ZRANGEBYLEX', subscribersOf(ARGV[index]), ARGV[4], '+', 'LIMIT', 0, ARGV[3])
end
return pages
`,
);

export const COUNT: Script = script("return redis.call('ZCARD', EXPIRIES)");
