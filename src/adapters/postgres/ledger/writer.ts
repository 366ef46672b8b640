import { randomBytes } from 'node:crypto'
import { uuidv7 } from '../../../domain/ids/uuidv7.ts'
import type { EntryDraft, LedgerWriter } from '../../../ports/ledger-writer.ts'
import { toTimeError } from '../clock-skew.ts'
import { isConnectionFailure, type Sql } from '../connect.ts'
import { commitBatches } from './commit-batches.ts'
import { openEpoch, type WriterEpoch } from './epoch.ts'
import { GenerationEnded } from './generation.ts'
import type { Logs } from './logs.ts'

/**
 * Entries of one transaction at most, so that none lasts long (200 ms, half of it on a busy server). What waits for one
 * under way is what shares the next.
 */
export const BATCH_ENTRIES = 1024

interface Waiting {
  draft: EntryDraft
  resolve(result: 'appended' | 'already'): void
  reject(error: unknown): void
}

export interface LedgerWriterOptions {
  sql: Sql
  logs: Logs
  gatewayVersion: string
  /** Milliseconds since the Unix epoch. */
  now: () => number
  /** Throws while nothing may be written; absent: always. */
  guard?: () => void
}

/**
 * The process's one writer: what arrives while a transaction is under way goes into the next one. After a failed
 * transaction its epochs are given up, because it may have been committed all the same; a batch that failed for another
 * reason than the connection is tried entry by entry, so that one bad entry cannot hold up the rest.
 */
export function createLedgerWriter(options: LedgerWriterOptions): LedgerWriter {
  const { sql, logs, gatewayVersion, now, guard } = options
  const queue: Waiting[] = []
  const epochs = new Map<string, Promise<WriterEpoch>>()
  let running: Promise<void> | null = null

  /** The epoch in the tenant's log in force. */
  async function epochOf(tenantId: string): Promise<WriterEpoch> {
    const log = await logs.of(tenantId)
    const known = await epochs.get(tenantId)
    if (known?.log.origin === log.origin) return known
    const opening = openEpoch(log, BigInt(now()) * 1000n, uuidv7(now(), randomBytes(10)))
    epochs.set(tenantId, opening)
    opening.catch(() => epochs.delete(tenantId))
    return opening
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      guard?.()
      const drafts = batch.map((waiting) => waiting.draft)
      const gone = await commitBatches(sql, drafts, epochOf, gatewayVersion)
      for (const { draft, resolve } of batch) resolve(gone.has(draft.envelope.id) ? 'already' : 'appended')
    } catch (error) {
      for (const { draft } of batch) epochs.delete(draft.envelope.tenant_id)
      if (error instanceof GenerationEnded) await logs.refresh()
      if (batch.length === 1 || isConnectionFailure(error)) {
        for (const { reject } of batch) reject(toTimeError(error))
        return
      }
      for (const waiting of batch) await write([waiting])
    }
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) await write(queue.splice(0, BATCH_ENTRIES))
    running = null
  }

  return {
    append(draft) {
      return new Promise((resolve, reject) => {
        queue.push({ draft, resolve, reject })
        // The microtask lets everything that is ready now share the first transaction.
        running ??= Promise.resolve().then(drain)
      })
    },
    async close() {
      await running
    },
  }
}
