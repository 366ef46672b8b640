import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CanaryScanner, type Finding } from '../../support/canary-scanner.ts'
import { callApi, TEST_KEYS } from '../../support/gateway.ts'
import { type ServedGateway, serveGateway } from '../../support/served-gateway.ts'
import { awaitEntry, settle, VENDOR_CONFIG } from '../../support/vendor-gateway.ts'
import type { Behaviour } from '../../support/vendors/behaviour.ts'
import { type OpenAiDouble, startOpenAiDouble } from '../../support/vendors/openai.ts'
import { Garden } from './canaries.ts'
import { IN_FLIGHT, scanDatabaseFiles, scanFolder, scanHistories, scanRows } from './places.ts'
import { plantAnswer, plantRequest } from './plant.ts'
import { play, playOddities, SCENARIOS, type Told, told } from './scenarios.ts'

const garden = new Garden()
let openai: OpenAiDouble
let served: ServedGateway
let sql: postgres.Sql
const answers: Told[] = []
const midFlight: Finding[] = []
let midFlightRows = 0

/** Stands in clear and must be found: the search looks where it should. */
const CONTROL = { label: 'control', value: 'zq_control_tool' }

/** What was found and should not be, in a form that a failed test shows. */
const shown = (findings: readonly Finding[]) =>
  [
    ...new Set(
      findings
        .filter(({ label }) => label !== CONTROL.label)
        .map(({ label, encoding, place }) => `${label}, ${encoding}, in ${place}`),
    ),
  ].slice(0, 40)

beforeAll(async () => {
  openai = await startOpenAiDouble()
  served = await serveGateway({
    config: VENDOR_CONFIG.replace(/idle_timeout_ms: \d+/, 'idle_timeout_ms: 5000'),
    env: {
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.baseUrl,
      APP_KEY: TEST_KEYS.app,
      AUDITOR_KEY: TEST_KEYS.auditor,
      PRIVACY_KEY: TEST_KEYS.privacy,
      ADMIN_KEY: TEST_KEYS.admin,
    },
  })
  sql = postgres(served.run.adminDatabaseUrl ?? '', { max: 1, onnotice: () => undefined })
  for (const scenario of SCENARIOS) answers.push(await play(served.run.apiUrl, openai, garden, scenario))
  answers.push(...(await playOddities(served.run.apiUrl, garden)))
  await playInFlight({}, { delayMs: 3_000 })
  await playInFlight({ stream: true }, { pieceDelayMs: 350 })
  await playReplays()
  await playDisclosure()
  await settle(sql)
}, 300_000)

afterAll(async () => {
  await sql.end({ timeout: 5 })
  await served.remove()
  await openai.close()
})

