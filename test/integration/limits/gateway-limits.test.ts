import { afterAll, afterEach, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { type RedisServer, startRedis } from '../../support/redis/start.ts'
import { expectError } from '../../support/vendor-gateway.ts'

/** Each test starts a gateway. */
vi.setConfig({ testTimeout: 180_000 })

const OTHER_KEY = 'pk_other_test_0123456789abcdef'

const tenantWith = (limits: string, top = 'limits: { redis_timeout_ms: 2000 }') => `
tenants:
  - id: dev
    region: us
    limits: ${limits}
    apps:
      helpdesk: { limits: { requests_per_minute: 100000, tokens_per_minute: 100000 } }
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk, id: test-app }
      - { key: "\${ADMIN_KEY}", role: admin, id: test-admin }
  - id: other
    region: us
    keys:
      - { key: "${OTHER_KEY}", role: app }
${top}
`

/** A bucket of requests for a key, for an app and for the tenant, and a budget beside them. */
const APPS_AND_KEYS = `
tenants:
  - id: dev
    region: us
    limits: { requests_per_minute: 1, burst: 5 }
    apps: { helpdesk: { limits: { requests_per_minute: 1, burst: 3 } } }
    budgets: [{ period: month, hard_limit_usd: "100" }]
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk, id: test-app }
      - { key: pk_own_limit_0123456789abcdef, role: app, app: helpdesk, id: own, limits: { requests_per_minute: 1, burst: 1 } }
      - { key: pk_other_app_0123456789abcdef, role: app, app: other, id: other }
limits: { redis_timeout_ms: 2000 }
`

let redis: RedisServer | null = null
let missing = ''
const gateways: TestGateway[] = []

beforeAll(async () => {
  const started = await startRedis()
  if ('missing' in started) missing = started.missing
  else redis = started
})

afterEach(async () => {
  await redis?.start()
  for (const gateway of gateways.splice(0)) await gateway.remove()
})

afterAll(() => redis?.stop())

function have(context: TestContext): RedisServer {
  return redis ?? context.skip(missing)
}

let deployments = 0

async function start(config: string, env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ config, env: { PALIMPSEST_DEPLOYMENT: `limits-${deployments++}`, ...env } })
  gateways.push(gateway)
  return gateway
}

function chat(
  gateway: TestGateway,
  options: { key?: string; body?: object; headers?: Record<string, string>; signal?: AbortSignal } = {},
) {
  const { body, ...call } = options
  return gateway.call('/v1/chat/completions', {
    ...call,
    body: { model: 'simulated/echo', messages: [{ role: 'user', content: 'Good morning.' }], max_tokens: 40, ...body },
  })
}

const limitHeaders = (response: Response) =>
  Object.fromEntries(
    [...response.headers].filter(([name]) => /^x-ratelimit-|^x-palimpsest-limiter|^retry-after/.test(name)),
  )

async function metric(gateway: TestGateway, line: string): Promise<string | undefined> {
  const text = await (await gateway.call('/metrics', { key: TEST_KEYS.admin })).text()
  return text
    .split('\n')
    .find((one) => one.startsWith(`palimpsest_${line} `))
    ?.split(' ')[1]
}

async function readiness(gateway: TestGateway) {
  const response = await gateway.call('/readyz')
  const { dependencies } = (await response.json()) as { dependencies: { name: string }[] }
  return { status: response.status, redis: dependencies.find(({ name }) => name === 'redis') }
}

/** Tokens that are left of the tenant's bucket, when what was taken for earlier requests has been settled. */
async function remaining(gateway: TestGateway, expected: number): Promise<void> {
  await vi.waitFor(async () => {
    const probe = await gateway.call('/v1/chat/completions', { body: { model: 'simulated/echo', messages: [] } })
    expect(probe.status).toBe(400)
    const text = await redis!.command('GET', bucketOf(gateway))
    expect(Math.round(Number(text.split('\r\n')[1]?.split(' ')[0]))).toBe(expected)
  }, 30_000)
}

const bucketOf = (gateway: TestGateway) => `palimpsest:${gateway.settings.env.deployment}:{dev}:tenant:tokens:dev`

async function entries(gateway: TestGateway): Promise<number> {
  const response = await gateway.call('/v1/ledger/entries', { key: TEST_KEYS.admin })
  const { entries: list } = (await response.json()) as { entries: { kind: string }[] }
  return list.filter(({ kind }) => kind === 'interaction' || kind === 'refusal').length
}

