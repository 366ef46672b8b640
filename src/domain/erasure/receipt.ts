/** A text of somebody else that is another one now: `now` is the SHA-256 of its sealed blob in hex. */
export interface ReceiptCut {
  entry: string
  group: 'prompt' | 'response'
  now: string
}

/** The member `receipt` of an entry that announces an erasure (docs/ledger.md, section 19). */
export interface ErasureReceipt {
  number: number
  subjects: string[]
  cuts: ReceiptCut[]
}

/** Cuts of one entry at most, so that its detail stays within an entry's limit. */
const MOST_CUTS = 4000

/**
 * What has to be announced yet, in as many receipts as it takes, all with the same number. None: everything is. The first
 * announcement is made also where nothing was found.
 */
export function receiptsMissing(
  number: number,
  wanted: { subjects: readonly string[]; cuts: readonly ReceiptCut[] },
  written: readonly ErasureReceipt[],
): ErasureReceipt[] {
  const known = new Set(written.flatMap(({ subjects, cuts }) => [...subjects, ...cuts.map(cutKey)]))
  const subjects = wanted.subjects.filter((subject) => !known.has(subject))
  const cuts = wanted.cuts.filter((cut) => !known.has(cutKey(cut)))
  if (written.length > 0 && subjects.length + cuts.length === 0) return []
  const missing: ErasureReceipt[] = []
  for (let from = 0; from === 0 || from < cuts.length; from += MOST_CUTS) {
    missing.push({ number, subjects: from === 0 ? subjects : [], cuts: cuts.slice(from, from + MOST_CUTS) })
  }
  return missing
}

function cutKey({ entry, group, now }: ReceiptCut): string {
  return `${entry} ${group} ${now}`
}
