import { type ErasureEntryFacts, erasureEntry } from '../../src/domain/erasure/erasure-entry.ts'
import type { CaseFacts } from '../../src/ports/erasure-cases.ts'
import { appendOnce } from './append-once.ts'
import type { ErasureCoreDeps } from './core-deps.ts'
import type { CoreSteps, ErasureCounts, StoreResidue } from './types.ts'

type Ending = Pick<ErasureEntryFacts, 'detail' | 'errorCode'> & { status: 'completed' | 'refused' }

/** How an erasure ends: each end is an entry of the ledger before it is one of the case. */
export function createClosingSteps(
  deps: ErasureCoreDeps,
): Pick<CoreSteps, 'refuseErasure' | 'completeErasure' | 'closeCase' | 'failErasure'> {
  const { progress, ledger, entries } = deps

  const entryOf = (facts: CaseFacts, id: string, more: Pick<ErasureEntryFacts, 'status' | 'errorCode' | 'detail'>) =>
    erasureEntry({
      id,
      at: deps.now(),
      tenantId: facts.tenantId,
      caseId: facts.id,
      officer: facts.officer,
      related: facts.announcedBy,
      ...more,
    })

  /** Appends the entry that ends a case, once: its id is noted before it is written. */
  async function appendEnd(caseId: string, ending: Ending): Promise<string> {
    const facts = await progress.facts(caseId)
    const noted = facts.endedBy === null ? undefined : await entries.entry(facts.tenantId, facts.endedBy)
    if (noted?.envelope.status === ending.status) return noted.envelope.id
    const id = noted === undefined && facts.endedBy !== null ? facts.endedBy : deps.newEntryId()
    await progress.noteEnd(caseId, id)
    await appendOnce(deps, entryOf(facts, id, ending))
    return id
  }

  return {
    async refuseErasure({ caseId, code, holds }) {
      await appendEnd(caseId, { status: 'refused', errorCode: code, detail: { holds } })
      await progress.seal(caseId)
      await progress.move(caseId, 'refused', code)
    },

    async completeErasure({ caseId, residue, counts }) {
      const number = (await progress.facts(caseId)).receiptNumber
      const entry = await appendEnd(caseId, { status: 'completed', detail: { counts, number, residue } })
      await progress.noteEnded(caseId, { counts, residue })
      return { entry }
    },

    async closeCase({ caseId }) {
      await progress.move(caseId, 'completed', null)
      const { receiptNumber, outcome } = await progress.facts(caseId)
      const { counts, residue } = outcome as { counts: ErasureCounts; residue: StoreResidue[] }
      return { receipt: receiptNumber ?? 0, counts, residue }
    },

    /** Its entry may stand there twice after a crash: it explains nothing and deletes nothing. */
    async failErasure({ caseId, code }) {
      const facts = await progress.facts(caseId)
      if (facts.state === 'failed' && facts.errorCode === code) return
      await ledger.append(entryOf(facts, deps.newEntryId(), { status: 'failed', errorCode: code, detail: {} }))
      await progress.move(caseId, 'failed', code)
    },
  }
}
