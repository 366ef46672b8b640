import type { EntryDraft } from '../../ledger/entry-draft.ts'
import { jcs } from '../../ledger/json.ts'
import { actEntry, type Officer } from '../../requests/act-entry.ts'
import { plainText } from '../decimal.ts'
import type { Reconciliation } from './reconcile.ts'
import type { InvoiceProvider, Totals } from './types.ts'

export const RECONCILIATION_STATUS = 'reconciliation'

/** The entry of a reconciliation: kind `report`, figures and digests only. */
export function reconciliationEntry(facts: {
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  officer: Officer
  retentionClass: string
  provider: InvoiceProvider
  /** Days, `YYYY-MM-DD`; `below` is not among them. */
  from: string
  below: string
  /** Of the files that were read, hex. */
  sha256: readonly string[]
  /** Only lines of one account of the files were compared. */
  ofAccount: boolean
  result: Reconciliation
}): EntryDraft {
  const { provider, from, below, sha256, ofAccount, result, ...act } = facts
  const detail = {
    ...{ provider, from, below, invoices_sha256: sha256, of_account: ofAccount, granularity: result.granularity },
    ...{ ledger: figures(result.ledger), invoice: figures(result.invoice), difference: figures(result.difference) },
    by_class: result.byClass.map(({ class: name, lines, ...totals }) => ({ class: name, lines, ...figures(totals) })),
  }
  return actEntry({
    ...act,
    ...{ kind: 'report', status: RECONCILIATION_STATUS, subjectPseudonym: null, relatedEntry: null, note: null },
    detail: jcs(detail),
  })
}

/** Amounts as plain decimals, exact; a sign below zero. */
export function figures<T extends Totals>({ tokens, usd }: T): { tokens: number | null; usd: string | null } {
  return { tokens, usd: usd && plainText(usd) }
}
