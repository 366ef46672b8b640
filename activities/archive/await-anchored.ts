import { heartbeat, sleep } from '@temporalio/activity'
import type { ArchiveDeps } from './deps.ts'
import type { ArchiveActivities } from './types.ts'

/** Milliseconds between two looks at the anchors. */
const LOOK_MS = 1_000

/** One wait for many entries: each has its leaf, and a head that covers it is anchored. */
export function createAwaitAnchored(deps: ArchiveDeps): ArchiveActivities['awaitAnchored'] {
  const { periods, anchors, hurryLeaves } = deps
  return async ({ entries: ids }) => {
    let waiting = [...new Set(ids)]
    hurryLeaves()
    for (;;) {
      await anchors.refresh()
      const leaves = await periods.leaves(waiting)
      const covered = new Set(
        leaves
          .filter(({ origin, leafIndex }) => leafIndex < (anchors.of(origin)?.treeSize ?? 0))
          .map(({ entry }) => entry),
      )
      await periods.anchored([...covered])
      waiting = waiting.filter((id) => !covered.has(id))
      if (waiting.length === 0) return
      heartbeat()
      await sleep(LOOK_MS)
    }
  }
}
