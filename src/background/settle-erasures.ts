import { erasureEntry } from '../domain/erasure/erasure-entry.ts'
import type { ErasureCases } from '../ports/erasure-cases.ts'
import type { ErasureStarter } from '../ports/erasure-starter.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'

export interface SettleErasuresDeps {
  cases: Pick<ErasureCases, 'underWay' | 'failLost'>
  starter: Pick<ErasureStarter, 'listRunning' | 'isRunning'>
  ledger: Pick<LedgerWriter, 'append'>
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** A UUIDv7. */
  newEntryId(): string
}

/** A workflow that was terminated, or that failed without a word, leaves this. */
const LOST = 'workflow_gone'
const AT_ONCE = 500

/**
 * Cases that are under way and whose workflow is not: they fail, with an entry, and can be asked for again. Gives how many. A case
 * that changes while it is looked at is somebody's and stays as it is; its entry may then stand there all the same, as after a
 * crash: it explains nothing and deletes nothing.
 * @throws where Temporal does not answer: a workflow that nobody can ask for counts as running.
 */
export async function settleErasures(deps: SettleErasuresDeps): Promise<number> {
  const { cases, starter, ledger, now, newEntryId } = deps
  let settled = 0
  let listed: ReadonlySet<string> | undefined
  for (let after: string | null = null; ; ) {
    const some = await cases.underWay(after, AT_ONCE)
    if (some.length > 0) listed ??= await starter.listRunning()
    for (const { facts, workflowId, version } of some) {
      // What the list does not show may have begun since: only then is Temporal asked for this one.
      if (listed?.has(workflowId) || (await starter.isRunning(workflowId))) continue
      await ledger.append(
        erasureEntry({
          id: newEntryId(),
          at: now(),
          tenantId: facts.tenantId,
          caseId: facts.id,
          officer: facts.officer,
          related: facts.announcedBy,
          status: 'failed',
          errorCode: LOST,
          detail: {},
        }),
      )
      if (await cases.failLost(facts.id, version, LOST)) settled += 1
    }
    after = some.at(-1)?.facts.id ?? null
    if (after === null) return settled
  }
}
