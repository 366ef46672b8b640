import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS } from '../../../faults/stack/config.ts'
import { FaultSession, until } from '../faults/support.ts'

const MINUTES = 60_000

describe('a gateway that is killed in the middle of an erasure', { timeout: 5 * MINUTES }, () => {
  let session: FaultSession
  beforeAll(async () => {
    session = await FaultSession.start(1)
  }, 4 * MINUTES)
  afterAll(async () => {
    await session?.stop()
  }, 2 * MINUTES)

  const officer = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${session.stack.gateways[0]?.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${KEYS.acme.privacy}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} gave ${response.status}: ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }

  it('behind its announcement finishes it after the restart: one receipt, nothing readable, the ledger holds', async () => {
    const ask = session.question()
    expect(await session.send(ask)).toMatchObject({ outcome: 'answered' })
    const asked = await session.entry(ask)
    const { id } = await officer('/v1/erasures', { user: 'user-1' })
    await until('the announcement', async () => {
      const rows = await session.sql`
        SELECT FROM ledger_entry WHERE kind = 'erasure' AND status = 'requested' AND detail::jsonb ->> 'case' = ${String(id)}`
      return rows.length > 0
    })
    const [before] = await session.sql`SELECT state FROM erasure_case WHERE id = ${String(id)}`
    expect(session.stack.gateways[0]?.kill()).toBe(true)
    expect(before?.state).toBe('running')

    const view = await until(
      'the end of the erasure',
      async () => {
        const now = await officer(`/v1/erasures/${String(id)}`)
        return now.state === 'completed' && now
      },
      3 * MINUTES,
    )
    expect(session.stack.gateways[0]?.starts).toBe(2)
    expect(view).toMatchObject({ state: 'completed', error_code: null })
    const entries = await session.sql`
      SELECT status, detail FROM ledger_entry WHERE kind = 'erasure' AND detail::jsonb ->> 'case' = ${String(id)}`
    const receipts = entries
      .filter(({ status }) => status === 'requested')
      .map(({ detail }) => (JSON.parse(detail) as { receipt: { number: number } }).receipt.number)
    expect(new Set(receipts).size).toBe(1)
    expect(entries.filter(({ status }) => status === 'completed')).toHaveLength(1)
    expect(entries.filter(({ status }) => status === 'failed')).toEqual([])
    const left = await session.sql`
      SELECT c.entry_id FROM content c JOIN ledger_entry e ON e.id = c.entry_id
      WHERE e.subject_pseudonym = (SELECT subject_pseudonym FROM ledger_entry WHERE id = ${asked.id})`
    expect(left).toEqual([])
    const { ledger } = await verified()
    expect(ledger).toBe(true)
  })

  /** The pack of the tenant's log, as the verifier judges it. */
  const verified = async (): Promise<{ ledger: boolean }> => {
    const { run } = await import('../../../src/cli/verify.ts')
    const lines: string[] = []
    const env = { PALIMPSEST_API_KEY: KEYS.acme.privacy }
    const code = await until('a pack', () =>
      run([session.stack.gateways[0]?.url ?? '', '--json'], {
        env,
        write: (line) => lines.push(line),
        warn: () => undefined,
      }).then((ended) => ({ ended })),
    )
    return { ledger: code.ended === 0 }
  }
})
