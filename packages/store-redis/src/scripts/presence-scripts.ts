import { type Script, script } from "../port/script.ts";

/**
 * The ids in order, what they say, and when each ends; and who has ended by now is gone. The channel comes last in each
 * key, so that no channel can be named like a key of another one.
 */
const PRESENT = `
local IDS = K .. ':present:' .. ARGV[3]
local SAID, ENDS = K .. ':present-said:' .. ARGV[3], K .. ':present-ends:' .. ARGV[3]

local function remove(id)
  redis.call('HDEL', SAID, id)
  redis.call('ZREM', ENDS, id)
  return redis.call('ZREM', IDS, id)
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', ENDS, '-inf', digits(NOW))) do remove(id) end
`;

/** Arguments: channel, id, what it says, milliseconds to live. */
export const ENTER: Script = script(
  PRESENT,
  `
local id, ttl = ARGV[4], tonumber(ARGV[6])
local isNew = redis.call('ZADD', IDS, 0, id)
redis.call('HSET', SAID, id, ARGV[5])
redis.call('ZADD', ENDS, digits(NOW + ttl), id)
-- Nobody may ever ask for the channel again.
for _, key in ipairs({ IDS, SAID, ENDS }) do
  if redis.call('PTTL', key) < ttl + 60000 then redis.call('PEXPIRE', key, digits(ttl + 60000)) end
end
return isNew
`,
);

/** Arguments: channel, id. */
export const LEAVE: Script = script(PRESENT, "return remove(ARGV[4])");

/** Arguments: channel, how many, the id to go on after as a bound. Answers with ids and what they say in turn. */
export const LIST: Script = script(
  PRESENT,
  `
local members = {}
for _, id in ipairs(redis.call('ZRANGEBYLEX', IDS, ARGV[5], '+', 'LIMIT', 0, ARGV[4])) do
  members[#members + 1] = id
  members[#members + 1] = redis.call('HGET', SAID, id) or ''
end
return members
`,
);

/** Arguments: channel. */
export const COUNT_PRESENT: Script = script(PRESENT, "return redis.call('ZCARD', IDS)");
