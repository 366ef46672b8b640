import { continueAsNew, defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow'
import type { DueCursor } from '../activities/archive/types.ts'
import { dropDays, expireValues, sealDays } from './archive/days.ts'
import { archiveBatch } from './archive/periods.ts'
import type { ArchiveResult, ArchiveRun, Book, Stage } from './archive/types.ts'

/** Batches of one run; what is left goes on in a new one, so that histories stay short. */
const BATCHES = 6

export const archiveProgress = defineQuery<ArchiveResult & { step: string }>('progress')

/**
 * Archives what is older than its hot window. Days that are over are sealed; every period past its window becomes objects that are
 * stored, fetched back and compared with the database, then an entry of the ledger that is anchored; detected values go; and a day of
 * which everything is archived leaves the database. On a Schedule, daily; startable at any time. What fails does not stop the
 * rest, and the next run takes it up.
 */
export async function archivePeriods(input: ArchiveRun = {}): Promise<ArchiveResult> {
  const said = input.said ?? { counts: { ...NOTHING }, failures: [], left: [] }
  let step = 'begins'
  setHandler(archiveProgress, () => ({ step, ...said }))
  const begin = (name: string) => {
    step = name
    setCurrentDetails(`Step: ${name}\n\n${JSON.stringify(said.counts)}`)
  }
  const book: Book = { ...said, begin }
  const next = await runStage(input, book)
  if (next !== null) return continueAsNew<typeof archivePeriods>({ ...next, said })
  begin('done')
  return said
}

/** What the run goes on with; null: it is done. */
async function runStage({ only, ...input }: ArchiveRun, book: Book): Promise<ArchiveRun | null> {
  const stage = only ?? input.stage ?? 'seal'
  const goOn = (to: Stage): ArchiveRun | null => (only === undefined ? { stage: to } : null)
  const again = { stage, ...(only && { only }) }
  if (stage === 'seal') {
    await sealDays(book)
    return goOn('archive')
  }
  if (stage === 'archive') {
    const after = await archiveBatches(input.after ?? null, book)
    return after === null ? goOn('values') : { ...again, after }
  }
  if (stage === 'values') {
    const afterValues = await expireValues(input.afterValues ?? null, book)
    return afterValues === null ? goOn('drop') : { ...again, afterValues }
  }
  await dropDays(book)
  return null
}

async function archiveBatches(from: DueCursor | null, book: Book): Promise<DueCursor | null> {
  let after = from
  for (let batch = 0; batch < BATCHES; batch++) {
    after = await archiveBatch(after, book)
    if (after === null) break
  }
  return after
}

const NOTHING: ArchiveResult['counts'] = {
  periods: 0,
  entries: 0,
  bytes: 0,
  empty: 0,
  busy: 0,
  failed: 0,
  sealed: 0,
  dropped: 0,
  values: 0,
}
