import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differencesOf } from '../../../activities/archive/compare-period.ts'
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

  it('that were changed after they were made say something else: a value, a row left out, a blob', async () => {
    const made = await make('changed')
    const { facts = '', content = '' } = pathsOf(made)
    const to = (name: string) => join(folder, 'changed', name)
    const changed = async (name: string, select: string): Promise<string> => {
      await runStatements({
        folders: [join(folder, 'changed')],
        memoryMb: 200,
        threads: 1,
        statements: [{ sql: `COPY (${select}) TO '${to(name)}' (FORMAT parquet)` }],
      })
      return to(name)
    }
    const differences = async (name: string, paths: Record<string, string>) => {
      mkdirSync(to(`read-${name}`))
      const read = await files().read(paths, to(`read-${name}`), SEED, never)
      return { read, names: differencesOf(made, read) }
    }
    const empty = await changed(
      'empty',
      `SELECT * REPLACE (nullif(feature, '') AS feature) FROM read_parquet('${facts}')`,
    )
    const emptied = await differences('empty', { facts: empty, content })
    expect(emptied.names).toEqual(expect.arrayContaining(['the total counts.feature', 'the column feature of facts']))
    expect(emptied.read.broken).not.toBeNull()
    const moved = await changed(
      'moved',
      `SELECT * EXCLUDE (a, b)
        REPLACE (CASE prompt_blob_digest WHEN a THEN b WHEN b THEN a ELSE prompt_blob_digest END AS prompt_blob_digest)
        FROM read_parquet('${facts}'),
          (SELECT min(prompt_blob_digest) AS a, max(prompt_blob_digest) AS b FROM read_parquet('${facts}'))`,
    )
    const places = await differences('moved', { facts: moved, content })
    expect(places.names).toEqual(expect.arrayContaining(['the column prompt_blob_digest of facts']))
    const fewer = await changed('fewer', `SELECT * FROM read_parquet('${facts}') WHERE id <> '${made.totals.last_id}'`)
    const { names } = await differences('fewer', { facts: fewer, content })
    expect(names).toEqual(
      expect.arrayContaining(['the total entries', 'the Merkle root', 'the leaves', 'the rows of facts']),
    )
    const blob = await changed(
      'blob',
      `SELECT * REPLACE (CASE WHEN id = '${made.totals.last_id}' THEN sealed_prompt || '\\x00'::BLOB ELSE sealed_prompt END AS sealed_prompt)
        FROM read_parquet('${content}')`,
    )
    const cut = await differences('blob', { facts, content: blob })
    expect(cut.names).toEqual(['the total content.sealed_prompt', 'the column sealed_prompt of content'])
    expect(cut.read.blobs.cut).toBe(1)
  })

  it('hold the histories of the period where there are any', async () => {
    const [row] =
      await admin`SELECT id FROM ledger_entry WHERE tenant_id = 'acme' AND retention_class = 'standard' ORDER BY id LIMIT 1`
    // Every byte, and more of them than PostgreSQL writes on one line of base64.
    const history = Buffer.from(Array.from({ length: 1_000 }, (_, at) => at % 256))
    await admin.unsafe(`CREATE TABLE IF NOT EXISTS workflow_history_past PARTITION OF workflow_history DEFAULT`)
    await admin`INSERT INTO workflow_history (entry_id, run_id, tenant_id, retention_class, closed_at, history)
      VALUES (${row?.id}, ${row?.id}, 'acme', 'standard', now(), ${history})`
    const made = await make('histories')
    const read = await files().read(pathsOf(made), join(folder, 'histories'), SEED, never)
    expect(read.rows).toEqual({ facts: 300, content: 300, histories: 1 })
    expect(differencesOf(made, read)).toEqual([])
    const [stored] = await runStatements({
      folders: [join(folder, 'histories')],
      memoryMb: 200,
      threads: 1,
      statements: [{ sql: `SELECT history FROM read_parquet('${pathsOf(made).histories}')`, read: true }],
    })
    expect(stored?.rows).toEqual([[history.toString('hex')]])
  })

  it('hold texts of megabytes as they are, written by two processes side by side', async () => {
    const blobs = Array.from({ length: 36 }, () => randomBytes(2_000_000))
    const drafts = callsOfDay(test.calls, 'long', DAY, blobs.length).map((draft, index) => {
      const sealedPrompt = blobs[index] as Buffer
      const envelope = { ...draft.envelope, prompt_blob_digest: createHash('sha256').update(sealedPrompt).digest() }
      return { ...draft, envelope, content: draft.content && { ...draft.content, sealedPrompt } }
    })
    const writer = test.ledger.openWriter()
    for (const draft of drafts) await writer.append(draft)
    await writer.close()
    await test.ledger.sequence()
    mkdirSync(join(folder, 'long'))
    const made = await files().make({ ...PERIOD, tenantId: 'long' }, join(folder, 'long'), never)
    const read = await files().read(pathsOf(made), join(folder, 'long'), SEED, never)
    expect(differencesOf(made, read)).toEqual([])
    expect(read.blobs).toEqual({ checked: 4 * blobs.length, cut: 0 })
    expect(read.totals.content.blobs.sealed_prompt).toEqual({ count: 36, bytes: '72000000' })
  })

  it('are in the order of subject and id, null last, bytes by bytes', async () => {
    const made = await make('order')
    for (const { part, path } of made.files.filter((one) => one.part !== 'histories')) {
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
