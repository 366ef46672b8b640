import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DuckFailure, runStatements } from '../../../src/adapters/duckdb/run-statements.ts'

const root = mkdtempSync(join(tmpdir(), 'palimpsest-duck-'))
const [own, beside] = [join(root, 'own'), join(root, 'beside')]
for (const folder of [own, beside]) mkdirSync(folder)
writeFileSync(join(own, 'in.csv'), 'a\n1\n')
writeFileSync(join(beside, 'secret.csv'), 'a\n42\n')

describe('a query over archived files', { timeout: 60_000 }, () => {
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const ask = (sql: string, anyOrder = false) =>
    runStatements({ folders: [own], memoryMb: 100, threads: 1, statements: [{ sql, read: true, anyOrder }] })

  it('reads and writes the folders that it was given', async () => {
    const [answer] = await ask(`SELECT a FROM read_csv('${own}/in.csv')`)
    expect(answer?.rows).toEqual([[1]])
    await ask(`COPY (SELECT 1 AS a) TO '${own}/out.csv' (FORMAT csv)`)
    expect(existsSync(join(own, 'out.csv'))).toBe(true)
  })

  it.each([
    ['reads a file beside them', `SELECT * FROM read_csv('${beside}/secret.csv')`],
    ['reads one by a way out of them', `SELECT * FROM read_text('${own}/../beside/secret.csv')`],
    ['names what lies beside them', `SELECT * FROM glob('${beside}/*')`],
    ['writes beside them', `COPY (SELECT 1) TO '${beside}/out.csv' (FORMAT csv)`],
    ['opens a database beside them', `ATTACH '${beside}/other.db'`],
    ['loads an extension', 'LOAD httpfs'],
    ['installs an extension', 'INSTALL httpfs'],
    ['opens itself again', 'SET enable_external_access = true'],
    ['gives itself another folder', `SET allowed_directories = ['${beside}']`],
    ['gives itself back the right to change that', 'SET lock_configuration = false'],
  ])('never %s', async (_, sql) => {
    await expect(ask(sql)).rejects.toBeInstanceOf(DuckFailure)
    expect(readdirSync(beside)).toEqual(['secret.csv'])
    // Before the configuration is locked nothing is open either, but the right to change the rest of it.
    if (sql.includes('lock_configuration')) return
    await expect(ask(sql, true)).rejects.toBeInstanceOf(DuckFailure)
    expect(readdirSync(beside)).toEqual(['secret.csv'])
  })

  it('keeps the order of what it writes, also behind statements that are free of it', async () => {
    const rows = 300_000
    const [, , answer] = await runStatements({
      folders: [own],
      memoryMb: 200,
      threads: 2,
      statements: [
        {
          sql: `COPY (SELECT range AS a FROM range(${rows})) TO '${own}/any.parquet' (FORMAT parquet)`,
          anyOrder: true,
        },
        { sql: `CREATE TABLE sorted AS SELECT a FROM read_parquet('${own}/any.parquet') ORDER BY a DESC` },
        { sql: `SELECT count(*), count(*) FILTER (WHERE a = ${rows} - 1 - rowid) FROM sorted`, read: true },
      ],
    })
    expect(answer?.rows).toEqual([[rows, rows]])
  })

  it('never asks another machine', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked += 1
      response.end('a\n1\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await expect(ask(`SELECT * FROM read_csv('http://127.0.0.1:${port}/x.csv')`)).rejects.toBeInstanceOf(DuckFailure)
    server.close()
    expect(asked).toBe(0)
  })
})
