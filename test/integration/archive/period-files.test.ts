import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStatements } from '../../../src/adapters/duckdb/run-statements.ts'
import { createPeriodFiles } from '../../../src/adapters/parquet/period-files.ts'
import { totalsThatDiffer } from '../../../src/domain/retention/control-totals.ts'
import type { MadePeriod } from '../../../src/ports/period-files.ts'
import { appendPast, callsOfDay } from '../../support/archive/past-ledger.ts'
import { openTestLedger, type TestLedger } from '../ledger/support.ts'

const DAY = '2026-01-05'
const PERIOD = { tenantId: 'acme', retentionClass: 'standard', fromDay: DAY, belowDay: '2026-01-06' }
const SEED = '0123456789abcdef'
const never = new AbortController().signal

/** Values that a careless way through CSV would change. */
const ODD = [
  '',
  ' ',
  '"',
  '""',
  ',',
  '\\N',
  '\\',
  'NULL',
  'null',
  '\n',
  '\r\n',
  "'",
  'Zoë 漢字 🎉',
  '{"a":"b,\\"c"}',
  '0',
]

describe('the files of a period', { timeout: 180_000 }, () => {
  let test: TestLedger
  let folder: string
  let admin: postgres.Sql
  beforeAll(async () => {
    test = await openTestLedger()
    admin = postgres(test.databases.admin, { max: 1, onnotice: () => undefined })
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-period-'))
    const writer = test.ledger.openWriter()
    const odd = callsOfDay(test.calls, 'acme', DAY, 300, (index) => ({
      feature: ODD[index % ODD.length] ?? null,
      team: index % 7 === 0 ? null : '',
      subject_pseudonym: index % 5 === 0 ? null : `sub_${(index * 31) % 40}`,
      flags: index % 3 === 0 ? [] : ['"', 'a,b', 'null'].slice(0, index % 3),
      detail: index % 2 === 0 ? '{"a":"b\\n"}' : null,
      cost_usd: index % 11 === 0 ? null : '9999999999.0000000001',
      prompt_tokens: index % 13 === 0 ? null : 2_000_000_000,
    }))
    const others = [
      ...callsOfDay(test.calls, 'other', DAY, 5),
      ...callsOfDay(test.calls, 'acme', DAY, 5, () => ({ retention_class: '1-1-2' })),
    ]
    await appendPast(test.ledger, writer, DAY, [...odd, ...others])
    await appendPast(test.ledger, writer, '2026-01-06', callsOfDay(test.calls, 'acme', '2026-01-06', 5))
    await writer.close()
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await admin.end()
    await test.remove()
  })

  const files = () => createPeriodFiles({ databaseUrl: test.databases.app })
  const make = async (name: string): Promise<MadePeriod> => {
    mkdirSync(join(folder, name))
    return files().make(PERIOD, join(folder, name), never)
  }
  const pathsOf = (made: MadePeriod) => Object.fromEntries(made.files.map(({ part, path }) => [part, path]))

  it('say of themselves what the database says of the period: rows, totals, columns, root, every commitment', async () => {
    const made = await make('whole')
    const read = await files().read(pathsOf(made), join(folder, 'whole'), SEED, never)
    expect(made.totals.entries).toBe(300)
    expect(made.totals.counts.tool).toEqual([['hr_helpdesk', 300]])
    expect(totalsThatDiffer(made.totals, read.totals)).toEqual([])
    expect(read.totals).toEqual(made.totals)
    expect(read.root).toEqual(made.root)
    expect(read.leaves).toEqual(made.leaves)
    expect(read.digests).toEqual(Object.fromEntries(made.files.map(({ part, digests }) => [part, digests])))
    expect(read.rows).toEqual({ facts: 300, content: 300 })
    expect(read.envelopes).toEqual({ checked: 300, of: 300, chosen: 'all', seed: SEED })
    expect(read.blobs).toEqual({ checked: 1200, cut: 0 })
    expect(read.broken).toBeNull()
  })

  it('are in the order of subject and id, null last, bytes by bytes', async () => {
    const made = await make('order')
    for (const { part, path } of made.files) {
      const [rows] = await runStatements({
        folders: [join(folder, 'order')],
        memoryMb: 200,
        threads: 1,
        statements: [{ sql: `SELECT subject_pseudonym, id FROM read_parquet('${path}')`, read: true }],
      })
      const keys = (rows?.rows ?? []).map(([subject, id]) => `${subject === null ? '~' : `0${subject}`} ${id}`)
      expect(keys, part).toHaveLength(300)
      expect(keys, part).toEqual([...keys].sort())
    }
  })
})
