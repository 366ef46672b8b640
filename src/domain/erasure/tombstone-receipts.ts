import type { ErasureReceipt, ReceiptCut } from './receipt.ts'

/** What an erasure explains; in a receipt every list may be left out. */
export interface Explained {
  subjects: readonly string[]
  /** Entries whose content goes though their own person stays. */
  entries: readonly string[]
  cuts: readonly ReceiptCut[]
}

export type ReplayReceipt = ErasureReceipt & { entries: string[] }

/** Rows of one receipt at most, so that its detail stays within an entry's limit. */
const MOST_ROWS = 4000

/**
 * What no receipt explains yet of what was carried out again in a restored database, in as many receipts as it takes, all
 * with the erasure's own number. None: everything is explained.
 */
export function replayReceipts(
  number: number,
  gone: Explained,
  written: readonly Partial<Explained>[],
): ReplayReceipt[] {
  const known = new Set(written.flatMap(keysOf))
  const rows = [
    ...gone.subjects.map((subject) => ({ subjects: [subject], entries: [], cuts: [] })),
    ...gone.entries.map((entry) => ({ subjects: [], entries: [entry], cuts: [] })),
    ...gone.cuts.map((cut) => ({ subjects: [], entries: [], cuts: [cut] })),
  ].filter((row) => !keysOf(row).every((key) => known.has(key)))
  const receipts: ReplayReceipt[] = []
  for (let from = 0; from < rows.length; from += MOST_ROWS) {
    const some = rows.slice(from, from + MOST_ROWS)
    receipts.push({
      number,
      subjects: some.flatMap((row) => row.subjects),
      entries: some.flatMap((row) => row.entries),
      cuts: some.flatMap((row) => row.cuts),
    })
  }
  return receipts
}

function keysOf({ subjects = [], entries = [], cuts = [] }: Partial<Explained>): string[] {
  return [
    ...subjects.map((subject) => `subject ${subject}`),
    ...entries.map((entry) => `entry ${entry}`),
    ...cuts.map(({ entry, group, now }) => `cut ${entry} ${group} ${now}`),
  ]
}
