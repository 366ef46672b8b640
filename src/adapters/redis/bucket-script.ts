import { createHash } from 'node:crypto'

/**
 * Takes from all buckets or from none, by the server's own clock; the arithmetic is that of `src/domain/limits/bucket.ts`.
 *
 * KEYS: the buckets. ARGV: `take` or `settle`, then for each bucket its rate a minute, its burst, what it gives and, for
 * `settle`, what was used in its place. Answers 1 or 0, then each level. A bucket is one string, `<level> <microseconds>`,
 * which expires when it would be full: full and absent are the same.
 */
export const BUCKET_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local rates, bursts, costs, used, levels = {}, {}, {}, {}, {}
local enough = 1
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 4 + 2
  rates[i] = tonumber(ARGV[at]) / 60000000
  bursts[i] = tonumber(ARGV[at + 1])
  costs[i] = tonumber(ARGV[at + 2])
  used[i] = tonumber(ARGV[at + 3])
  levels[i] = bursts[i]
  local stored = redis.call('GET', key)
  if stored then
    local level, since = string.match(stored, '^(%S+) (%d+)$')
    level = tonumber(level)
    if level then
      levels[i] = math.min(bursts[i], level + math.max(0, now - tonumber(since)) * rates[i])
    end
  end
  if levels[i] + 1e-9 < costs[i] then enough = 0 end
end
if ARGV[1] == 'settle' then
  enough = 1
  for i = 1, #KEYS do
    levels[i] = math.min(bursts[i], math.max(-bursts[i], levels[i] + costs[i] - used[i]))
  end
elseif enough == 1 then
  for i = 1, #KEYS do levels[i] = levels[i] - costs[i] end
end
local answer = { enough }
for i, key in ipairs(KEYS) do
  if enough == 1 then
    local fullInMs = math.ceil((bursts[i] - levels[i]) / rates[i] / 1000)
    if fullInMs > 0 then
      redis.call('SET', key, string.format('%.17g %.0f', levels[i], now), 'PX', string.format('%.0f', fullInMs))
    else
      redis.call('DEL', key)
    end
  end
  answer[i + 1] = string.format('%.17g', levels[i])
end
return answer
`

export const BUCKET_SCRIPT_SHA1 = createHash('sha1').update(BUCKET_SCRIPT).digest('hex')