/** Looks at the rows while a request is under way; then its client goes away. */
async function playInFlight(fields: Record<string, unknown>, slowness: Behaviour): Promise<void> {
  const mode = `in flight ${JSON.stringify(fields)}`
  const { body, headers } = plantRequest(garden, mode)
  openai.script({ ...plantAnswer(garden, mode), ...slowness })
  const search = scanner()
  const client = new AbortController()
  const sent = callApi(served.run.apiUrl, '/v1/chat/completions', {
    headers,
    body: { ...body, ...fields },
    signal: client.signal,
  })
  let over = false
  const ended = () => {
    over = true
  }
  sent.then((response) => response.text()).then(ended, ended)
  for (let seen = 0; seen < 4 && !over; ) {
    const { findings, rows } = await scanRows(search, served, IN_FLIGHT)
    midFlight.push(...findings)
    midFlightRows += rows
    if (rows > 0) seen++
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  client.abort()
  await settle(sql)
}

/** The first scenario's request again, and another body under its key. */
async function playReplays(): Promise<void> {
  const { body, headers } = plantRequest(garden, 'asked twice')
  openai.script(plantAnswer(garden, 'asked twice'))
  for (const fields of [{}, {}, { seed: 7 }]) {
    const response = await callApi(served.run.apiUrl, '/v1/chat/completions', { headers, body: { ...body, ...fields } })
    answers.push(await told('asked twice', response))
  }
}

async function playDisclosure(): Promise<void> {
  const id = answers[0]?.requestId ?? ''
  await awaitEntry(sql, id)
  const disclosed = await callApi(served.run.apiUrl, `/v1/requests/${id}/disclosures`, {
    key: TEST_KEYS.privacy,
    body: { purpose: `looked at for ${garden.growIdentity('purpose')}` },
  })
  expect(disclosed.status).toBe(200)
  await disclosed.text()
  const purpose = `opened for ${garden.growIdentity('purpose of an opening')}`
  await vi.waitFor(
    async () => {
      const opened = await callApi(served.run.apiUrl, `/v1/ledger/entries/${id}/proof`, {
        key: TEST_KEYS.privacy,
        body: { purpose, open: ['subject', 'prompt', 'response'] },
      })
      await opened.text()
      expect(opened.status).toBe(200)
    },
    { timeout: 60_000 },
  )
  const refused = await callApi(served.run.apiUrl, `/v1/requests/${id}/disclosures`, {
    key: TEST_KEYS.privacy,
    body: { purpose: 'why not', [garden.growIdentity('field of a purpose')]: 1 },
  })
  answers.push(await told('refused disclosure', refused))
}

const controls = (findings: readonly Finding[]) =>
  findings.filter(({ label }) => label === CONTROL.label).map(({ place }) => place)

const OWN_WORDS = { label: "provider's own words", value: 'my-secret-error-text' }
let built: { scanner: CanaryScanner; of: number } | null = null

/** For all that has been planted so far. */
function scanner(): CanaryScanner {
  const of = garden.planted.length
  if (built?.of !== of) built = { scanner: new CanaryScanner([...garden.planted, OWN_WORDS, CONTROL]), of }
  return built.scanner
}

/** The home without PostgreSQL's data, which have a search of their own. */
const scanHome = (search: CanaryScanner) => scanFolder(search, served.home, 'postgres')

describe('what an app and a model say', { timeout: 90_000 }, () => {
  it('went through every scenario as it should', () => {
    expect(answers.slice(0, SCENARIOS.length).map(({ mode, status }) => [mode, status])).toEqual(
      SCENARIOS.map(({ mode, status }) => [mode, status]),
    )
    expect(garden.planted.length).toBeGreaterThan(1_500)
    const [first] = answers
    for (const { label, value } of garden.planted.filter((one) => one.label.startsWith('answered: answer'))) {
      expect(first?.body, label).toContain(value)
    }
    expect(openai.count).toBeGreaterThan(15)
  })

  it('does not reach the provider where the engine knows it, nor does who says it', () => {
    const hidden = new CanaryScanner(garden.planted.filter((one) => one.hiddenFromProvider))
    const findings = openai.requests.flatMap(({ url, rawHeaders, body }, index) => [
      ...hidden.scanText(`${url}\n${rawHeaders.join('\n')}`, `head of call ${index}`),
      ...hidden.scan(body, `body of call ${index}`),
    ])
    expect(shown(findings)).toEqual([])
  })

  it('stands in no history of a workflow', async () => {
    const { findings, workflows, events } = await scanHistories(scanner(), served.run.temporalAddress)
    expect(shown(findings)).toEqual([])
    expect(workflows).toBeGreaterThan(15)
    expect(events).toBeGreaterThan(workflows * 5)
  })

  it('stands in no file of the home: the store and logs of Temporal, the logs of PostgreSQL, keys', () => {
    const { findings } = scanHome(scanner())
    expect(shown(findings)).toEqual([])
    expect(controls(findings).some((place) => place.startsWith('temporal/'))).toBe(true)
  })

  it('stands in no file of PostgreSQL, heap or WAL, nor in any row', async () => {
    const { findings, bytes } = await scanDatabaseFiles(scanner(), served)
    expect(shown(findings)).toEqual([])
    expect(bytes).toBeGreaterThan(30_000_000)
    const rows = await scanRows(scanner(), served)
    expect(shown(rows.findings)).toEqual([])
    expect(rows.rows).toBeGreaterThan(200)
    expect(controls(findings).some((place) => place.startsWith('pg_wal/'))).toBe(true)
    expect(controls(findings).some((place) => place.startsWith('base/'))).toBe(true)
  })

  it('stands in no row while a request is under way', () => {
    expect(shown(midFlight)).toEqual([])
    expect(midFlightRows).toBeGreaterThanOrEqual(8)
  })

  it('stands in no line of the log', () => {
    const output = served.output()
    expect(shown(scanner().scanText(output, 'output'))).toEqual([])
    expect(output).toContain('"resource":"chat.completions"')
    // A client that goes away and a call that takes long are here too.
    const odd = served.logLines().filter((line) => !/^\{"level":"\w+","time":".*\}$/.test(line))
    expect(odd).toEqual([])
    expect(output).not.toMatch(/^\s+at \S+ \(|node_modules/m)
  })

  it('stands in no error and in no header of an answer', () => {
    const errors = answers.filter(({ status }) => status !== 200)
    expect(errors.length).toBeGreaterThan(18)
    const findings = errors.flatMap(({ mode, body }) => scanner().scanText(body, `error: ${mode}`))
    const heads = answers.flatMap(({ mode, head }) => scanner().scanText(head, `head: ${mode}`))
    expect(shown([...findings, ...heads])).toEqual([])
  })

  it('stands in nothing that the API tells of requests, entries, proofs and metrics', async () => {
    const ids = answers.flatMap(({ requestId }) => requestId ?? [])
    const paths = [
      '/metrics',
      '/readyz',
      '/v1/ledger/entries?limit=1000',
      ...ids.flatMap((id) => [`/v1/requests/${id}`, `/v1/ledger/entries/${id}/proof`]),
    ]
    const findings: Finding[] = []
    for (const path of paths) {
      const response = await callApi(served.run.apiUrl, path, { key: TEST_KEYS.admin })
      expect(`${response.status} ${path}`).toBe(`200 ${path}`)
      findings.push(...scanner().scanText(await response.text(), path))
    }
    expect(shown(findings)).toEqual([])
  })
})

describe('the search itself', { timeout: 90_000 }, () => {
  const planted = { label: 'planted on purpose', value: 'Plánted zq/77 on+purpose' }
  const search = () => new CanaryScanner([planted])

  it('finds what is planted in a file, a row, the WAL and a history', async () => {
    writeFileSync(join(served.home, 'logs', 'planted.log'), `x${Buffer.from(`ab${planted.value}`).toString('base64')}`)
    expect(scanHome(search()).findings.map(({ place }) => place)).toEqual(['logs/planted.log'])
    await sql`CREATE TABLE planted AS SELECT ${Buffer.from(planted.value)}::bytea AS value`
    expect((await scanRows(search(), served)).findings).toMatchObject([
      { place: 'palimpsest: public.planted', encoding: 'hex' },
    ])
    const places = (await scanDatabaseFiles(search(), served)).findings.map(({ place }) => place)
    expect(places.some((place) => place.startsWith('pg_wal/'))).toBe(true)
    expect(places.some((place) => place.startsWith('base/'))).toBe(true)
    const connection = await Connection.connect({ address: served.run.temporalAddress })
    await new Client({ connection }).workflow.start('planted', {
      taskQueue: 'nobody',
      workflowId: 'planted',
      args: [{ deep: [planted.value] }],
    })
    await connection.close()
    const { findings } = await scanHistories(search(), served.run.temporalAddress)
    expect(findings).toMatchObject([{ place: 'history of planted', encoding: 'plain' }])
    const stored = scanHome(search()).findings.map(({ place }) => place)
    expect(stored.some((place) => place.startsWith('temporal/'))).toBe(true)
  })
})
