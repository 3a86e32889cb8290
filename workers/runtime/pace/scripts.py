"""The scripts that run inside Redis, each as one step that nobody interrupts.

Of a limiter there are three keys: the calls of the window (sorted set: id by the time at which it was let
through, epoch ms of Redis' clock), their costs (hash: id to `TOKENS:MICRO_DOLLARS`, and `total`, the sum of
the tokens), and the micro-dollars of the day. The running sum keeps a call at O(log n): only what leaves the
window is read, and of the rest what must leave before a call fits. Many entries
need no coarser buckets.
"""

_COSTS = """
local calls, costs, day = KEYS[1], KEYS[2], KEYS[3]
local DAY_KEPT = 172800000

local function cost_of(id)
  local cost = redis.call('HGET', costs, id)
  if not cost then return nil, 0, 0 end
  local tokens, micro = string.match(cost, '^(%d+):(%d+)$')
  return true, tonumber(tokens), tonumber(micro)
end

local function now_ms()
  local clock = redis.call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end

local function sum_of_tokens()
  local total = 0
  for _, each in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
    local _, tokens = cost_of(each)
    total = total + tokens
  end
  return total
end

local function add_to_total(tokens)
  if redis.call('HEXISTS', costs, 'total') == 1 then redis.call('HINCRBY', costs, 'total', tokens) end
end

-- 0 - x instead of -x: Redis does not read -0 as an integer
local function spend(micro)
  local spent = redis.call('INCRBY', day, micro)
  if spent < 0 then
    redis.call('SET', day, 0)
    spent = 0
  end
  redis.call('PEXPIRE', day, DAY_KEPT)
  return spent
end
"""

# ARGV: id, tokens, micro-dollars, requests ahead, tokens ahead, most requests, most tokens, window (ms),
# budget (-1: none), spent as it was last known, spent elsewhere. Returns {outcome, wait in ms, spent}: 0 let
# through, 1 to wait for, 2 over the budget. With calls ahead nothing is let through: it only says the wait.
RESERVE = (
    _COSTS
    + """
local id, tokens, micro = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local requests_ahead, tokens_ahead = tonumber(ARGV[4]), tonumber(ARGV[5])
local most_requests, most_tokens, window = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local budget, elsewhere = tonumber(ARGV[9]), tonumber(ARGV[11])
local now = now_ms()

local total = tonumber(redis.call('HGET', costs, 'total') or sum_of_tokens())
local gone = redis.call('ZRANGEBYSCORE', calls, '-inf', now - window)
for _, each in ipairs(gone) do
  local _, its = cost_of(each)
  total = total - its
  redis.call('HDEL', costs, each)
end
if #gone > 0 then redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - window) end
if redis.call('ZCARD', calls) > 0 then redis.call('HSET', costs, 'total', total) end

redis.call('SET', day, ARGV[10], 'NX', 'PX', DAY_KEPT)
local spent = spend(elsewhere)
if redis.call('ZSCORE', calls, id) then return {0, 0, spent} end
if budget >= 0 and spent + micro > budget then return {2, 0, spent} end

local function left_after(excess)
  local from = 0
  while true do
    local part = redis.call('ZRANGE', calls, from, from + 99, 'WITHSCORES')
    for at = 1, #part, 2 do
      local _, its = cost_of(part[at])
      excess = excess - its
      if excess <= 0 then return tonumber(part[at + 1]) end
    end
    if #part < 200 then return now - window end
    from = from + 100
  end
end

local function wait_for(need, used, most, leaving)
  local windows = math.max(0, math.ceil(need / most) - 1)
  local excess = used + need - (windows + 1) * most
  if excess <= 0 then return windows * window end
  return leaving(excess) + (windows + 1) * window - now
end

local function nth(excess)
  return tonumber(redis.call('ZRANGE', calls, excess - 1, excess - 1, 'WITHSCORES')[2])
end

local wait = math.max(
  wait_for(requests_ahead + 1, redis.call('ZCARD', calls), most_requests, nth),
  wait_for(tokens_ahead + tokens, total, most_tokens, left_after)
)
if wait > 0 or requests_ahead > 0 then return {1, wait, spent} end

redis.call('ZADD', calls, now, id)
redis.call('HSET', costs, id, ARGV[2] .. ':' .. ARGV[3], 'total', total + tokens)
redis.call('PEXPIRE', calls, window + 1000)
redis.call('PEXPIRE', costs, window + 1000)
return {0, 0, spend(micro)}
"""
)

# ARGV: id, tokens, micro-dollars, micro-dollars that were reserved. Done twice it changes nothing more while
# the call is in the window. Returns what is spent; -1 when Redis does not know, having lost its data.
CORRECT = (
    _COSTS
    + """
local id, tokens, micro = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local is_there, held_tokens, held_micro = cost_of(id)
if redis.call('EXISTS', day) == 0 then return -1 end
if not is_there then return spend(micro - ARGV[4]) end
redis.call('HSET', costs, id, ARGV[2] .. ':' .. ARGV[3])
add_to_total(tokens - held_tokens)
return spend(micro - held_micro)
"""
)

# ARGV: id. A call that has left the window keeps its money spent. Returns what is spent, -1 for such a call.
RELEASE = (
    _COSTS
    + """
local is_there, tokens, micro = cost_of(ARGV[1])
if not is_there then return -1 end
redis.call('ZREM', calls, ARGV[1])
redis.call('HDEL', costs, ARGV[1])
add_to_total(0 - tokens)
return spend(0 - micro)
"""
)

# ARGV: id, tokens, window (ms). A call that has left the window is in it again.
EXTEND = (
    _COSTS
    + """
local id, tokens, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not cost_of(id) then
  redis.call('HSET', costs, id, ARGV[2] .. ':0')
  add_to_total(tokens)
end
redis.call('ZADD', calls, now_ms(), id)
redis.call('PEXPIRE', calls, window + 1000)
redis.call('PEXPIRE', costs, window + 1000)
return 0
"""
)

# ARGV: window (ms), then of each call of a process: id, age in ms, tokens, micro-dollars. Enters those that
# are missing and corrects the others, so that a Redis that was away or has lost its data knows them.
RESTORE = (
    _COSTS
    + """
local window = tonumber(ARGV[1])
local now = now_ms()
for at = 2, #ARGV, 4 do
  local id = ARGV[at]
  local is_there, _, micro = cost_of(id)
  redis.call('ZADD', calls, 'NX', now - ARGV[at + 1], id)
  redis.call('HSET', costs, id, ARGV[at + 2] .. ':' .. ARGV[at + 3])
  if is_there then spend(ARGV[at + 3] - micro) end
end
redis.call('HSET', costs, 'total', sum_of_tokens())
redis.call('PEXPIRE', calls, window + 1000)
redis.call('PEXPIRE', costs, window + 1000)
return 0
"""
)

# ARGV: window (ms). Changes nothing. Returns the calls of the window, their tokens, and what is spent.
STANDING = (
    _COSTS
    + """
local found = redis.call('ZRANGEBYSCORE', calls, '(' .. (now_ms() - ARGV[1]), '+inf')
local total = 0
for _, each in ipairs(found) do
  local _, tokens = cost_of(each)
  total = total + tokens
end
return {#found, total, tonumber(redis.call('GET', day) or 0)}
"""
)
