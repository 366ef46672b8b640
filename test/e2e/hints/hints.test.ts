import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFactsQuery } from '../../../src/adapters/duckdb/facts-query.ts'
import { allHints } from '../../../src/adapters/hints/hint-ledger.ts'
import { hotHints } from '../../../src/adapters/postgres/hints/hot-hints.ts'
import { run } from '../../../src/cli/hints.ts'
import { run as verify } from '../../../src/cli/verify.ts'
import { writeDemoData } from '../../../src/compose/demo-data.ts'
import { layOut } from '../../../src/demo/data/calendar.ts'
import { plantedIn } from '../../../src/demo/data/planted.ts'
import { DAY_MS, type Hint } from '../../../src/domain/hints/types.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import { openPath } from '../../../verify/verify.mjs'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { byMonth, isAbout } from '../../support/hints/planted.ts'

const DAYS = 150
const ENTRIES = 36_000
const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk, id: test-app }
      - { key: "\${AUDITOR_KEY}", role: auditor, id: test-auditor }
      - { key: "\${ADMIN_KEY}", role: admin, id: test-admin }
    budgets:
      - { period: month, tool: meeting_notes, soft_limit_usd: "60.00" }
`

/** A made-up time that ends today, written as `palimpsest demo-data` writes it, and read through the API. */
describe('hints of a gateway', { timeout: 600_000 }, () => {
  const untilMs = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const year = layOut(untilMs - DAYS * DAY_MS, DAYS, ENTRIES)
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway({ config: CONFIG })
    await writeDemoData(gateway.settings, {
      entries: ENTRIES,
      days: DAYS,
      untilMs,
      seed: 'hints',
      tenants: [{ id: 'dev', region: 'us', policyVersion: 'sha256:0011', retentionClass: '60-90-365' }],
      onProgress: () => undefined,
    })
  }, 600_000)
  afterAll(() => gateway.remove())

  const hints = async (query = '') => {
    const answer = await gateway.call(`/v1/hints${query}`, { key: TEST_KEYS.auditor })
    expect(answer.status).toBe(200)
    const { hints: found } = (await answer.json()) as { hints: (Omit<Hint, 'since' | 'until'> & Times)[] }
    return found.map(
      (hint): Hint => ({
        ...hint,
        since: Date.parse(hint.since),
        until: hint.until === null ? null : Date.parse(hint.until),
      }),
    )
  }
  interface Times {
    since: string
    until: string | null
  }

  it('finds in the entries what was planted, with at most one false hint a month', async () => {
    const found = await hints('?days=115')
    const planted = plantedIn(year)
    // What lies in the first weeks has no past to be judged by.
    const due = planted.filter(({ to }) => to > year.startMs + 40 * DAY_MS)
    expect(due.length).toBeGreaterThan(9)
    expect(due.filter((one) => !found.some((hint) => isAbout(hint, one)))).toEqual([])
    const untrue = found.filter((hint) => !planted.some((one) => isAbout(hint, one)))
    expect(
      [...byMonth(untrue)].filter(([, count]) => count > 1),
      JSON.stringify(untrue),
    ).toEqual([])
    // Nothing of a text, and nothing of a person.
    expect(JSON.stringify(found)).not.toMatch(/sub_|@|Dear|Draft/)
  })

  it('tells of fewer days only what was going on in them', async () => {
    const found = await hints('?days=1')
    expect(found.length).toBeGreaterThan(3)
    for (const { until } of found) expect(until === null || until > untilMs - DAY_MS).toBe(true)
  })

  it('refuses days that are none', async () => {
    for (const days of ['0', '367', 'x']) {
      expect((await gateway.call(`/v1/hints?days=${days}`, { key: TEST_KEYS.admin })).status).toBe(400)
    }
  })

  it('reads the same from the database alone as over database and archive', async () => {
    const { databaseUrl, config } = gateway.settings
    const scope = { tenantId: 'dev', from: untilMs - 60 * DAY_MS, to: untilMs }
    const signal = new AbortController().signal
    const hot = await hotHints(databaseUrl, scope, signal)
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-hints-'))
    const facts = createFactsQuery({
      databaseUrl,
      objects: { local: () => Promise.reject(new Error('nothing is archived')) },
    })
    const all = await allHints({ facts, register: registerOf(config.routing) }, scope, folder, signal)
    rmSync(folder, { recursive: true, force: true })
    expect(hot?.usage.length).toBeGreaterThan(500)
    for (const name of ['usage', 'endings', 'findings'] as const) expect(all[name]).toEqual(hot?.[name])
    const rounded = (rows: typeof all.speeds = []) =>
      rows.map((row) => ({ ...row, logSum: row.logSum.toFixed(6), logSquares: row.logSquares.toFixed(6) }))
    expect(rounded(all.speeds)).toEqual(rounded(hot?.speeds))
  })

  it('is a report too: the hints beside the counts they rest on, in a pack that verifies', async () => {
    const from = new Date(year.startMs).toISOString()
    const asked = { kind: 'hints', from, to: new Date(untilMs).toISOString() }
    const { id } = (await (await gateway.call('/v1/reports', { key: TEST_KEYS.auditor, body: asked })).json()) as {
      id: string
    }
    for (;;) {
      const answer = await gateway.call(`/v1/reports/${id}`, { key: TEST_KEYS.auditor })
      const { state } = (await answer.json()) as { state: string }
      expect(state).not.toBe('failed')
      if (state === 'completed') break
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const pack = await gateway.call(`/v1/reports/${id}/pack`, { key: TEST_KEYS.auditor })
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-hints-'))
    try {
      const path = join(folder, 'pack.zip')
      writeFileSync(path, Buffer.from(await pack.arrayBuffer()))
      const said: string[] = []
      const io = {
        env: {},
        write: (line: string) => void said.push(line),
        warn: (line: string) => void said.push(line),
      }
      expect(await verify([path], io), said.join('\n')).toBe(0)
      const opened = await openPath(path)
      if (typeof opened === 'string') throw new Error('this is no pack')
      const chunks: Uint8Array[] = []
      for await (const chunk of opened.open('data/hints.json')) chunks.push(chunk)
      const rows = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        kind: Hint['kind']
        about: string
        since: string
      }[]
      const found = rows.map(({ kind, about }) => `${kind} ${about}`)
      const errors = plantedIn(year).filter(({ kind, to }) => kind === 'errors' && to > year.startMs + 40 * DAY_MS)
      for (const { about } of errors) expect(found).toContain(`errors ${JSON.stringify(about)}`)
      expect(new Set(rows.map(({ kind }) => kind)).size).toBe(6)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('prints them', async () => {
    const lines: string[] = []
    const io = {
      env: { PALIMPSEST_API_KEY: TEST_KEYS.admin },
      write: (line: string) => void lines.push(line),
      warn: (line: string) => void lines.push(line),
    }
    expect(await run(['--url', gateway.url, '--days', '30'], io)).toBe(0)
    expect(lines.join('\n')).toContain('personal data: tool hr_helpdesk')
    expect(await run(['--url', gateway.url, '--days', '0'], io)).toBe(2)
  })
})
