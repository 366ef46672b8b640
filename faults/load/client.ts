import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.ts'
import { RECORDED_FIRST } from '../stack/config.ts'
import { exchange } from './exchange.ts'
import type { Ask, Asked, Try } from './types.ts'

/** Milliseconds that one client keeps asking. */
const PATIENCE_MS = 240_000
const FINAL_CODES_TRIES = 3

export interface ClientDeps {
  urls: readonly string[]
  random: Random
  /** Whether an entry is in the ledger now; looked up in the database itself. */
  isRecorded(requestId: string): Promise<boolean>
}

/**
 * Asks as a careful client does: with a key again and again until there is an answer or a refusal that stays, without
 * one only once.
 */
export async function askUntilSettled(deps: ClientDeps, ask: Ask): Promise<Asked> {
  const asked: Asked = { ask, tries: [], settled: false }
  await Promise.all(Array.from({ length: ask.copies }, (_, copy) => askAgain(deps, asked, copy)))
  return asked
}

async function askAgain(deps: ClientDeps, asked: Asked, copy: number): Promise<void> {
  const { ask, tries } = asked
  const giveUpAt = Date.now() + PATIENCE_MS
  for (let round = 0; ; round++) {
    const leaves = round === 0 && copy === 0 ? ask.leavesAfterMs : null
    const signal = AbortSignal.timeout(leaves ?? giveUpAt - Date.now() + 1_000)
    const seen = await exchange(deps.random.pick([deps.urls[0] ?? '', ...deps.urls.slice(1)]), ask, signal)
    if (seen.outcome === 'answered' && RECORDED_FIRST.includes(ask.tool) && seen.requestId !== null) {
      seen.recordedFirst = await deps.isRecorded(seen.requestId)
    }
    tries.push(seen)
    if (isFinal(seen, tries)) asked.settled = true
    if (asked.settled || ask.key === null || Date.now() > giveUpAt) return
    await sleep(deps.random.between(200, 1_200))
  }
}

/** An answer, a refusal of the request itself, or a recorded failure that asking again only repeats. */
function isFinal(seen: Try, tries: readonly Try[]): boolean {
  if (seen.outcome === 'answered') return true
  if (seen.outcome !== 'refused' || seen.status === null) return false
  if (seen.status < 500) return true
  if (seen.status === 503 || seen.status === 504) return false
  return tries.filter((one) => one.status === seen.status && one.code === seen.code).length >= FINAL_CODES_TRIES
}
