import { randomBytes } from 'node:crypto'
import type { SampleCalls, SampleLedger } from '../../../drill/sample-ledger.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import type { EntryDraft } from '../../../src/domain/ledger/entry-draft.ts'
import type { LedgerWriter } from '../../../src/ports/ledger-writer.ts'

type Changes = (index: number) => Partial<EntryDraft['envelope']>

/** Drafts of calls spread over a day (`YYYY-MM-DD`, UTC), in order of time. */
export function callsOfDay(
  calls: SampleCalls,
  tenant: string,
  day: string,
  count: number,
  change: Changes = () => ({}),
) {
  const start = Date.parse(`${day}T00:00:00Z`)
  return Array.from({ length: count }, (_, index) => {
    const at = start + Math.floor((86_400_000 / count) * index)
    return calls.next(tenant, {
      id: uuidv7(at, randomBytes(10)),
      occurred_at: BigInt(at) * 1000n + BigInt(index % 1000),
      ...change(index),
    })
  })
}

/** Appends such drafts and gives them leaves. */
export async function appendPast(
  ledger: Pick<SampleLedger, 'sql' | 'sequence'>,
  writer: LedgerWriter,
  day: string,
  drafts: readonly EntryDraft[],
): Promise<void> {
  await ledger.sql`SELECT ledger_ensure_partitions(${day}::date, 1)`
  for (let at = 0; at < drafts.length; at += 2_000) {
    await Promise.all(drafts.slice(at, at + 2_000).map((draft) => writer.append(draft)))
  }
  await ledger.sequence()
}
