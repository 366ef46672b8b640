import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COSTS, type CostDimension, costLine, costQuestion } from '../../domain/cost/cost-lines.ts'
import type { Register } from '../../domain/reports/register.ts'
import type { CostAnswer, CostLedger, CostScope } from '../../ports/cost-ledger.ts'
import type { FactsQuery } from '../../ports/facts-query.ts'
import { hotCosts } from '../postgres/costs/hot-costs.ts'

/** Milliseconds that one question may take in all. */
const WITHIN_MS = 300_000

export interface CostLedgerOptions {
  databaseUrl: string
  /** Asked where a part of the period is in the archive. */
  facts: FactsQuery
  register: Register
  /** Runs `work` in a folder of its own and removes it afterwards. */
  inFolder<T>(work: (folder: string) => Promise<T>): Promise<T>
}

/** Costs from PostgreSQL, and from Parquet objects too where the period reaches into the archive: of these one question at a time. */
export function createCostLedger(options: CostLedgerOptions): CostLedger {
  const { databaseUrl, facts, register, inFolder } = options
  let before: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = before.then(work)
    before = mine.catch(() => undefined)
    return mine
  }
  return {
    async costs(scope, dimensions, most) {
      const signal = AbortSignal.timeout(WITHIN_MS)
      const { answer, expired } = await hotCosts(databaseUrl, scope, dimensions, most, signal)
      if (answer) return answer
      return inTurn(() =>
        inFolder((folder) => allCosts({ facts, register, folder, signal, expired }, scope, dimensions, most)),
      )
    },
  }
}

interface AllCosts {
  facts: FactsQuery
  register: Register
  folder: string
  signal: AbortSignal
  expired: boolean
}

async function allCosts(
  { facts, register, folder, signal, expired }: AllCosts,
  scope: CostScope,
  dimensions: readonly CostDimension[],
  most: number,
): Promise<CostAnswer> {
  const job = {
    scope: { ...scope, filters: { subject: null, tool: null, model: null, pii: null } },
    questions: [costQuestion(dimensions, most)],
    population: '{calls}',
    seed: '00',
    register,
  }
  const { watermark, sources } = await facts.run(job, folder, signal)
  const rows = JSON.parse(await readFile(join(folder, 'data', `${COSTS}.json`), 'utf8')) as Record<string, unknown>[]
  return {
    lines: rows.slice(0, most).map((row) => costLine(row, dimensions)),
    more: rows.length > most,
    watermark,
    archivedObjects: sources.length - 1,
    expired,
  }
}
