import type { AnchorItem } from '../../src/domain/evidence/anchor.ts'
import { equalBytes } from '../../src/domain/ledger/bytes.ts'
import { parseCheckpoint } from '../../src/domain/ledger/checkpoint.ts'
import { CompactRange } from '../../src/domain/ledger/compact-range.ts'
import { parseNote } from '../../src/domain/ledger/note.ts'
import { LogDiverged } from '../../src/ports/anchored-heads.ts'
import type { LedgerTrees, TreeHead } from '../../src/ports/ledger-trees.ts'
import type { AnchorLog } from './anchor-log.ts'
import { retainUntil } from './retention.ts'
import type { AnchorResult } from './types.ts'

/** Leaves of one log in one anchor at most; what is left goes into the next one at once. */
const MOST_LEAVES = 200_000

export interface AnchorDeps {
  anchors: AnchorLog
  trees: LedgerTrees
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Days that nobody may remove an anchor. */
  retentionDays: number
  /** Adds what witnesses signed to the notes; never rejects, and not for long. */
  cosign(items: readonly AnchorItem[]): Promise<AnchorItem[]>
  /** Has the newest anchor time-stamped where it is not; never rejects for the authority's sake. */
  stamp(): Promise<boolean>
  /** Told when the database contradicts what is anchored. */
  onDiverged(error: LogDiverged): void
}

/**
 * Writes the heads and leaf hashes of all logs that grew into the next anchor: one object for all tenants. Each head has to
 * continue the one anchored before it, leaf by leaf, or nothing is written.
 */
export function createAnchor(deps: AnchorDeps): () => Promise<AnchorResult> {
  const { anchors, trees } = deps
  return async () => {
    const total: AnchorResult = { anchor: null, logs: 0, leaves: 0, stamped: false }
    for (;;) {
      await anchors.refresh()
      const items = await collect(deps)
      if (items.length === 0) return { ...total, stamped: await deps.stamp() }
      const now = deps.now()
      if (!(await anchors.append(items, now * 1000, retainUntil(now, deps.retentionDays)))) continue
      total.anchor = anchors.newest
      total.logs += items.length
      for (const item of items) total.leaves += item.leafHashes.length
    }
  }

  async function collect({ cosign, onDiverged }: AnchorDeps): Promise<AnchorItem[]> {
    const items: AnchorItem[] = []
    for (const head of await trees.heads()) {
      try {
        const item = await itemOf(head)
        if (item !== null) items.push(item)
      } catch (error) {
        if (error instanceof LogDiverged) onDiverged(error)
        throw error
      }
    }
    return items.length === 0 ? [] : cosign(items)
  }

  async function itemOf(newest: TreeHead): Promise<AnchorItem | null> {
    const { origin } = newest
    const before = anchors.of(origin)
    const first = before?.treeSize ?? 0
    if (newest.treeSize < first) throw new LogDiverged(origin, `has ${newest.treeSize} leaves, ${first} are anchored`)
    const edge = new CompactRange(first, await trees.edge(origin, first))
    if (before && !equalBytes(edge.root(), before.rootHash)) throw new LogDiverged(origin, 'is not the one anchored')
    if (newest.treeSize === first) return null
    const head = (await trees.headUpTo(origin, first + MOST_LEAVES)) ?? newest
    const { treeSize, rootHash } = parseCheckpoint(parseNote(head.note).text)
    const leafHashes = await trees.leafHashes(origin, first, treeSize)
    for (const hash of leafHashes) edge.append(hash)
    if (!equalBytes(edge.root(), rootHash))
      throw new LogDiverged(origin, 'is not the one its checkpoint was signed over')
    return { origin, note: head.note, treeSize, rootHash, firstLeaf: first, leafHashes }
  }
}
