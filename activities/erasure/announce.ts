import { ApplicationFailure, activityInfo, heartbeat, sleep } from '@temporalio/activity'
import { erasureEntry } from '../../src/domain/erasure/erasure-entry.ts'
import { type ErasureReceipt, receiptsMissing } from '../../src/domain/erasure/receipt.ts'
import type { CaseFacts } from '../../src/ports/erasure-cases.ts'
import { appendOnce } from './append-once.ts'
import type { ErasureCoreDeps } from './core-deps.ts'
import type { CoreSteps } from './types.ts'

/** Milliseconds between two looks whether an entry has its leaf. */
const LOOK_MS = 20

/** The receipt: what will be gone stands in the ledger, under a signed checkpoint, before anything is. */
export function createAnnouncement(deps: ErasureCoreDeps): Pick<CoreSteps, 'announceErasure' | 'awaitLeaf'> {
  const { cases, progress, entries, holds } = deps

  /** What stands in the ledger already, and the ids of entries that were noted and never written. */
  async function written(facts: CaseFacts): Promise<{ receipts: ErasureReceipt[]; free: string[] }> {
    const ids = facts.announcedBy === null ? [] : [facts.announcedBy, ...facts.announcedAlso]
    const found = await Promise.all(ids.map((id) => entries.entry(facts.tenantId, id)))
    return {
      receipts: found.flatMap((entry) => (entry ? [receiptOf(entry.envelope.detail)] : [])),
      free: ids.filter((_, index) => found[index] === undefined),
    }
  }

  /**
   * A hold that was placed since they were looked at. It looks for what is noted as announced after it is in force, and this
   * looks for holds after it is noted: of the two at least one sees the other.
   */
  async function heedHolds(caseId: string): Promise<void> {
    const found = await holds.forbidding(caseId)
    if (found.length === 0) return
    throw ApplicationFailure.nonRetryable(
      `A legal hold has come in force: ${found.join(', ')}. Nothing was erased; release it, then ask again.`,
      'legal_hold',
    )
  }

  return {
    async announceErasure({ caseId }) {
      const [{ subjects }, facts] = await Promise.all([cases.open(caseId), progress.facts(caseId)])
      const { receipts, free } = await written(facts)
      let leading = facts.announcedBy
      if (receipts.length === 0) {
        const [own = deps.newEntryId()] = free
        if (free.length === 0) free.push(own)
        leading = await progress.noteAnnouncement(caseId, own)
        await heedHolds(caseId)
      }
      if (leading === null) throw new Error('an erasure without an announcement')
      // Behind that, so that an erasure which a hold stopped takes no number.
      const [number, cuts] = await Promise.all([progress.numberReceipt(caseId), progress.cuts(caseId)])
      const wanted = { subjects: subjects.map(({ pseudonym }) => pseudonym), cuts }
      for (const receipt of receiptsMissing(number, wanted, receipts)) {
        const noted = free.shift()
        const id = noted ?? deps.newEntryId()
        if (noted === undefined) await progress.noteAnnouncement(caseId, id)
        await appendOnce(
          deps,
          erasureEntry({
            id,
            at: deps.now(),
            tenantId: facts.tenantId,
            caseId,
            officer: facts.officer,
            status: 'requested',
            detail: { receipt },
          }),
        )
      }
      return { receipt: number, entry: leading }
    },

    async awaitLeaf({ entry, tenant }) {
      deps.hurryLeaves()
      const also = (await progress.announcedBy(entry))?.announcedAlso ?? []
      const written = await Promise.all([entry, ...also].map((id) => entries.entry(tenant, id)))
      const ids = written.flatMap((one) => (one ? [one.envelope.id] : []))
      for (;;) {
        const proofs = await Promise.all(ids.map((id) => entries.proof(tenant, id)))
        const [first] = proofs
        if (first !== undefined && proofs.every((proof) => proof !== undefined)) return { leaf: first.leafIndex }
        if (!activityInfo().isLocal) heartbeat()
        await sleep(LOOK_MS)
      }
    },
  }
}

function receiptOf(detail: string | null): ErasureReceipt {
  return (JSON.parse(detail ?? '{}') as { receipt: ErasureReceipt }).receipt
}
