import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askModel } from '../../../src/cli/benchmark/ask-model.ts'

interface Scripted {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

const ANSWER = { choices: [{ message: { content: 'four' } }] }
const error = (code: string) => ({ error: { message: 'It said no.', type: 'api_error', code, param: null } })
const ID = '0190b5a4-0000-7000-8000-00000000000'

/** What a gateway answers, one after another; it knows the requests of which an entry stands. */
describe('asking a model through the gateway', () => {
  let server: Server
  let script: Scripted[]
  let recorded: string[]
  let keys: string[]
  beforeEach(async () => {
    script = []
    recorded = []
    keys = []
    server = createServer((request: IncomingMessage, response) => {
      request.resume()
      request.on('end', () => {
        const id = /\/v1\/requests\/(.+)/.exec(request.url ?? '')?.[1]
        const known: Scripted = recorded.includes(id ?? '')
          ? { status: 200, body: { state: 'failed' } }
          : { status: 404 }
        if (id === undefined) keys.push(String(request.headers['idempotency-key']))
        const { status, headers, body } = id === undefined ? (script.shift() ?? { status: 500 }) : known
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  const ask = () =>
    askModel(
      { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'k' },
      {
        ...{ model: 'gpt-4o', messages: [{ role: 'user', content: 'two and two' }], maxTokens: null },
        ...{ tool: 'benchmark', feature: 'answer', keyOf: (attempt) => `key-${attempt}` },
      },
    )
  const answered: Scripted = { status: 200, headers: { 'x-palimpsest-request-id': `${ID}9` }, body: ANSWER }

  it('waits where the gateway has no room, and sends the same key again', async () => {
    script.push({ status: 429, headers: { 'retry-after': '0' } }, { status: 503 }, answered)
    expect(await ask()).toEqual({ state: 'answered', text: 'four', requests: [`${ID}9`] })
    expect(keys).toEqual(['key-1', 'key-1', 'key-1'])
  })

  it('waits where calls in flight hold the budget, and ends the run where it is spent', async () => {
    script.push({ status: 402, headers: { 'retry-after': '1' }, body: error('budget_exhausted') }, answered)
    expect(await ask()).toMatchObject({ state: 'answered' })
    script.push({ status: 402, headers: { 'retry-after': '86400' }, body: error('budget_exhausted') })
    await expect(ask()).rejects.toThrow('budget_exhausted')
  })

  it('asks anew under another key what a provider failed, and tells every request that is on record', async () => {
    const failed = (n: number): Scripted => ({
      ...{ status: 502, headers: { 'x-palimpsest-request-id': `${ID}${n}` }, body: error('provider_unavailable') },
    })
    recorded.push(`${ID}1`, `${ID}3`)
    // The second one was withdrawn: it is no entry.
    script.push(failed(1), failed(2), answered)
    expect(await ask()).toEqual({ state: 'answered', text: 'four', requests: [`${ID}1`, `${ID}9`] })
    expect(keys).toEqual(['key-1', 'key-2', 'key-3'])
    script.push(failed(1), failed(2), failed(3))
    expect(await ask()).toEqual({ state: 'error', code: 'provider_unavailable', requests: [`${ID}1`, `${ID}3`] })
  })

  it('does not ask again what is refused, and ends the run where the key is', async () => {
    script.push({ status: 403, body: error('model_not_allowed') })
    expect(await ask()).toEqual({ state: 'error', code: 'model_not_allowed', requests: [] })
    for (const [status, code] of [
      [401, 'invalid_api_key'],
      [403, 'role_missing'],
    ] as const) {
      script.push({ status, body: error(code) })
      await expect(ask()).rejects.toThrow(code)
    }
    expect(keys).toHaveLength(3)
  })
})
