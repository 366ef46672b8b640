import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  awaitEntry,
  countRows,
  expectError,
  IDLE_TIMEOUT_MS,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'
import type { Behaviour } from '../../support/vendors/behaviour.ts'

interface Case {
  name: string
  behaviour: Behaviour
  status: number
  code: string
  /** Calls that the provider gets. */
  calls: number
}

/** What somebody who waits is told; the provider does the same each time it is asked. */
const CASES: Case[] = [
  { name: '400', behaviour: { status: 400 }, status: 400, code: 'provider_rejected', calls: 1 },
  {
    name: '400 with a known code',
    behaviour: { status: 400, code: 'context_length_exceeded' },
    status: 400,
    code: 'context_length_exceeded',
    calls: 1,
  },
  { name: '401', behaviour: { status: 401 }, status: 502, code: 'provider_unauthorized', calls: 1 },
  { name: '403', behaviour: { status: 403 }, status: 502, code: 'provider_unauthorized', calls: 1 },
  { name: '404', behaviour: { status: 404 }, status: 400, code: 'provider_rejected', calls: 1 },
  { name: '429', behaviour: { status: 429 }, status: 429, code: 'provider_rate_limited', calls: 1 },
  { name: '500', behaviour: { status: 500 }, status: 502, code: 'provider_unavailable', calls: 3 },
  { name: '503', behaviour: { status: 503 }, status: 502, code: 'provider_unavailable', calls: 3 },
  { name: 'a redirect', behaviour: { status: 307 }, status: 502, code: 'provider_malformed', calls: 1 },
  { name: 'garbage', behaviour: { fault: 'garbage' }, status: 502, code: 'provider_malformed', calls: 1 },
  { name: 'half an answer', behaviour: { fault: 'half' }, status: 502, code: 'provider_malformed', calls: 1 },
  { name: 'a reset', behaviour: { fault: 'reset' }, status: 502, code: 'provider_unreachable', calls: 3 },
  {
    name: 'half an answer and a reset',
    behaviour: { fault: 'reset_midway' },
    status: 502,
    code: 'provider_interrupted',
    calls: 3,
  },
  { name: 'nothing', behaviour: { fault: 'silence' }, status: 504, code: 'provider_timeout', calls: 1 },
  {
    name: 'half an answer and then nothing',
    behaviour: { fault: 'silence_midway' },
    status: 504,
    code: 'provider_timeout',
    calls: 1,
  },
]

