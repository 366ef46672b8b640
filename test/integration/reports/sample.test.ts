import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runStatements } from '../../../src/adapters/duckdb/run-statements.ts'
import { LIST_ROWS } from '../../../src/domain/reports/common.ts'
import { SAMPLE_SIZE, sampleSql } from '../../../src/domain/reports/sample.ts'

const SEED = '7c23456789abcdef'
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-sample-'))

describe('the sample of a population', { timeout: 60_000 }, () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const draw = async (population: number) => {
    const { population: counting, counted, ending, drawn } = sampleSql('NOT other', SEED)
    const answers = await runStatements({
      folders: [folder],
      memoryMb: 200,
      threads: 2,
      statements: [
        {
          sql: `CREATE TABLE entries AS SELECT CAST(md5(CAST(range AS VARCHAR)) AS UUID) AS id, range >= ${population} AS other
            FROM range(${population + 50})`,
        },
        { sql: 'SELECT CAST(id AS VARCHAR) FROM entries WHERE NOT other', read: true },
        { sql: counting },
        { sql: counted, read: true },
        { sql: ending },
        { sql: drawn, read: true },
      ],
    })
    const [ids, count, sample] = answers.filter((answer) => answer !== null)
    expect(count?.rows).toEqual([[population]])
    return { ids: ids?.rows.map(([id]) => String(id)) ?? [], sample: sample?.rows.map(([id]) => String(id)) }
  }
  const rank = (id: string) => createHash('sha256').update(`${SEED}${id}`).digest('hex')
  const lowest = (ids: readonly string[]) =>
    ids
      .map((id) => ({ id, rank: rank(id) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, SAMPLE_SIZE)
      .map(({ id }) => id)

  it('is the lowest by SHA-256 of seed and id of as many as a list shows', async () => {
    const { ids, sample } = await draw(LIST_ROWS)
    expect(sample).toEqual(lowest(ids))
  })

  it('is that of the ids that end as the seed begins, of one more', async () => {
    const { ids, sample } = await draw(LIST_ROWS + 1)
    expect(sample).toEqual(lowest(ids.filter((id) => id.endsWith('7c'))))
    expect(sample).not.toEqual(lowest(ids))
  })
})
