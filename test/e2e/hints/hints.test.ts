import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFactsQuery } from '../../../src/adapters/duckdb/facts-query.ts'
import { allHints } from '../../../src/adapters/hints/hint-ledger.ts'
import { hotHints } from '../../../src/adapters/postgres/hints/hot-hints.ts'
import { HintFinder } from '../../../src/background/hints.ts'
import { run } from '../../../src/cli/hints.ts'
import { run as verify } from '../../../src/cli/verify.ts'
import { writeDemoData } from '../../../src/compose/demo-data.ts'
import { hintContextOf } from '../../../src/compose/hints.ts'
import { openStores } from '../../../src/compose/stores.ts'
import { layOut } from '../../../src/demo/data/calendar.ts'
import { plantedIn } from '../../../src/demo/data/planted.ts'
import { DAY_MS, type Hint } from '../../../src/domain/hints/types.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import { openPath } from '../../../verify/verify.mjs'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { byMonth, isAbout } from '../../support/hints/planted.ts'

/** The same calls whenever the test runs. */
const DAYS = 150
const ENTRIES = 24_000
const UNTIL = Date.UTC(2026, 5, 1)
const YEAR = layOut(UNTIL - DAYS * DAY_MS, DAYS, ENTRIES)
/** What lies in the first weeks has no past to be judged by. */
const DUE = plantedIn(YEAR).filter(({ to }) => to > YEAR.startMs + 40 * DAY_MS)
const POLICY = { region: 'us', policyVersion: 'sha256:0011', retentionClass: '60-90-365' }
const RECENT_KEY = 'pk_admin_recent_0123456789abcdef'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk, id: test-app }
      - { key: "\${AUDITOR_KEY}", role: auditor, id: test-auditor }
      - { key: "\${ADMIN_KEY}", role: admin, id: test-admin }
    budgets:
      - { period: month, tool: meeting_notes, soft_limit_usd: "26.00" }
  - id: recent
    region: us
    keys:
      - { key: "${RECENT_KEY}", role: admin, id: recent-admin }
