import { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { SampleCalls } from '../../../drill/sample-ledger.ts'
import { connectTemporal } from '../../../src/adapters/temporal/connect.ts'
import { run } from '../../../src/cli/archive.ts'
import { callsOfDay } from '../../support/archive/past-ledger.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

const DAY = '2026-01-05'

describe('archives of a running gateway', { timeout: 240_000 }, () => {
  let stack: ErasureStack
  let client: Client
  let anchoring: NodeJS.Timeout
  beforeAll(async () => {
    stack = await startErasureStack()
    client = new Client({ connection: await connectTemporal({ address: inject('stack').temporalAddress }) })
    const { taskQueue } = stack.gateway
    // In place of the Schedule.
    anchoring = setInterval(() => {
      const workflowId = `${taskQueue}/anchor-now`
      void client.workflow.start('anchor', { workflowId, taskQueue, args: [] }).catch(() => undefined)
    }, 1_000)
  })
  afterAll(async () => {
    clearInterval(anchoring)
    await client.connection.close()
    await stack.close()
  })

  const archive = async (...args: string[]) => {
    const lines: string[] = []
    const io = {
      env: { PALIMPSEST_API_KEY: TEST_KEYS.admin },
      write: (line: string) => void lines.push(line),
      warn: (line: string) => void lines.push(line),
    }
    const exit = await run([...args, '--url', stack.gateway.url], io)
    return { exit, lines, json: () => JSON.parse(lines.join('\n')) }
  }

  it('are made by one command, with its own store, and listed to auditors and operators', async () => {
    await stack.sql`SELECT ledger_ensure_partitions(${DAY}::date, 1)`
    const drafts = callsOfDay(new SampleCalls(), 'dev', DAY, 12)
    await Promise.all(drafts.map((draft) => stack.stores.ledger.append(draft)))
    await expect
      .poll(async () => (await stack.sql`SELECT count(*)::int AS n FROM ledger_pending`)[0]?.n, { timeout: 60_000 })
      .toBe(0)
    const done = await archive('run', '--json')
    expect(done.json()).toMatchObject({
      state: 'completed',
      counts: { periods: 1, entries: 12, failed: 0, sealed: 1, dropped: 1 },
      failures: [],
    })
    expect(done.exit).toBe(0)
    const listed = await stack.gateway.call('/v1/archives', { key: TEST_KEYS.auditor })
    const { archives } = (await listed.json()) as { archives: Record<string, unknown>[] }
    expect(archives).toMatchObject([{ state: 'anchored', from_day: DAY, retention_class: 'standard', entries: 12 }])
    expect(
      ((archives[0]?.objects ?? []) as { part: string; state: string }[]).map(({ part, state }) => `${part} ${state}`),
    ).toEqual(['content stored', 'facts stored', 'manifest stored'])
    const status = await archive('status')
    expect(status.exit).toBe(0)
    expect(await archive('lifecycle', '--json')).toMatchObject({
      exit: 0,
      lines: [JSON.stringify({ differences: [] }, null, 2)],
    })
    expect(status.lines[0]).toMatch(/^2026-01-05 standard anchored: 12 entries, \d+ bytes, generation 1$/)
  })

  it('refuse what they cannot understand', async () => {
    // As of every other list: no fraction, no exponent, no blank.
    const limits = ['0', '401', '1.5', '1e2', '%201', ''].map((limit) => `limit=${limit}`)
    for (const query of ['below=yesterday', ...limits]) {
      const asked = await stack.gateway.call(`/v1/archives?${query}`, { key: TEST_KEYS.auditor })
      const { error } = (await asked.json()) as { error: { code: string; param: string } }
      expect([asked.status, error.code, error.param]).toEqual([400, 'invalid_parameter', query.split('=')[0]])
    }
    expect((await archive('bury')).exit).toBe(2)
  })
})
