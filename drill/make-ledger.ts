import { rotateLogKey } from '../src/adapters/postgres/ledger/rotate.ts'
import { SampleCalls, type SampleLedger } from './sample-ledger.ts'

export interface LedgerSize {
  /** Entries in all; a fifth of them is signed and not anchored, and some wait for their leaf. */
  entries: number
}

const ROUND = 40
const OVERLAP_MS = 24 * 3_600_000

/**
 * A ledger of two writers whose batches interleave: anchored, then signed only, then waiting. The log's key is rotated in the
 * middle of what is anchored, and its old key signs beside the new one from there on.
 */
export async function makeLedger(ledger: SampleLedger, tenant: string, { entries }: LedgerSize): Promise<SampleCalls> {
  const calls = new SampleCalls()
  const writers = [ledger.openWriter(), ledger.openWriter()]
  const append = (writer: number, count: number) =>
    Promise.all(Array.from({ length: count }, () => writers[writer]?.append(calls.next(tenant))))
  const anchoredUpTo = Math.floor(entries * 0.8)
  const rotateAt = Math.floor(anchoredUpTo / 2)
  for (let made = 0, anchored = false; made < entries; made += ROUND) {
    if (made <= rotateAt && made + ROUND > rotateAt) await rotate(ledger, tenant)
    await append(0, ROUND / 4)
    await append(1, ROUND / 4)
    await Promise.all([append(0, ROUND / 4), append(1, ROUND / 4)])
    await ledger.sequence()
    if (anchored || made + ROUND < anchoredUpTo) continue
    await ledger.anchor()
    anchored = true
  }
  await append(0, 5)
  await Promise.all(writers.map((writer) => writer.close()))
  return calls
}

async function rotate({ sql, logs, signer, sequencer }: SampleLedger, tenant: string): Promise<void> {
  const sequence = () => sequencer.round()
  const options = { sql, logs, signer, sequence, gatewayVersion: 'drill', overlapMs: OVERLAP_MS, now: Date.now }
  await rotateLogKey(options, tenant)
}
