import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestLedger, type TestLedger } from './support.ts'

/** More than a round takes of one log where others wait. */
const BACKLOG = 1100

describe('a round of the sequencer', () => {
  let test: TestLedger

  beforeEach(async () => {
    test = await openTestLedger()
  })

  afterEach(() => test.remove())

  const append = async (tenants: readonly string[], count: number) => {
    const writer = test.ledger.openWriter()
    const drafts = tenants.flatMap((tenant) => Array.from({ length: count }, () => test.calls.next(tenant)))
    await Promise.all(drafts.map((draft) => writer.append(draft)))
    await writer.close()
  }

  /** Leaves by tenant; an epoch's opening entry is one of them. */
  const leaves = async () => {
    const rows = await test.ledger.sql`
      SELECT g.tenant_id, count(l.entry_id)::integer AS leaves
      FROM ledger_log g LEFT JOIN ledger_leaf l USING (log_id) GROUP BY g.tenant_id`
    return new Map<string, number>(rows.map((row) => [row.tenant_id, row.leaves]))
  }

  it('gives the entries of all other logs their leaves, however much waits in one', async () => {
    await append(['busy'], BACKLOG)
    const quiet = Array.from({ length: 12 }, (_, i) => `quiet${i}`)
    await append(quiet, 2)
    await test.ledger.sequencer.round()
    const after = await leaves()
    for (const tenant of quiet) expect(after.get(tenant)).toBe(3)
    expect(after.get('busy')).toBeGreaterThan(0)
    expect(after.get('busy')).toBeLessThan(BACKLOG)
    expect(test.ledger.sequencer.hasMore).toBe(true)
    await test.ledger.sequence()
    expect((await leaves()).get('busy')).toBe(BACKLOG + 1)
    expect(test.ledger.sequencer.hasMore).toBe(false)
  }, 240_000)

  it('goes on behind the logs of the round before, so that each of many with a backlog has its turn', async () => {
    const tenants = Array.from({ length: 5 }, (_, i) => `busy${i}`)
    for (const tenant of tenants) await append([tenant], BACKLOG)
    await test.ledger.sequencer.round()
    expect([...(await leaves()).values()].filter((count) => count === 0)).not.toHaveLength(0)
    await test.ledger.sequencer.round()
    for (const count of (await leaves()).values()) expect(count).toBeGreaterThan(0)
    await test.ledger.sequence()
    for (const count of (await leaves()).values()) expect(count).toBe(BACKLOG + 1)
  }, 240_000)
})