`

/** A made-up time as `palimpsest demo-data` writes it, and read through the gateway's own parts. */
describe('hints of a gateway', { timeout: 600_000 }, () => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway({ config: CONFIG })
    const more = { seed: 'hints', onProgress: () => undefined }
    const past = { entries: ENTRIES, days: DAYS, untilMs: UNTIL, tenants: [{ id: 'dev', ...POLICY }] }
    await writeDemoData(gateway.settings, { ...past, ...more })
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
    const recent = { entries: 4_000, days: 56, untilMs: today, tenants: [{ id: 'recent', ...POLICY }] }
    await writeDemoData(gateway.settings, { ...recent, ...more })
  }, 600_000)
  afterAll(() => gateway.remove())

  const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-hints-'))
    try {
      return await work(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const signal = new AbortController().signal

  it('are what was planted, with at most one false hint a month', async () => {
    const { settings } = gateway
    const stores = await openStores(settings)
    try {
      const finder = new HintFinder({
        ledger: {
          read: async (scope) => (await hotHints(settings.databaseUrl, scope, signal)) ?? expect.fail('archived'),
        },
        context: (tenantId) => hintContextOf(stores, settings.config, tenantId),
        tenants: () => ['dev'],
        counted: () => undefined,
        now: () => UNTIL,
        close: () => undefined,
      })
      const { hints } = await finder.of('dev', 115)
      expect(DUE.length).toBeGreaterThan(9)
      expect(DUE.filter((one) => !hints.some((hint) => isAbout(hint, one)))).toEqual([])
      const untrue = hints.filter((hint) => !plantedIn(YEAR).some((one) => isAbout(hint, one)))
      expect(
        [...byMonth(untrue)].filter(([, count]) => count > 1),
        JSON.stringify(untrue),
      ).toEqual([])
      // Nothing of a text, and nothing of a person.
      expect(JSON.stringify(hints)).not.toMatch(/sub_|@|Dear|Draft/)
      // Of a single day only what was going on in it.
      const { hints: late } = await finder.of('dev', 1)
      expect(late.length).toBeGreaterThan(3)
      for (const { until } of late) expect(until === null || until > UNTIL - DAY_MS).toBe(true)
    } finally {
      await stores.close()
    }
  })

  it('read the same from the database alone as over database and archive', async () => {
    const { databaseUrl, config } = gateway.settings
    const scope = { tenantId: 'dev', from: UNTIL - 60 * DAY_MS, to: UNTIL }
    const hot = await hotHints(databaseUrl, scope, signal)
    const objects = { local: () => Promise.reject(new Error('nothing is archived')) }
    const deps = { facts: createFactsQuery({ databaseUrl, objects }), register: registerOf(config.routing) }
    const all = await inFolder((folder) => allHints(deps, scope, folder, signal))
    expect(hot?.usage.length).toBeGreaterThan(500)
    for (const name of ['usage', 'endings', 'findings'] as const) expect(all[name]).toEqual(hot?.[name])
    const rounded = (rows: typeof all.speeds = []) =>
      rows.map((row) => ({ ...row, logSum: row.logSum.toFixed(6), logSquares: row.logSquares.toFixed(6) }))
    expect(rounded(all.speeds)).toEqual(rounded(hot?.speeds))
  })

  it('are a report too: beside the counts they rest on, in a pack that verifies', async () => {
    const key = TEST_KEYS.auditor
    const asked = { kind: 'hints', from: new Date(YEAR.startMs).toISOString(), to: new Date(UNTIL).toISOString() }
    const { id } = (await (await gateway.call('/v1/reports', { key, body: asked })).json()) as { id: string }
    for (;;) {
      const { state } = (await (await gateway.call(`/v1/reports/${id}`, { key })).json()) as { state: string }
      expect(state).not.toBe('failed')
      if (state === 'completed') break
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const pack = Buffer.from(await (await gateway.call(`/v1/reports/${id}/pack`, { key })).arrayBuffer())
    await inFolder(async (folder) => {
      const path = join(folder, 'pack.zip')
      writeFileSync(path, pack)
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
      const rows = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { kind: Hint['kind']; about: string }[]
      const found = rows.map(({ kind, about }) => `${kind} ${about}`)
      for (const { about } of DUE.filter(({ kind }) => kind === 'errors')) {
        expect(found).toContain(`errors ${JSON.stringify(about)}`)
      }
      expect(new Set(rows.map(({ kind }) => kind)).size).toBe(6)
    })
  })

  it('are answered over HTTP, and printed', async () => {
    const answer = await gateway.call('/v1/hints', { key: RECENT_KEY })
    expect(answer.status).toBe(200)
    const { hints } = (await answer.json()) as { hints: { kind: string; about: { tool?: string }; since: string }[] }
    const pasting = hints.find(({ kind, about }) => kind === 'personal_data' && about.tool === 'support_reply')
    expect(pasting).toMatchObject({
      about: { types: expect.stringContaining('PERSON') },
      until: null,
      figures: { share: expect.any(Number), calls: expect.any(Number), calls_with_PERSON: expect.any(Number) },
      rule: expect.stringContaining('25 %'),
      advice: expect.stringMatching(/.{20}/),
    })
    expect(Date.parse(pasting?.since ?? '')).toBeLessThan(Date.now() - 20 * DAY_MS)
    const lines: string[] = []
    const io = {
      env: { PALIMPSEST_API_KEY: RECENT_KEY },
      write: (line: string) => void lines.push(line),
      warn: (line: string) => void lines.push(line),
    }
    expect(await run(['--url', gateway.url, '--days', '7'], io)).toBe(0)
    expect(lines.join('\n')).toContain('personal data: tool support_reply')
    expect(await run(['--url', gateway.url, '--days', '0'], io)).toBe(2)
  })

  it('are another tenant’s to that tenant only, and none of days that are none', async () => {
    const answer = await gateway.call('/v1/hints', { key: TEST_KEYS.admin })
    expect(
      ((await answer.json()) as { hints: unknown[] }).hints.filter((hint) =>
        JSON.stringify(hint).includes('support_reply'),
      ),
    ).toEqual([])
    for (const days of ['0', '367', 'x']) {
      expect((await gateway.call(`/v1/hints?days=${days}`, { key: TEST_KEYS.admin })).status).toBe(400)
    }
  })
})