describe('a request over its limits', () => {
  test('gets 429 as OpenAI has it, is not accepted, leaves no entry, and concerns no other tenant', async (context) => {
    const gateway = await start(tenantWith('{ requests_per_minute: 1, burst: 2, tokens_per_minute: 1000 }'), {
      REDIS_URL: have(context).url,
    })
    const first = await chat(gateway)
    expect(first.status).toBe(200)
    expect(limitHeaders(first)).toEqual({
      'x-palimpsest-limiter': 'redis',
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': expect.stringMatching(/^(1m0s|59\.?\d*s)$/),
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '955',
      'x-ratelimit-reset-tokens': expect.stringMatching(/^2\.\d+s$/),
    })
    expect((await chat(gateway, { body: { stream: true } })).headers.get('x-ratelimit-remaining-requests')).toBe('0')
    const over = await chat(gateway)
    await expectError(over.clone(), 429, 'rate_limit_exceeded')
    expect(((await over.json()) as { error: { type: string } }).error.type).toBe('rate_limit_error')
    const retryAfter = Number(over.headers.get('retry-after'))
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(60)
    expect(over.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(over.headers.get('x-palimpsest-request-id')).toBeNull()
    await vi.waitFor(async () => expect(await entries(gateway)).toBe(2), 30_000)
    expect(await metric(gateway, 'rate_limit_total{source="redis",outcome="requests"}')).toBe('1')
    expect(await metric(gateway, 'rate_limit_total{source="redis",outcome="taken"}')).toBe('2')
    const other = await chat(gateway, { key: OTHER_KEY })
    expect(other.status).toBe(200)
    expect(limitHeaders(other)).toEqual({})
    // `/analyze` is a request too, and uses no tokens.
    expect((await gateway.call('/analyze', { body: { text: 'Hello', language: 'en' } })).status).toBe(429)
  })

  test('is held to the buckets of its key, its app and its tenant, whichever is empty, and Redis knows of nothing else', async (context) => {
    const server = have(context)
    const gateway = await start(APPS_AND_KEYS, { REDIS_URL: server.url })
    const send = async (key: string) => {
      const response = await chat(gateway, { key })
      return [response.status, response.headers.get('x-ratelimit-limit-requests')]
    }
    const own = 'pk_own_limit_0123456789abcdef'
    expect([await send(own), await send(own)]).toEqual([
      [200, '1'],
      [429, '1'],
    ])
    // The app has three: one of them is gone, and what its key refused took none.
    const ofApp = [await send(TEST_KEYS.app), await send(TEST_KEYS.app), await send(TEST_KEYS.app)]
    expect(ofApp).toEqual([
      [200, '3'],
      [200, '3'],
      [429, '3'],
    ])
    // Nor did what the app refused of the tenant's five.
    const other = 'pk_other_app_0123456789abcdef'
    expect([await send(other), await send(other), await send(other)]).toEqual([
      [200, '5'],
      [200, '5'],
      [429, '5'],
    ])
    const text = await server.command('KEYS', `palimpsest:${gateway.settings.env.deployment}:*`)
    const buckets = ['app:requests:helpdesk', 'key:requests:own', 'tenant:requests:dev']
    expect([...text.matchAll(/\{dev\}:(\S+)/g)].map(([, name]) => name).sort()).toEqual(buckets)
    expect((await server.command('KEYS', '*')).match(/budget|usd|cost/)).toBeNull()
  })

  test('a prompt that no bucket ever lets pass is told so', async () => {
    const gateway = await start(tenantWith('{ tokens_per_minute: 20 }'))
    const response = await chat(gateway, { body: { messages: [{ role: 'user', content: 'word '.repeat(100) }] } })
    await expectError(response, 400, 'tokens_exceed_limit')
    expect((await chat(gateway)).headers.get('x-palimpsest-limiter')).toBe('memory')
  })
})

describe('the tokens that a request used in the end', () => {
  const generous = tenantWith('{ tokens_per_minute: 1, token_burst: 1000 }')

  test('are what it keeps: of an answer, a stream, one that hung up, a failure, a refusal, a duplicate', async (context) => {
    const gateway = await start(generous, { REDIS_URL: have(context).url })
    // The echo of 13 characters: four tokens each way.
    const answered = await chat(gateway, { headers: { 'Idempotency-Key': 'once' } })
    const { usage } = (await answered.json()) as { usage: { total_tokens: number } }
    let left = 1000 - usage.total_tokens
    await remaining(gateway, left)
    expect((await chat(gateway, { headers: { 'Idempotency-Key': 'once' } })).status).toBe(200)
    await remaining(gateway, left)
    await (await chat(gateway, { body: { stream: true } })).text()
    left -= usage.total_tokens
    await remaining(gateway, left)
    const failed = await chat(gateway, { headers: { 'X-Simulate': '{"status":500}' } })
    expect(failed.status).toBeGreaterThanOrEqual(500)
    await remaining(gateway, left)
    await expectError(await chat(gateway, { body: { model: 'no-such-model' } }), 404, 'model_not_found')
    await remaining(gateway, left)
    const gone = new AbortController()
    const hungUp = chat(gateway, { headers: { 'X-Simulate': '{"delay_ms":3000}' }, signal: gone.signal })
    await vi.waitFor(async () => expect(await metric(gateway, 'requests_in_flight')).toBe('1'), 30_000)
    gone.abort()
    await expect(hungUp).rejects.toThrow()
    left -= usage.total_tokens
    await remaining(gateway, left)
  })
})

describe('while Redis is away', () => {
  test('refuse: 503 until it is back, and the gateway says so', async (context) => {
    const server = have(context)
    const gateway = await start(tenantWith('{ requests_per_minute: 1000 }'), { REDIS_URL: server.url })
    expect(await readiness(gateway)).toEqual({ status: 200, redis: { name: 'redis', ok: true } })
    const under = chat(gateway, { headers: { 'X-Simulate': '{"delay_ms":1500}' } })
    await vi.waitFor(async () => expect(await metric(gateway, 'requests_in_flight')).toBe('1'), 30_000)
    await server.kill()
    // What had passed its limits is answered; that nobody can be told what it used is no fault of it.
    expect((await under).status).toBe(200)
    const response = await chat(gateway)
    expect(response.headers.get('retry-after')).toBe('2')
    await expectError(response, 503, 'limiter_unavailable')
    for (let i = 0; i < 3; i++) expect((await chat(gateway)).status).toBe(503)
    expect(await metric(gateway, 'rate_limit_total{source="none",outcome="unavailable"}')).toBe('4')
    expect(await metric(gateway, 'rate_limiter_redis_up')).toBe('0')
    expect(await readiness(gateway)).toMatchObject({ status: 503, redis: { ok: false, fix: expect.any(String) } })
    // Once for the change, whatever number of requests met it.
    expect(gateway.logLines.filter((line) => line.includes('Redis is away'))).toHaveLength(1)
    expect((await chat(gateway, { key: OTHER_KEY })).status).toBe(200)
    await server.start()
    await vi.waitFor(async () => expect((await chat(gateway)).status).toBe(200), 30_000)
    expect(await metric(gateway, 'rate_limiter_redis_up')).toBe('1')
    expect(await readiness(gateway)).toMatchObject({ status: 200 })
  })

  test('a key that is made by the API and alone has a limit makes Redis needed, until it is revoked', async (context) => {
    const server = have(context)
    const gateway = await start(tenantWith('{}').replace(/ {4}apps:\n.*\n/, ''), { REDIS_URL: server.url })
    await server.kill()
    expect(await readiness(gateway)).toMatchObject({ status: 200, redis: { ok: false, optional: true } })
    const body = { roles: ['app'], limits: { requests_per_minute: 5 } }
    const made = await gateway.call('/v1/keys', { key: TEST_KEYS.admin, body })
    const { id } = (await made.json()) as { id: string }
    expect(await readiness(gateway)).toMatchObject({ status: 503, redis: { ok: false, fix: expect.any(String) } })
    await gateway.call(`/v1/keys/${id}`, { key: TEST_KEYS.admin, method: 'DELETE' })
    expect(await readiness(gateway)).toMatchObject({ status: 200, redis: { ok: false, optional: true } })
    await server.start()
  })

  test('local_share: goes on with its share, never without limit, and the gateway says so', async (context) => {
    const server = have(context)
    const config = tenantWith(
      '{ requests_per_minute: 6, burst: 9 }',
      'gateways: 3\nlimits: { without_redis: local_share, redis_timeout_ms: 2000 }',
    )
    const gateway = await start(config, { REDIS_URL: server.url })
    expect((await chat(gateway)).headers.get('x-palimpsest-limiter')).toBe('redis')
    await server.kill()
    const answers = []
    for (let i = 0; i < 8; i++) answers.push(await chat(gateway))
    // A third of nine; two a minute come after.
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(3)
    expect(answers.every(({ headers }) => headers.get('x-palimpsest-limiter') === 'local')).toBe(true)
    expect(answers.at(-1)?.status).toBe(429)
    expect(await readiness(gateway)).toMatchObject({ status: 200, redis: { ok: false, optional: true } })
    expect(await metric(gateway, 'rate_limit_total{source="local",outcome="taken"}')).toBe('3')
    await server.start()
    await vi.waitFor(
      async () => expect((await chat(gateway)).headers.get('x-palimpsest-limiter')).toBe('redis'),
      30_000,
    )
  })

  test('a gateway starts without it, and takes it on when it comes', async (context) => {
    const server = have(context)
    await server.kill()
    const gateway = await start(tenantWith('{ requests_per_minute: 1000 }'), { REDIS_URL: server.url })
    await expectError(await chat(gateway), 503, 'limiter_unavailable')
    await server.start()
    await vi.waitFor(async () => expect((await chat(gateway)).status).toBe(200), 30_000)
  })
})
