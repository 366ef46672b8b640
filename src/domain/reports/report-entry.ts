import { toHex } from '../ledger/bytes.ts'
import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { jcs } from '../ledger/json.ts'
import { actEntry, type Officer } from '../requests/act-entry.ts'
import { reportDetail } from './pack-manifest.ts'
import type { ReportFilters, ReportKind } from './types.ts'

export interface ReportEntryFacts {
  entryId: string
  /** Milliseconds since the Unix epoch. */
  at: number
  officer: Officer
  retentionClass: string
  report: { id: string; kind: ReportKind; from: number; to: number; filters: ReportFilters }
}

/** What an entry says of what was asked: of filters their names only, because a model's name is what an app chose to send. */
function askedOf({ kind, from, to, filters }: ReportEntryFacts['report']) {
  const names = Object.entries(filters).filter(([, value]) => value !== null)
  return {
    kind,
    period: { from: new Date(from).toISOString(), below: new Date(to).toISOString() },
    filters: names.map(([name]) => name).sort(),
  }
}

/** The entry of a report that was made: whoever has its pack finds its manifest's digest here. */
export function reportMade(
  facts: ReportEntryFacts,
  made: { manifestSha256: Uint8Array; entries: number; missing: number },
): EntryDraft {
  const { manifestSha256, entries, missing } = made
  const asked = { ...reportDetail(facts.report.id, manifestSha256), ...askedOf(facts.report), entries, missing }
  return entryOf(facts, 'completed', asked, null)
}

/** The entry of one that could not be made. @param made the entry that says it was made, where only its pack is missing. */
export function reportFailed(facts: ReportEntryFacts, code: string, made: string | null): EntryDraft {
  const draft = entryOf(facts, 'failed', { id: facts.report.id, ...askedOf(facts.report) }, made)
  return { ...draft, envelope: { ...draft.envelope, error_code: code } }
}

/** The entry of a pack at the end of its life. The gateway itself does it: there is no key. */
export function packExpired(facts: {
  entryId: string
  /** Milliseconds since the Unix epoch. */
  at: number
  tenantId: string
  retentionClass: string
  report: { id: string; kind: ReportKind; madeBy: string }
  pack: { name: string; sha256: Uint8Array; bytes: number }
}): EntryDraft {
  const { report, pack } = facts
  return factEntry({
    id: facts.entryId,
    kind: 'report',
    status: 'expired',
    occurred_at: BigInt(facts.at) * 1000n,
    tenant_id: facts.tenantId,
    related_entry: report.madeBy,
    retention_class: facts.retentionClass,
    detail: jcs({
      id: report.id,
      kind: report.kind,
      pack: { bytes: pack.bytes, name: pack.name, sha256: toHex(pack.sha256) },
    }),
  })
}

function entryOf(facts: ReportEntryFacts, status: string, detail: object, relatedEntry: string | null): EntryDraft {
  const { entryId, at, officer, retentionClass } = facts
  return actEntry({
    ...{ id: entryId, at, officer, retentionClass, status, relatedEntry },
    kind: 'report',
    subjectPseudonym: null,
    detail: jcs(detail),
    note: null,
  })
}
