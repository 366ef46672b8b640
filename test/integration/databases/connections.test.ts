import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectPostgres, isConnectionFailure, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'

describe('a pool of connections', () => {
  let databases: TestDatabases
  let admin: postgres.Sql
  let sql: Sql

  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    await admin`CREATE TABLE probe (id integer PRIMARY KEY, note text)`
    sql = connectPostgres(databases.admin, { max: 1, name: 'probe' })
  })

  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await admin.end()
    await databases.drop()
  })

  /** Ends their connections, and waits for so many milliseconds at most until the server has. */
  const killThem = (withinMs = 10_000) =>
    admin`SELECT pg_terminate_backend(pid, ${withinMs}) FROM pg_stat_activity WHERE application_name = 'probe'`
  const runningStatements = async () =>
    (await admin`SELECT FROM pg_stat_activity WHERE application_name = 'probe' AND state = 'active'`).length

  it('gives values back in the types the adapters count on', async () => {
    const bytes = [Buffer.from([0, 255]), new Uint8Array([7])]
    const [row] = await sql`
      SELECT ${2n ** 60n}::bigint AS big, ${bytes}::bytea[] AS list, ${Buffer.from('x')}::bytea AS bytes,
             ${new Date(1_700_000_000_123)}::timestamptz AS at, ${['a"b', 'c,d', null]}::text[] AS texts,
             ${true}::boolean AS yes, ${'0.1000000000'}::numeric AS cost, ${null}::text AS nothing, 7 AS small`
    expect(row).toEqual({
      big: 2n ** 60n,
      list: [Buffer.from([0, 255]), Buffer.from([7])],
      bytes: Buffer.from('x'),
      at: new Date(1_700_000_000_123),
      texts: ['a"b', 'c,d', null],
      yes: true,
      cost: '0.1000000000',
      nothing: null,
      small: 7,
    })
  })

  it('refuses a parameter that is undefined, which would else be a NULL nobody meant', async () => {
    expect(() => sql`SELECT ${undefined}::text AS x`).toThrow(TypeError)
  })

  it('gets a new connection where the old one was lost while idle', async () => {
    await sql`SELECT 1`
    await killThem()
    await sleep(50)
    const rows = await sql`SELECT 2 AS two`
    expect(rows[0]?.two).toBe(2)
  })

  it('tells a lost connection from a statement that the server refuses', async () => {
    const running = sql`SELECT pg_sleep(20)`
    const lost = expect(running).rejects.toSatisfy(isConnectionFailure)
    await expect.poll(runningStatements, { timeout: 15_000, interval: 20 }).toBe(1)
    await killThem()
    await lost
    await expect(sql`SELECT 1 / 0`).rejects.toSatisfy((error) => !isConnectionFailure(error))
    expect((await sql`SELECT 3 AS three`)[0]?.three).toBe(3)
  })

  it('runs nothing of a transaction outside of it, where its connection is lost between two statements', async () => {
    const transaction = sql.begin(async (inside) => {
      await inside`INSERT INTO probe VALUES (1, 'first')`
      await killThem()
      await sleep(50)
      await Promise.all([inside`INSERT INTO probe VALUES (2, 'second')`, inside`INSERT INTO probe VALUES (3, 'third')`])
    })
    await expect(transaction).rejects.toSatisfy(isConnectionFailure)
    expect(await sql`SELECT id FROM probe`).toHaveLength(0)
  })

  it('rolls a transaction back whose work fails, and gives its connection back usable', async () => {
    const failed = sql.begin(async (inside) => {
      await inside`INSERT INTO probe VALUES (4, 'fourth')`
      throw new RangeError('no')
    })
    await expect(failed).rejects.toThrow(RangeError)
    const refused = sql.begin((inside) =>
      Promise.all([inside`INSERT INTO probe VALUES (5, 'a')`, inside`INSERT INTO probe VALUES (5, 'b')`]),
    )
    await expect(refused).rejects.toMatchObject({ code: '23505' })
    expect(await sql`SELECT id FROM probe`).toHaveLength(0)
  })

  it('does not take a transaction for committed in which a failure was passed over', async () => {
    const passedOver = sql.begin(async (inside) => {
      await inside`INSERT INTO probe VALUES (6, 'sixth')`
      await inside`SELECT 1 / 0`.catch(() => undefined)
    })
    await expect(passedOver).rejects.toThrow('rolled back')
    expect(await sql`SELECT id FROM probe`).toHaveLength(0)
  })

  it('survives a connection that is lost at any moment under load', async () => {
    const busy = connectPostgres(databases.admin, { max: 4, name: 'probe' })
    let over = false
    let done = 0
    const workers = Array.from({ length: 12 }, async () => {
      while (!over) {
        const work = busy.begin(async (inside) => {
          const [row] = await inside`SELECT count(*)::integer AS rows FROM probe`
          await Promise.all([inside`SELECT ${row?.rows}::integer`, inside`SELECT pg_sleep(0.001)`])
        })
        const ok = await work.then(
          () => true,
          (error) => {
            if (!isConnectionFailure(error)) throw error
            return false
          },
        )
        if (ok) done += 1
      }
    })
    for (let kills = 0; kills < 25; kills++) {
      await sleep(20)
      await killThem(0)
    }
    over = true
    await Promise.all(workers)
    expect((await busy`SELECT 4 AS four`)[0]?.four).toBe(4)
    expect(done).toBeGreaterThan(0)
    await busy.end({ timeout: 5 })
  })
})
