import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TEST_KEYS } from '../../support/gateway.ts'
import { KEYS_YAML, requestIdOf, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      contract_review: { risk: high, record: sync }
`
/** Personal data of nobody, which must stand nowhere. */
const PERSON = 'quirinus.lauterbach@example.org'

let vendor: VendorGateway

beforeAll(async () => {
  vendor = await startVendorGateway({ config: CONFIG })
})

afterAll(() => vendor.close())

async function scrape(): Promise<string[]> {
  const response = await vendor.gateway.call('/metrics', { key: TEST_KEYS.admin })
  expect(response.status).toBe(200)
  return (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/** The series of each metric by their labels; the buckets of one histogram are one series. */
function seriesOf(lines: string[]): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>()
  for (const line of lines) {
    const [, family = '', labels = ''] = /^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? /.exec(line) ?? []
    // A histogram's buckets, sum and count are one series, wherever among its labels `le` stands.
    const own = labels.replace(/(?:^|,)le="[^"]*"/, '').replace(/^,/, '')
    series.set(family, (series.get(family) ?? new Set()).add(own))
  }
  return series
}

async function value(start: string): Promise<number> {
  const line = (await scrape()).find((one) => one.startsWith(`palimpsest_${start} `))
  return Number(line?.split(' ').at(-1) ?? Number.NaN)
}

describe('what the gateway tells Prometheus', () => {
  it('counts a recorded request once, with its tokens, redactions, calls and times', async () => {
    const response = await vendor.chat(`Write to ${PERSON} please.`, { headers: { 'x-tool-name': 'contract_review' } })
    expect(response.status, await response.text()).toBe(200)
    requestIdOf(response)
    expect(await value('requests_total{provider="openai",model="gpt-4o",status="answered"}')).toBe(1)
    expect(await value('tool_requests_total{tool="contract_review",status="answered"}')).toBe(1)
    expect(await value('tenant_requests_total{tenant="dev",status="answered"}')).toBe(1)
    expect(await value('redactions_total{entity_type="EMAIL_ADDRESS"}')).toBe(1)
    expect(await value('model_calls_total{provider="openai",outcome="answered"}')).toBe(1)
    expect(await value('tokens_total{provider="openai",model="gpt-4o",kind="prompt"}')).toBeGreaterThan(0)
    expect(await value('cost_usd_total{provider="openai",model="gpt-4o"}')).toBeGreaterThan(0)
    for (const activity of ['prepare', 'callModel', 'record']) {
      expect(await value(`activity_runs_total{activity="${activity}",outcome="completed"}`)).toBe(1)
    }
    expect(await value('engine_scans_total{outcome="done"}')).toBeGreaterThan(0)
    expect(await value('request_seconds_count{provider="openai"}')).toBe(1)
  })

  it('tells how database, ledger and process do', async () => {
    await vi.waitFor(
      async () => {
        expect(await value('database_up')).toBe(1)
        expect(await value('ledger_sound')).toBe(1)
        expect(await value('ledger_unsigned_entries')).toBe(0)
      },
      { timeout: 20_000, interval: 500 },
    )
    expect(await value('database_answer_seconds')).toBeGreaterThan(0)
    expect(await value('ledger_leaf_lag_seconds')).toBeGreaterThanOrEqual(0)
    expect((await scrape()).some((line) => line.startsWith('palimpsest_nodejs_eventloop_lag_seconds '))).toBe(true)
    expect(await value(`build_info{version="0.0.0-test",node="${process.versions.node}"}`)).toBe(1)
  })

  it('counts what a provider does wrong by kind, and the code that the caller got', async () => {
    vendor.openai.script({ status: 400 })
    const refused = await vendor.chat('Once more.')
    expect(refused.status).toBe(400)
    const { error } = (await refused.json()) as { error: { code: string } }
    await vi.waitFor(async () => {
      expect(await value('model_calls_total{provider="openai",outcome="rejected"}')).toBe(1)
      expect(await value(`request_errors_total{code="${error.code}"}`)).toBe(1)
      expect(await value(`http_errors_total{resource="chat.completions",code="${error.code}"}`)).toBe(1)
    }, 20_000)
  })

  it('has no more series, and no name of theirs, after a thousand hostile names', async () => {
    const word = (n: number) => `h${n}.${'z'.repeat(110)}`
    // Each kind of answer once before, so that only names are new.
    const send = (n: number) =>
      vendor.chat('Good morning.', { headers: { 'x-tool-name': word(n), 'x-feature-name': word(n) } })
    expect((await send(0)).status).toBe(200)
    expect((await vendor.chat('Hi.', { body: { model: word(0) } })).status).toBe(404)
    expect((await vendor.gateway.call(`/v1/${word(0)}`)).status).toBe(404)
    const before = seriesOf(await scrape())
    const failed: number[] = []
    const check = async (response: Response, status: number) => {
      await response.text()
      if (response.status !== status) failed.push(response.status)
    }
    for (let n = 1; n <= 1_000; n += 20) {
      const names = Array.from({ length: 20 }, (_, i) => n + i)
      await Promise.all(
        names.flatMap((one) => [
          vendor.chat('Hi.', { body: { model: word(one) } }).then((response) => check(response, 404)),
          vendor.gateway.call(`/v1/${word(one)}`).then((response) => check(response, 404)),
          ...(one % 20 === 0 ? [send(one).then((response) => check(response, 200))] : []),
        ]),
      )
    }
    expect(failed).toEqual([])
    const after = await scrape()
    // What a round of the gateway's own measures for the first time in this minute may be new, a name a request is not.
    const grown = [...seriesOf(after)].map(([family, series]) => ({
      family,
      by: series.size - (before.get(family)?.size ?? 0),
    }))
    expect(grown.filter(({ by }) => by > 5)).toEqual([])
    expect(after.length).toBeLessThan(1_500)
    const text = after.join('\n')
    expect(text).not.toContain('zzzz')
    expect(text).not.toContain(PERSON)
    expect(text).not.toContain('helpdesk@')
  }, 120_000)
})
