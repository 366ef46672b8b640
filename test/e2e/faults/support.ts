import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { checkInvariants } from '../../../faults/check-invariants.ts'
import { discloserOf } from '../../../faults/disclose.ts'
import { installJournal, readJournal } from '../../../faults/journal.ts'
import { bodyOf } from '../../../faults/load/ask.ts'
import { exchange } from '../../../faults/load/exchange.ts'
import type { Ask, Asked, Try } from '../../../faults/load/types.ts'
import { waitUntilSettled } from '../../../faults/settle.ts'
import type { Tool } from '../../../faults/stack/config.ts'
import type { Directions } from '../../../faults/stack/directions.ts'
import { type FaultStack, startFaultStack } from '../../../faults/stack/fault-stack.ts'

export interface Question {
  stream?: boolean
  tool?: Tool
  /** Without a key where it is null. */
  key?: string | null
  person?: string
  directions?: Partial<Directions>
}

/** A stack of its own for one test file, with everything that was asked of it, checked as a whole at the end. */
export class FaultSession {
  readonly stack: FaultStack
  readonly sql: postgres.Sql
  private readonly asked: Asked[] = []
  private readonly home: string
  private number = 0

  private constructor(stack: FaultStack, home: string) {
    this.stack = stack
    this.home = home
    this.sql = postgres(stack.adminUrl, { max: 2, onnotice: () => undefined, backoff: () => 0.2 })
  }

  static async start(gateways: 1 | 2): Promise<FaultSession> {
    const home = mkdtempSync(join(tmpdir(), 'palimpsest-faults-'))
    const stack = await startFaultStack({ home, gateways })
    await installJournal(stack.adminUrl)
    return new FaultSession(stack, home)
  }

  /** A question that has not been sent yet. */
  question(wish: Question = {}): Ask {
    this.number += 1
    const marker = `case-e2e-${this.number}`
    const directions: Directions = { marker, waitMs: 0, pieceMs: 1, words: 2, failure: 'none', ...wish.directions }
    const { stream = false, person = null, key = `key ${marker}` } = wish
    const body = bodyOf(directions, { stream, person, user: 'user-1' })
    const tool = wish.tool ?? 'chat_assist'
    const ask = { directions, tenant: 'acme', tool, key, stream, body, person } as const
    return { ...ask, unscannable: false, leavesAfterMs: null, copies: 1 }
  }

  /** Sends it once, to gateway `to`, and remembers what came back. */
  async send(ask: Ask, to = 0): Promise<Try> {
    const known = this.asked.find((one) => one.ask === ask) ?? { ask, tries: [], settled: false }
    if (known.tries.length === 0) this.asked.push(known)
    const seen = await exchange(this.stack.gateways[to]?.url ?? '', ask, AbortSignal.timeout(120_000))
    known.tries.push(seen)
    known.settled = seen.outcome === 'answered'
    return seen
  }

  /** The key of this question is another request's from now on: it is not asked again at the end. */
  giveKeyAway(ask: Ask): void {
    const index = this.asked.findIndex((one) => one.ask === ask)
    const known = this.asked[index]
    if (known) this.asked[index] = { ...known, ask: { ...ask, key: null } }
  }

  calls({ directions }: Ask): number {
    return this.stack.double.calls().get(directions.marker) ?? 0
  }

  async untilCalled(ask: Ask, times = 1): Promise<void> {
    await until(`call ${times} of ${ask.directions.marker}`, async () => this.calls(ask) >= times)
  }

  /** The entry of a request once it is written. */
  async entry(ask: Ask): Promise<{ id: string; status: string; attempts: { state: string }[] }> {
    const { marker } = ask.directions
    const found = await until(`the entry of ${marker}`, async () => {
      const [row] = await this.sql`SELECT id, status, attempts FROM ledger_entry WHERE feature = ${marker}`
      return row
    })
    return { id: found.id, status: found.status, attempts: JSON.parse(found.attempts ?? '[]') }
  }

  /** Waits until everything has come to its end and gives what does not hold. */
  async violations(): Promise<string[]> {
    await Promise.all(this.stack.gateways.map((gateway) => gateway.ready()))
    const left = await waitUntilSettled(this.sql, this.stack.temporalAddress, 120_000)
    const url = this.stack.gateways[0]?.url ?? ''
    const calls = this.stack.double.calls()
    const { violations } = await checkInvariants(this.stack.adminUrl, {
      asked: this.asked,
      calls,
      journal: await readJournal(this.sql),
      ask: ({ ask }) => exchange(url, ask, AbortSignal.timeout(60_000)),
      disclose: discloserOf(url),
    })
    const later = this.stack.double.calls()
    const more = [...later]
      .filter(([marker, count]) => calls.get(marker) !== count)
      .map(([marker]) => `${marker} later`)
    const rest = Object.entries(left).filter(([, count]) => count > 0)
    return [...violations, ...more, ...rest.map(([what, count]) => `${count} ${what} left`)]
  }

  async stop(): Promise<void> {
    await this.sql.end({ timeout: 5 })
    await this.stack.stop()
    rmSync(this.home, { recursive: true, force: true })
  }
}

/** Polls until there is something; a database that is away is nothing. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  withinMs = 90_000,
): Promise<T> {
  const giveUpAt = Date.now() + withinMs
  while (Date.now() < giveUpAt) {
    const found = await look().catch(() => undefined)
    if (found) return found
    await sleep(50)
  }
  throw new Error(`${what} did not come within ${withinMs / 1000} s`)
}
