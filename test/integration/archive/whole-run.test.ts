import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHistory } from '../../e2e/history/read-history.ts'
import { keepHistory } from '../../e2e/history/recorded.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const LATE = '0123456789ab'

describe('a whole run, from sealing to dropping', { timeout: 180_000 }, () => {
  let stack: ArchiveStack
  beforeAll(async () => {
    stack = await startArchiveStack()
  })
  afterAll(() => stack.close())

  const rowsOf = async (day: string) => {
    const [row] = await stack.admin`
      SELECT count(*)::int AS n FROM ledger_entry
      WHERE id >= ledger_day_bound(${day}::date) AND id < ledger_day_bound(${day}::date + 1)`
    return row?.n
  }
  const dayOf = async (day: string) => (await stack.admin`SELECT * FROM archive_day WHERE day = ${day}`)[0]
  const entriesOf = (tenant: string) => stack.admin`
    SELECT status, detail FROM ledger_entry WHERE kind = 'archive' AND tenant_id = ${tenant} ORDER BY id`

  it('takes what is past its hot window out of the database, and leaves the rest', async () => {
    await stack.plant('acme', '2026-01-05', 20)
    await stack.plant('globex', '2026-01-05', 10, (index) => ({ retention_class: index < 4 ? 'standard' : '30-40-50' }))
    const recent = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10)
    await stack.plant('acme', recent, 5)
    const { counts, failures, left } = await stack.runAll()
    expect({ failures, left: left.filter(({ day }) => day === '2026-01-05') }).toEqual({ failures: [], left: [] })
    expect(counts).toMatchObject({ periods: 3, entries: 30, dropped: 1 })
    expect([await rowsOf('2026-01-05'), await rowsOf(recent)]).toEqual([0, 5])
    expect((await dayOf('2026-01-05'))?.dropped_at).toBeInstanceOf(Date)
    expect((await dayOf(recent))?.dropped_at).toBeNull()
    expect((await entriesOf('acme')).map(({ status }) => status)).toEqual(['archived', 'dropped'])
    expect((await entriesOf('globex')).map(({ status }) => status)).toEqual(['archived', 'archived', 'dropped'])
    keepHistory('whole', (await readHistory(stack.client, stack.lastRun())).raw, 'archive')
  })

  it('locks the manifests, which nobody may remove, and nothing that holds what a person said or did', async () => {
    const locked = new Map<string, Set<boolean>>()
    for await (const name of stack.store.list('archive/')) {
      const part = name.split('/')[2] ?? ''
      const until = (await stack.store.stat(name))?.lockedUntil ?? null
      locked.set(part, (locked.get(part) ?? new Set()).add(until !== null && until > Date.now()))
    }
    expect(locked).toEqual(
      new Map([
        ['content', new Set([false])],
        ['facts', new Set([false])],
        ['manifest', new Set([true])],
      ]),
    )
  })

  it('does nothing twice', async () => {
    const { counts } = await stack.runAll()
    expect(counts).toMatchObject({ periods: 0, entries: 0, sealed: 0, dropped: 0 })
    expect((await entriesOf('acme')).length).toBe(2)
  })

  it('keeps a day into which somebody put an entry after it was archived, and names it', async () => {
    const day = '2026-01-07'
    const [id = ''] = await stack.plant('late', day, 4)
    await stack.seal(day)
    expect((await stack.run()).failures).toEqual([])
    const columns = (
      await stack.admin`SELECT column_name AS name FROM information_schema.columns
        WHERE table_name = 'ledger_entry' AND column_name <> 'id' ORDER BY ordinal_position`
    ).map(({ name }) => name)
    await stack.admin.unsafe(
      `INSERT INTO ledger_entry (id, ${columns}) SELECT '${id.replace(/.{12}$/, LATE)}', ${columns} FROM ledger_entry WHERE id = '${id}'`,
    )
    const { counts, left } = await stack.runAll()
    expect(left.filter((one) => one.day === day)).toEqual([{ day, code: 'other_count' }])
    expect(counts.dropped).toBe(0)
    expect(await rowsOf(day)).toBe(5)
    expect((await entriesOf('late')).map(({ status }) => status)).toEqual(['archived'])
  })

  it('keeps a day of which one period could not be archived, and drops it when that is done', async () => {
    const day = '2026-01-08'
    await stack.plant('fails', day, 3)
    await stack.plant('works', day, 3)
    stack.store.faults.put = async (really, name, file, options) => {
      if (name.includes('/fails.')) throw Object.assign(new Error('no'), { code: 'NoSuchBucket' })
      return really.put(name, file, options)
    }
    const first = await stack.runAll()
    expect(first.failures.map(({ tenant, code }) => `${tenant} ${code}`)).toEqual(['fails Error:NoSuchBucket'])
    expect(first.left.filter((one) => one.day === day)).toEqual([{ day, code: 'other_count' }])
    expect(await rowsOf(day)).toBe(6)
    stack.store.faults = {}
    const second = await stack.runAll()
    expect(second.counts).toMatchObject({ periods: 1, entries: 3, dropped: 1 })
    expect(await rowsOf(day)).toBe(0)
  })
})
