import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { expectError } from '../../support/vendor-gateway.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 })

const QUIET_KEY = 'pk_quiet_test_0123456789abcdef'
const AT_WORK = 2
const LINE = 24

let gateway: TestGateway
/** What the engine waits for before it says that it has found nothing. */
let held: Promise<void> | null = null

const engine: PiiEngine = {
  version: 'held/1',
  async analyze(texts) {
    await held
    return texts.map(() => [])
  },
}

beforeAll(async () => {
  gateway = await startTestGateway({
    engine,
    config: `
tenants:
  - id: noisy
    region: us
    on_disconnect: cancel
    keys:
      - { key: "\${APP_KEY}", role: app }
      - { key: "\${ADMIN_KEY}", role: admin }
  - id: quiet
    region: us
    keys: [{ key: "${QUIET_KEY}", role: app }]
limits: { requests_at_work: ${AT_WORK}, waiting_per_tenant: ${LINE} }
`,
  })
})

afterAll(() => gateway.remove())

function chat(key: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return gateway.call('/v1/chat/completions', {
    key,
    headers,
    ...(signal && { signal }),
    body: { model: 'simulated/echo', messages: [{ role: 'user', content: 'Good morning.' }] },
  })
}

async function metric(name: string): Promise<number> {
  const text = await (await gateway.call('/metrics', { key: TEST_KEYS.admin })).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`palimpsest_${name} `))
      ?.split(' ')[1],
  )
}

describe('a gateway that has more to do than it can', () => {
  test('while one tenant floods, the other waits for its share only, and everybody is answered', async () => {
    let answered = 0
    let isFlooding = true
    const flood = Array.from({ length: LINE }, async () => {
      while (isFlooding) {
        const response = await chat(TEST_KEYS.app)
        expect(response.status).toBe(200)
        await response.text()
        answered += 1
      }
    })
    await vi.waitFor(() => expect(answered).toBeGreaterThan(LINE), 60_000)
    const before: number[] = []
    for (let i = 0; i < 8; i++) {
      const from = answered
      expect((await chat(QUIET_KEY)).status).toBe(200)
      before.push(answered - from)
    }
    isFlooding = false
    await Promise.all(flood)
    // In the order of arrival it would have been the whole line each time.
    const [middle = LINE] = before.sort((a, b) => a - b).slice(4)
    expect(middle).toBeLessThanOrEqual(LINE / 3)
    await vi.waitFor(async () => {
      expect(await metric('requests_at_work')).toBe(0)
      expect(await metric('requests_waiting')).toBe(0)
      expect(await metric('requests_in_flight')).toBe(0)
    }, 25_000)
  })

  test('who has nothing at work is begun beyond the bound, and does not stand in a line', async () => {
    const gate = Promise.withResolvers<void>()
    held = gate.promise
    const analyze = (key: string) => gateway.call('/analyze', { key, body: { text: 'Good morning.', language: 'en' } })
    const load = async () => ({ atWork: await metric('requests_at_work'), waiting: await metric('requests_waiting') })
    try {
      const flood = Array.from({ length: LINE }, () => analyze(TEST_KEYS.app))
      await vi.waitFor(async () => expect(await load()).toEqual({ atWork: AT_WORK, waiting: LINE - AT_WORK }), 25_000)
      const quiet = Array.from({ length: 2 }, () => analyze(QUIET_KEY))
      await vi.waitFor(
        async () => expect(await load()).toEqual({ atWork: AT_WORK + 1, waiting: LINE - AT_WORK + 1 }),
        25_000,
      )
      gate.resolve()
      for (const answer of await Promise.all([...flood, ...quiet])) expect(answer.status).toBe(200)
      expect(await load()).toEqual({ atWork: 0, waiting: 0 })
    } finally {
      gate.resolve()
      held = null
    }
  })

  test('calls that wait for their providers do not stand in the way of others', async () => {
    const gone = new AbortController()
    const slow = Array.from({ length: 4 * AT_WORK }, () =>
      chat(TEST_KEYS.app, { 'X-Simulate': '{"delay_ms":600000}' }, gone.signal).catch(() => null),
    )
    await vi.waitFor(async () => expect(await metric('requests_in_flight')).toBe(4 * AT_WORK), 25_000)
    expect((await chat(QUIET_KEY)).status).toBe(200)
    gone.abort()
    expect(await Promise.all(slow)).toEqual(slow.map(() => null))
    await vi.waitFor(async () => expect(await metric('requests_in_flight')).toBe(0), 25_000)
  })

  test('a line that is full refuses with 503 and leaves the body unharmed; nothing of it is in flight', async () => {
    const many = await Promise.all(Array.from({ length: 4 * LINE }, () => chat(TEST_KEYS.app)))
    const refused = many.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(many.length - LINE / 2)
    for (const response of refused) {
      expect(response.headers.get('retry-after')).toBe('5')
      await expectError(response, 503, 'gateway_busy')
    }
    await vi.waitFor(async () => expect(await metric('requests_in_flight')).toBe(0), 25_000)
    expect(await metric('admission_refusals_total{reason="line_full"}')).toBe(refused.length)
    expect((await chat(TEST_KEYS.app)).status).toBe(200)
  })
})