describe('a provider that does not answer as it should', () => {
  let vendor: VendorGateway
  beforeAll(async () => {
    vendor = await startVendorGateway()
  })
  beforeEach(() => {
    vendor.openai.reset()
    vendor.openai.always({})
  })
  afterAll(() => vendor.close())

  const expectRecorded = async (id: string, status: string, { code, calls, status: statusCode }: Case) => {
    const entry = await awaitEntry(vendor.sql, id)
    expect(entry).toMatchObject({
      kind: 'interaction',
      status,
      status_code: statusCode,
      error_code: code,
      attempt_count: calls,
      provider: 'openai',
    })
    expect(vendor.openai.count).toBe(calls)
    const rows = await vendor.sql`SELECT id FROM ledger_entry WHERE id = ${id}`
    expect(rows).toHaveLength(1)
    expect(await countRows(vendor.sql)).toMatchObject({ inbox: 0, attempts: 0 })
  }

  it.each(CASES)('gives one clear error and one entry for $name', { timeout: 30_000 }, async (one) => {
    vendor.openai.always(one.behaviour)
    const response = await vendor.chat('write to ann.lee@example.com')
    const error = await expectError(response, one.status, one.code)
    expect(error.message).not.toContain('my-secret-error-text')
    expect(response.headers.get('retry-after')).toBeNull()
    await expectRecorded(requestIdOf(response), 'failed', one)
  })

  it.each(
    CASES.filter(
      ({ behaviour }) =>
        behaviour.status !== undefined || ['garbage', 'reset', 'silence'].includes(behaviour.fault ?? ''),
    ),
  )('gives a status and no stream for $name before the first token', { timeout: 30_000 }, async (one) => {
    vendor.openai.always(one.behaviour)
    const response = await vendor.chat('hello', { body: { stream: true } })
    await expectError(response, one.status, one.code)
    await expectRecorded(requestIdOf(response), 'failed', one)
  })

  it.each([
    ['half a stream', 'half', 'provider_interrupted'],
    ['half a stream and a reset', 'reset_midway', 'provider_interrupted'],
    ['half a stream and then nothing', 'silence_midway', 'provider_timeout'],
    ['half a stream and then an error', 'error_midway', 'provider_unavailable'],
  ] as const)('ends a stream with one error event after %s, and records what was delivered', async (_, fault, code) => {
    vendor.openai.always({ fault, text: 'one two three four five six', pieceLength: 4 })
    const response = await vendor.chat('hello', { body: { stream: true } })
    expect(response.status).toBe(200)
    const events = (await response.text()).split('\n\n').filter((event) => event !== '')
    const last = JSON.parse(events.at(-1)?.replace(/^data: /, '') ?? '')
    expect(last.error).toMatchObject({ code })
    expect(events.join('')).not.toContain('[DONE]')
    expect(events.slice(0, -1).join('')).not.toContain('"error"')
    expect(events.slice(0, -1).join('')).not.toMatch(/"finish_reason":"/)
    const entry = await awaitEntry(vendor.sql, requestIdOf(response))
    expect(entry).toMatchObject({ status: 'interrupted', error_code: code, attempt_count: 1 })
    expect(entry.response_blob_digest).not.toBeNull()
    expect(vendor.openai.count).toBe(1)
  })

  it.each([
    ['plain', {}],
    ['streamed', { stream: true }],
  ])('refuses an answer of a wrong content type, %s', async (_, body) => {
    vendor.openai.always({ headers: { 'content-type': 'text/html' } })
    const response = await vendor.chat('hello', { body })
    await expectError(response, 502, 'provider_malformed')
    expect(await awaitEntry(vendor.sql, requestIdOf(response))).toMatchObject({ status: 'failed' })
  })

  it('passes on how long a 429 asks to wait, where somebody waits', async () => {
    vendor.openai.always({ status: 429, headers: { 'retry-after': '17' } })
    const response = await vendor.chat('hello')
    expect(response.headers.get('retry-after')).toBe('17')
    const error = await expectError(response, 429, 'provider_rate_limited')
    expect(error.type).toBe('rate_limit_error')
    const entry = await awaitEntry(vendor.sql, requestIdOf(response))
    expect(entry).toMatchObject({ status: 'failed', status_code: 429, attempt_count: 1 })
  })

  it('waits out a 429 where nobody waits, as long as the provider says, and answers', async () => {
    vendor.openai.script({ status: 429, headers: { 'retry-after': '2' } })
    const startedAt = Date.now()
    const response = await vendor.chat('hello', { headers: { 'X-Tool-Name': 'nightly' } })
    expect(response.status).toBe(200)
    await response.text()
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2_000)
    expect(vendor.openai.requests).toHaveLength(2)
    const entry = await awaitEntry(vendor.sql, requestIdOf(response))
    expect(entry).toMatchObject({ status: 'answered', attempt_count: 2 })
    const attempts = JSON.parse(entry.attempts) as { status: number; failure: string | null }[]
    expect(attempts).toMatchObject([
      { status: 429, failure: 'rate_limited' },
      { status: 200, failure: null },
    ])
  })

  it('waits out a 429 without Retry-After where nobody waits', async () => {
    vendor.openai.script({ status: 429 }, { status: 429 })
    const response = await vendor.chat('hello', { headers: { 'X-Tool-Name': 'nightly' } })
    expect(response.status).toBe(200)
    await response.text()
    expect(await awaitEntry(vendor.sql, requestIdOf(response))).toMatchObject({ status: 'answered', attempt_count: 3 })
  })

  it.each([
    ['plain', {}],
    ['streamed', { stream: true }],
  ])('answers %s when the second try succeeds', async (_, body) => {
    vendor.openai.script({ status: 500 })
    const response = await vendor.chat('write to ann.lee@example.com', { body })
    expect(response.status).toBe(200)
    expect((await response.text()).replaceAll(/"\}[\s\S]*?"content":"/g, '')).toContain('ann.lee@')
    expect(await awaitEntry(vendor.sql, requestIdOf(response))).toMatchObject({ status: 'answered', attempt_count: 2 })
  })

  it('does not keep somebody waiting for as long as a 503 asks', async () => {
    vendor.openai.always({ status: 503, headers: { 'retry-after': '600' } })
    const startedAt = Date.now()
    const response = await vendor.chat('hello')
    await expectError(response, 502, 'provider_unavailable')
    expect(Date.now() - startedAt).toBeLessThan(25_000)
    expect(response.headers.get('retry-after')).toBe('600')
  })

  it('is given up after the configured time without a byte, not before', async () => {
    vendor.openai.always({ delayMs: IDLE_TIMEOUT_MS - 1_000 })
    const response = await vendor.chat('hello')
    expect(response.status).toBe(200)
    await response.text()
  })

  it('that cannot be reached at all is one clear error', async () => {
    const away = await startVendorGateway({ env: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } })
    try {
      const response = await away.chat('hello')
      await expectError(response, 502, 'provider_unreachable')
      expect(await awaitEntry(away.sql, requestIdOf(response))).toMatchObject({ status: 'failed', attempt_count: 3 })
    } finally {
      await away.close()
    }
  })
})
