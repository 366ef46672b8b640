import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { jcs } from '../ledger/json.ts'

/** A soft limit that was reached. Amounts are decimal text in US dollars, dates are UTC. */
export interface SoftLimitReached {
  id: string
  tenantId: string
  budget: string
  /** Empty where it is not a user's own. */
  subjectPseudonym: string
  period: { start: string; end: string }
  limitUsd: string
  spentUsd: string
}

/** The entry of it. Nobody did it: it names no key. @param entry its id, and the time in milliseconds since the Unix epoch */
export function softLimitEntry(reached: SoftLimitReached, entry: { id: string; at: number }): EntryDraft {
  const { id: notice, budget, period, limitUsd, spentUsd } = reached
  return factEntry({
    id: entry.id,
    kind: 'administration',
    occurred_at: BigInt(entry.at) * 1000n,
    tenant_id: reached.tenantId,
    subject_pseudonym: reached.subjectPseudonym || null,
    status: 'budget_soft_limit',
    retention_class: 'proof',
    detail: jcs({
      notice,
      budget,
      period_start: period.start,
      period_end: period.end,
      limit_usd: limitUsd,
      spent_usd: spentUsd,
    }),
  })
}
