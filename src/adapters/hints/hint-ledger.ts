import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HINT_QUESTIONS, hintRows } from '../../domain/hints/questions.ts'
import type { Register } from '../../domain/reports/register.ts'
import type { FactsQuery } from '../../ports/facts-query.ts'
import type { HintAnswer, HintLedger, HintScope } from '../../ports/hint-ledger.ts'
import { hotHints } from '../postgres/hints/hot-hints.ts'

/** Milliseconds that one reading may take in all. */
const WITHIN_MS = 600_000

export interface HintLedgerOptions {
  databaseUrl: string
  /** Asked where a part of the period is in the archive. */
  facts: FactsQuery
  register: Register
  /** Runs `work` in a folder of its own and removes it afterwards. */
  inFolder<T>(work: (folder: string) => Promise<T>): Promise<T>
  /** Breaks off what is under way. */
  closing: AbortSignal
}

/** Counts from PostgreSQL, and from Parquet objects too where the period reaches into the archive: one reading at a time. */
export function createHintLedger({ databaseUrl, facts, register, inFolder, closing }: HintLedgerOptions): HintLedger {
  let before: Promise<unknown> = Promise.resolve()
  return {
    read(scope) {
      const mine = before.then(async () => {
        const signal = AbortSignal.any([AbortSignal.timeout(WITHIN_MS), closing])
        signal.throwIfAborted()
        const hot = await hotHints(databaseUrl, scope, signal)
        return hot ?? inFolder((folder) => allHints({ facts, register }, scope, folder, signal))
      })
      before = mine.catch(() => undefined)
      return mine
    },
  }
}

/** Counts from the database and the archive, by DuckDB. */
export async function allHints(
  { facts, register }: Pick<HintLedgerOptions, 'facts' | 'register'>,
  scope: HintScope,
  folder: string,
  signal: AbortSignal,
): Promise<HintAnswer> {
  const job = {
    scope: { ...scope, filters: { subject: null, tool: null, model: null, pii: null } },
    questions: HINT_QUESTIONS,
    population: '{calls}',
    seed: '00',
    register,
  }
  const { sources } = await facts.run(job, folder, signal)
  const answers = await Promise.all(
    HINT_QUESTIONS.map(async ({ name }) => JSON.parse(await readFile(join(folder, 'data', `${name}.json`), 'utf8'))),
  )
  return { ...hintRows(answers), archivedObjects: sources.length - 1 }
}
