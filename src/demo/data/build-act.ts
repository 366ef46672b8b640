import { createHash, randomBytes } from 'node:crypto'
import { benchmarkEntry } from '../../domain/benchmark/benchmark-entry.ts'
import { erasureEntry } from '../../domain/erasure/erasure-entry.ts'
import { type HoldScope, holdDetail } from '../../domain/erasure/hold.ts'
import type { EntryDraft } from '../../domain/ledger/entry-draft.ts'
import { factEntry } from '../../domain/ledger/fact-entry.ts'
import { jcs } from '../../domain/ledger/json.ts'
import { actEntry, type Officer, sealNote } from '../../domain/requests/act-entry.ts'
import type { DataKey } from '../../domain/sealing/seal.ts'
import type { Subject } from '../../ports/subject-directory.ts'
import type { DemoPolicy } from './build-call.ts'
import { demoBenchmark } from './demo-benchmark.ts'
import type { PlannedAct } from './plan-acts.ts'
import type { PlannedCall } from './plan-calls.ts'

const PROOF = 'proof'

export interface ActContext {
  tenantId: string
  policy: DemoPolicy
  /** Whom the act is about; null: nobody, or a period. */
  subject: Subject | null
  /** The key of a hold on a period. */
  holdKey: DataKey | null
  /** The number that a receipt gets. */
  receiptNumber: number
  /** Entries of the person. */
  entries: number
}

function officerOf(tenantId: string): Officer {
  return { tenantId, keyId: `${tenantId}-privacy`, app: 'dpo', team: 'privacy' }
}

/** The entries of an act, in order of time. */
export function buildAct(act: PlannedAct, context: ActContext): EntryDraft[] {
  const { tenantId, policy, subject } = context
  switch (act.kind) {
    case 'policy':
      return [policyEntry(act, tenantId, policy)]
    case 'hold':
      return [holdEntry(act, context)]
    case 'release': {
      const base = {
        id: act.id,
        officer: officerOf(tenantId),
        subjectPseudonym: subject?.pseudonym ?? null,
        at: act.at,
      }
      const more = { kind: 'hold', status: 'released', relatedEntry: act.holdId, retentionClass: PROOF } as const
      return [actEntry({ ...base, ...more, detail: null, note: null })]
    }
    case 'refused erasure': {
      const { id, at, caseId, holdId } = act
      const base = { id, at, tenantId, caseId, officer: officerOf(tenantId).keyId, retentionClass: PROOF }
      return [erasureEntry({ ...base, status: 'refused', errorCode: 'legal_hold', detail: { holds: [holdId] } })]
    }
    case 'benchmark': {
      const officer = { tenantId, keyId: `${tenantId}-operator`, app: 'operations', team: 'platform' }
      const { id, at } = act
      return [benchmarkEntry({ id, at, officer, retentionClass: PROOF, detail: demoBenchmark(id) })]
    }
    case 'erasure':
      return erasureEntries(act, context)
  }
}

/** Somebody reads what was said: beside the call, some hours later. */
export function buildDisclosure(
  call: PlannedCall,
  subject: Subject,
  policy: DemoPolicy,
  { id, at, purpose }: { id: string; at: number; purpose: string },
): EntryDraft {
  const act = { id, officer: officerOf(call.tenantId), subjectPseudonym: subject.pseudonym }
  const note = sealNote(act, subject.dataKey, purpose, randomBytes)
  const more = { kind: 'disclosure', status: 'disclosed', relatedEntry: call.id } as const
  return actEntry({ ...act, ...more, at, retentionClass: policy.retentionClass, detail: null, note })
}

function holdEntry(act: PlannedAct & { kind: 'hold' }, { tenantId, subject, holdKey }: ActContext): EntryDraft {
  const { id, at, from, to, reason } = act
  const who = { id, officer: officerOf(tenantId), subjectPseudonym: subject?.pseudonym ?? null }
  const key = subject?.dataKey ?? holdKey
  if (key === null) throw new Error('a hold needs a key for its reason')
  const scope: HoldScope =
    subject === null ? { kind: 'period', from, to } : { kind: 'subject', pseudonym: subject.pseudonym }
  const note = sealNote(who, key, reason, randomBytes)
  const more = { kind: 'hold', status: 'placed', relatedEntry: null, retentionClass: PROOF } as const
  return actEntry({ ...who, ...more, at, detail: jcs(holdDetail(scope)), note })
}

function policyEntry(act: PlannedAct & { kind: 'policy' }, tenantId: string, policy: DemoPolicy): EntryDraft {
  const versionOf = (change: string) => {
    const hash = createHash('sha256').update(`${policy.policyVersion}\0${change}`, 'utf8').digest('hex')
    return `sha256:${hash.slice(0, 32)}`
  }
  const previous = act.before === null ? null : versionOf(act.before)
  return factEntry({
    id: act.id,
    kind: 'policy',
    occurred_at: BigInt(act.at) * 1000n,
    tenant_id: tenantId,
    policy_version: versionOf(act.change),
    status: 'in_force',
    retention_class: PROOF,
    detail: jcs({ policy: { change: act.change, made_up: true }, previous_version: previous }),
  })
}

/** The receipt, and that it is done. */
function erasureEntries(act: PlannedAct & { kind: 'erasure' }, context: ActContext): EntryDraft[] {
  const { tenantId, subject, receiptNumber: number, entries } = context
  const officer = officerOf(tenantId).keyId
  const base = { tenantId, caseId: act.caseId, officer, retentionClass: PROOF }
  const subjects = subject === null ? [] : [subject.pseudonym]
  const counts = {
    subjects: subjects.length,
    keys: subjects.length,
    inFlight: 0,
    entries,
    values: 0,
    othersValues: 0,
    textsScanned: 0,
    textsCut: 0,
    textsUnreadable: 0,
    archiveObjects: null,
  }
  const residue = [{ store: 'content', looked: entries, found: 0 }]
  const receipt = { number, subjects, cuts: [] }
  return [
    erasureEntry({ ...base, id: act.id, at: act.at, status: 'requested', detail: { receipt } }),
    erasureEntry({
      ...base,
      ...act.completed,
      status: 'completed',
      related: act.id,
      detail: { counts, number, residue },
    }),
  ]
}
