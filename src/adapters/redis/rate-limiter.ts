import { type BucketDemand, bucketKey } from '../../domain/limits/demand.ts'
import { longestWait, once, standingOf } from '../../domain/limits/standing.ts'
import type { Over, Taken } from '../../ports/rate-limiter.ts'
import { BUCKET_SCRIPT, BUCKET_SCRIPT_SHA1 } from './bucket-script.ts'
import { RedisAway, type RedisConnection } from './connection.ts'

/** Buckets that all gateways share, in one Redis. They go by the server's clock; this process's does not matter. */
export class RedisRateLimiter {
  readonly #connection: Pick<RedisConnection, 'send'>
  readonly #prefix: string

  /** @param deployment keeps deployments apart that share a server. */
  constructor(connection: Pick<RedisConnection, 'send'>, deployment: string) {
    this.#connection = connection
    this.#prefix = `palimpsest:${deployment}:`
  }

  /** @throws RedisAway where it stays open whether something was taken; then it stays taken. */
  async take(demand: readonly BucketDemand[]): Promise<Taken | Over> {
    const rows = demand.map((one) => ({ one, used: 0 }))
    const { isEnough, levels } = await this.#run('take', rows)
    const standing = demand.map((one, i) => standingOf(one, levels[i] ?? 0))
    if (!isEnough) return { kind: 'over', source: 'redis', standing, ...longestWait(demand, standing) }
    const settle = (used: number) => {
      const tokens = demand.filter(({ unit }) => unit === 'tokens').map((one) => ({ one, used }))
      if (tokens.length === 0) return
      this.#run('settle', tokens).catch(() => undefined)
    }
    return { kind: 'taken', source: 'redis', standing, settle: once(settle) }
  }

  async #run(mode: 'take' | 'settle', rows: readonly { one: BucketDemand; used: number }[]) {
    const rest = [
      String(rows.length),
      ...rows.map(({ one }) => this.#prefix + bucketKey(one)),
      mode,
      ...rows.flatMap(({ one: { rate, cost }, used }) => [rate.perMinute, rate.burst, cost, used].map(String)),
    ]
    const send = (command: string, script: string) => this.#connection.send([command, script, ...rest])
    const reply = await send('EVALSHA', BUCKET_SCRIPT_SHA1).catch((error: unknown) => {
      if (error instanceof RedisAway) throw error
      return send('EVAL', BUCKET_SCRIPT)
    })
    if (!Array.isArray(reply)) throw new RedisAway()
    const [enough, ...levels] = reply
    return { isEnough: Number(enough) === 1, levels: levels.map(Number) }
  }
}
