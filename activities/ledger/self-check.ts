import { heartbeat } from '@temporalio/activity'
import { factEntry } from '../../src/domain/ledger/fact-entry.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import type { LedgerTrees, TreeHead } from '../../src/ports/ledger-trees.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'
import type { CheckedLog, SelfCheckResult, Vouched } from './types.ts'

/** Leaves of one look at most: a larger log is seen part by part, the newest part each time. */
const WINDOW = 20_000

export interface SelfCheckDeps {
  trees: LedgerTrees
  ledger: LedgerWriter
  /** Packs a range of a tenant's log and has the verifier that auditors use look at it, in a process of its own. */
  verify(
    tenantId: string,
    range: { from: number; to: number },
  ): Promise<{ exit: number; leaves: number; first: string | null }>
  /** Who else vouches for a log's last anchor; no members where nobody is asked. */
  vouched(origin: string): Vouched | Promise<Vouched>
  /** Told of each log, for metrics. */
  onChecked(log: CheckedLog): void
  /** Milliseconds since the Unix epoch. */
  now(): number
  newEntryId(): string
}

/**
 * Verifies each live log against its anchors as an auditor would, and appends the result to the log itself. Of a log that is
 * too large to be seen at once it takes the newest part and, in turn, one of the older ones.
 */
export function createSelfCheck(deps: SelfCheckDeps): () => Promise<SelfCheckResult> {
  return async () => {
    const logs: CheckedLog[] = []
    for (const head of await deps.trees.heads()) {
      const log = await checkLog(deps, head)
      deps.onChecked(log)
      logs.push(log)
      heartbeat(logs.length)
    }
    return { logs }
  }
}

async function checkLog(
  deps: SelfCheckDeps,
  { tenantId: tenant, origin, treeSize: size }: TreeHead,
): Promise<CheckedLog> {
  const vouched = await deps.vouched(origin)
  const checked: CheckedLog = { tenant, holds: true, leaves: 0, first: null, ...vouched }
  for (const range of rangesOf(size, deps.now())) {
    const { exit, leaves, first } = await deps.verify(tenant, range)
    checked.leaves += leaves
    checked.holds &&= exit === 0
    checked.first ??= first
  }
  const now = deps.now()
  await deps.ledger.append(
    factEntry({
      id: deps.newEntryId(),
      kind: 'administration',
      occurred_at: BigInt(now) * 1000n,
      tenant_id: tenant,
      status: checked.holds ? 'holds' : 'does_not_hold',
      retention_class: 'proof',
      detail: jcs({ self_check: { first: checked.first, leaves: checked.leaves, size, ...vouched } }),
    }),
  )
  return checked
}

/** The newest window, and an older one that moves on with each hour. */
export function rangesOf(size: number, nowMs: number): { from: number; to: number }[] {
  const newest = { from: Math.max(0, size - WINDOW), to: size }
  const older = Math.ceil(newest.from / WINDOW)
  if (older === 0) return [newest]
  const part = Math.floor(nowMs / 3_600_000) % older
  return [newest, { from: part * WINDOW, to: Math.min(newest.from, (part + 1) * WINDOW) }]
}
