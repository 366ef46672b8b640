import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyOut } from '../../../src/adapters/postgres/copy-out.ts'
import { copyToFile, readOutTogether } from '../../../src/adapters/postgres/read-out.ts'
import { openTestLedger, type TestLedger } from '../ledger/support.ts'

const never = new AbortController().signal
const OPTIONS = { name: 'palimpsest-test', statementTimeoutMs: 60_000 }

let test: TestLedger
let client: pg.Client
let folder: string

beforeAll(async () => {
  test = await openTestLedger()
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-copy-'))
}, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await test.remove()
})

async function connected<T>(work: () => Promise<T>): Promise<T> {
  client = new pg.Client({ connectionString: test.databases.admin })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work()
  } finally {
    await client.end()
  }
}

const collected = async (query: string) => {
  const pieces: Buffer[] = []
  const copied = await copyOut(client, `COPY (${query}) TO STDOUT (FORMAT csv)`, async (bytes) => {
    pieces.push(Buffer.from(bytes))
  })
  return { text: Buffer.concat(pieces).toString('utf8'), ...copied }
}

describe('what is copied out of PostgreSQL', { timeout: 60_000 }, () => {
  it('is every byte of every row, short ones and ones longer than a block, and the connection goes on', async () => {
    await connected(async () => {
      const sizes = [0, 1, 3_000_000, 5, 1_048_575, 70_000, 2]
      const query = `SELECT repeat('x', n) || 'é' FROM unnest(ARRAY[${sizes}]) WITH ORDINALITY AS s (n, at) ORDER BY at`
      const lines = sizes.map((size) => `${'x'.repeat(size)}é\n`)
      const { text, ...copied } = await collected(query)
      expect(text === lines.join('')).toBe(true)
      const bytes = lines.map((line) => Buffer.byteLength(line))
      expect(copied).toEqual({
        rows: sizes.length,
        bytes: bytes.reduce((sum, one) => sum + one, 0),
        longest: Math.max(...bytes),
      })
      const many = await collected(`SELECT n, md5(n::text) FROM generate_series(1, 200000) n`)
      expect(many.rows).toBe(200_000)
      const expected = Array.from({ length: 200_000 }, (_, at) => `${at + 1},${hash('md5', String(at + 1))}\n`)
      expect(many.text === expected.join('')).toBe(true)
      expect((await collected('SELECT 1 WHERE false')).rows).toBe(0)
      expect((await client.query('SELECT 7 AS seven')).rows).toEqual([{ seven: 7 }])
    })
  })

  it('waits for a slow sink, which gets nothing twice and nothing late', async () => {
    await connected(async () => {
      let taken = 0
      let atOnce = 0
      const { bytes } = await copyOut(
        client,
        `COPY (SELECT repeat('y', 9999) FROM generate_series(1, 1500)) TO STDOUT (FORMAT csv)`,
        async (piece) => {
          atOnce += 1
          expect(atOnce).toBe(1)
          await sleep(5)
          expect(piece.every((byte) => byte === 0x79 || byte === 0x0a)).toBe(true)
          taken += piece.length
          atOnce -= 1
        },
      )
      expect(taken).toBe(15_000_000)
      expect(bytes).toBe(15_000_000)
    })
  })

  it('ends in the error of the server that comes between rows, and the connection goes on', async () => {
    await connected(async () => {
      await expect(collected('SELECT 1 / (500000 - n) FROM generate_series(1, 600000) n')).rejects.toMatchObject({
        code: '22012',
      })
      expect((await client.query('SELECT 7 AS seven')).rows).toEqual([{ seven: 7 }])
    })
  })

  it('ends in the error of the sink, also where the server is not done', async () => {
    await connected(async () => {
      const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      const copied = copyOut(
        client,
        `COPY (SELECT repeat('z', 1000) FROM generate_series(1, 1000000)) TO STDOUT (FORMAT csv)`,
        () => Promise.reject(full),
      )
      await expect(copied).rejects.toBe(full)
    })
  })

  it('ends in an error where the server goes away', async () => {
    await connected(async () => {
      const admin = new pg.Client({ connectionString: test.databases.admin })
      await admin.connect()
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      let killed = false
      const copied = copyOut(
        client,
        `COPY (SELECT repeat('z', 1000) FROM generate_series(1, 1000000)) TO STDOUT (FORMAT csv)`,
        async () => {
          if (!killed) await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
          killed = true
        },
      )
      await expect(copied).rejects.toThrow()
      await admin.end()
    })
  })
})

describe('two connections that read out together', { timeout: 60_000 }, () => {
  it('see one moment, whatever is written between them', async () => {
    const admin = new pg.Client({ connectionString: test.databases.admin })
    await admin.connect()
    await admin.query(
      'CREATE TABLE moment (n integer); GRANT SELECT ON moment TO PUBLIC; INSERT INTO moment VALUES (1)',
    )
    const path = join(folder, 'moment.csv')
    const counted = await readOutTogether(test.databases.app, OPTIONS, never, [
      async (one) => {
        await admin.query('INSERT INTO moment VALUES (2)')
        return (await copyToFile(one, 'SELECT n FROM moment', path)).rows
      },
      async (other) => {
        await admin.query('INSERT INTO moment VALUES (3)')
        return (await other.query('SELECT n FROM moment')).rows.length
      },
    ])
    await admin.end()
    expect(counted).toEqual([1, 1])
    expect(readFileSync(path, 'utf8')).toBe('1\n')
  })

  it('both end where one fails, with what it failed with', async () => {
    const ended: unknown[] = []
    const failing = readOutTogether(test.databases.app, OPTIONS, never, [
      async (one) => {
        await one.query('SELECT pg_sleep(60)').catch((error: unknown) => {
          ended.push(error)
          throw error
        })
      },
      async (other) => {
        await other.query('SELECT 1 / 0')
      },
    ])
    await expect(failing).rejects.toMatchObject({ code: '22012' })
    expect(ended).toHaveLength(1)
  })

  it('both end where the work is called off', async () => {
    const asked = new AbortController()
    const reading = readOutTogether(test.databases.app, OPTIONS, asked.signal, [
      async (one) => {
        setTimeout(() => asked.abort(new Error('called off')), 50)
        await one.query('SELECT pg_sleep(60)')
      },
      async (other) => {
        await other.query('SELECT pg_sleep(60)')
      },
    ])
    await expect(reading).rejects.toThrow()
  })
})
