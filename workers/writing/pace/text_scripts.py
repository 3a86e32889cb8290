"""The scripts of the texts that are kept, and of their leases, that run inside Redis as one step each."""

# the value of a lease is the token of its holder, and since when it is held
IS_OURS = """
local function is_ours()
  return string.match(redis.call('GET', LEASE) or '', '^[^:]*') == ARGV[1]
end
"""

# KEYS: text, lease. ARGV: token, lease in ms. Returns {1, text}, {2, ''} when the lease is ours, or
# {0, age}: the ms for which another one has held it.
READ_OR_LEASE = """
local text = redis.call('GET', KEYS[1])
if text then return {1, text} end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local value = string.format('%s:%.0f', ARGV[1], now)
if redis.call('SET', KEYS[2], value, 'NX', 'PX', ARGV[2]) then return {2, ''} end
local since = string.match(redis.call('GET', KEYS[2]), ':(%d+)$')
return {0, since and now - since or 0}
"""

# KEYS: lease. ARGV: token, lease in ms.
RENEW = (
    "local LEASE = KEYS[1]"
    + IS_OURS
    + """
if is_ours() then return redis.call('PEXPIRE', LEASE, ARGV[2]) end
return 0
"""
)

# KEYS: text, lease. ARGV: token, text, time to live in ms; without the last two the lease is only given up.
STORE = (
    "local LEASE = KEYS[2]"
    + IS_OURS
    + """
if ARGV[2] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
if is_ours() then redis.call('DEL', LEASE) end
return 0
"""
)

# KEYS: the texts of a person (sorted set by the time of their use). ARGV: text key, longest life in ms.
REMEMBER = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 0
"""
