import type { ClosedRun, ClosedRuns } from '../../src/ports/closed-runs.ts'
import type { HistoryArchive, RecordedRun } from '../../src/ports/history-archive.ts'
import type { ExportedHistories } from './types.ts'

/** Milliseconds of ends that are looked at together, and then noted: of those of the last day, and of older ones. */
const STRETCH_MS = 3_600_000
const OLD_STRETCH_MS = 86_400_000
/** Milliseconds by which a list of ended runs may be behind: so much is looked at again. */
const OVERLAP_MS = 3_600_000
/** Milliseconds after its end that a run is waited for whose request has no entry: a request lives at most a day. */
const WAIT_MS = 2 * 86_400_000
const AT_ONCE = 8
const BATCH = 200
const WAITING_AT_ONCE = 10_000

export interface ExportDeps {
  runs: ClosedRuns
  archive: HistoryArchive
  /** Whether the history of a request with this tool of this tenant is kept. */
  keeps(tenantId: string, tool: string | null, requestId: string): boolean
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Told after each batch. */
  onProgress(done: ExportedHistories): void
  /** Told where Temporal keeps ended runs for less time than rounds may fail. */
  onKept(keptForMs: number): void
}

/**
 * Exports the histories of requests that have ended since the last round, as the tenants' policies choose. What is done is noted
 * stretch by stretch, so that a round that dies is taken up by the next; nothing is kept twice.
 */
export function createExportClosed(deps: ExportDeps): () => Promise<ExportedHistories> {
  const { runs, archive } = deps
  return async () => {
    const now = deps.now()
    const keptForMs = await runs.keptForMs()
    deps.onKept(keptForMs)
    const looked = await archive.lookedUntil()
    // What is older than Temporal keeps is not there any more; the first round takes all there is.
    const oldest = now - keptForMs - STRETCH_MS
    const done: ExportedHistories = { looked: 0, exported: 0, lost: 0, waiting: 0, until: looked ?? oldest }
    await again(deps, done)
    for (let from = Math.max(oldest, (looked ?? oldest) - OVERLAP_MS), below = from; from < now; from = below) {
      below = Math.min(now, from + (from < now - OLD_STRETCH_MS ? OLD_STRETCH_MS : STRETCH_MS))
      for await (const batch of batches(runs.closedBetween(from, below))) {
        done.looked += batch.length
        await exportBatch(deps, batch, done)
      }
      await archive.noteLookedUntil(below)
      done.until = Math.max(done.until, below)
      deps.onProgress(done)
    }
    return { ...done, waiting: (await archive.waiting(WAITING_AT_ONCE)).length }
  }
}

/** Runs that had no entry when they were looked at. */
async function again(deps: ExportDeps, done: ExportedHistories): Promise<void> {
  const { archive } = deps
  const waiting = await archive.waiting(WAITING_AT_ONCE)
  for (let at = 0; at < waiting.length; at += BATCH) {
    const batch = waiting.slice(at, at + BATCH)
    const still = new Set(await exportBatch(deps, batch, done))
    const over = batch.filter(({ runId, closedAt }) => !still.has(runId) || closedAt < deps.now() - WAIT_MS)
    await archive.forget(over.map(({ runId }) => runId))
  }
}

/** Gives the ids of the runs that wait for their entry. */
async function exportBatch(
  deps: ExportDeps,
  batch: readonly ClosedRun[],
  done: ExportedHistories,
): Promise<readonly string[]> {
  const known = await deps.archive.recorded(batch)
  const waiting = known.filter(({ entry, run }) => entry === null && run.closedAt >= deps.now() - WAIT_MS)
  await deps.archive.wait(waiting.map(({ run }) => run))
  const chosen = known.filter(
    ({ entry, kept, run }) => entry !== null && !kept && deps.keeps(entry.tenantId, entry.tool, run.requestId),
  )
  const next = chosen.values()
  const work = async () => {
    for (const one of next) {
      if ((await exportOne(deps, one)) === 'kept') done.exported += 1
      else done.lost += 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  deps.onProgress(done)
  return waiting.map(({ run }) => run.runId)
}

async function exportOne({ runs, archive }: ExportDeps, { run, entry }: RecordedRun): Promise<'kept' | 'lost'> {
  const history = await runs.historyOf(run)
  if (history === undefined || entry === null) return 'lost'
  const { tenantId, retentionClass } = entry
  const { requestId: entryId, runId, closedAt } = run
  const kept = await archive.keep({ entryId, runId, tenantId, retentionClass, closedAt, history })
  return kept === 'kept' ? 'kept' : 'lost'
}

async function* batches(runs: AsyncIterable<ClosedRun>): AsyncGenerator<ClosedRun[]> {
  let batch: ClosedRun[] = []
  for await (const run of runs) {
    batch.push(run)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
