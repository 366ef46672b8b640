import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { expectError, expectErrorShape } from '../../support/vendor-gateway.ts'

describe('HTTP that is not as it should be', () => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway()
  })
  afterAll(() => gateway.remove())

  /** What comes back for bytes written to the socket, until the server closes it. */
  const raw = (text: string): Promise<{ status: number; head: string; body: string }> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(gateway.url)
      const socket = connect(Number(port), hostname)
      const chunks: Buffer[] = []
      socket.setTimeout(5_000, () => socket.destroy(new Error('the server keeps silent')))
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', reject)
      socket.on('close', () => {
        const [head = '', ...rest] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n')
        resolve({ status: Number(head.split(' ')[1]), head, body: rest.join('\r\n\r\n') })
      })
      socket.write(text)
    })

  const errorOf = async (text: string, status: number, code: string) => {
    const answer = await raw(text)
    expect(`${answer.status} ${answer.body}`).toMatch(new RegExp(`^${status} `))
    expect(answer.head.toLowerCase()).toContain('content-type: application/json')
    expect(expectErrorShape(JSON.parse(answer.body)).code).toBe(code)
  }

  it.each([
    ['no key', undefined],
    ['a key of nobody', 'Bearer pk_nobody_0123456789abcdef'],
    ['a key with one more character', `Bearer ${TEST_KEYS.app}x`],
    ['another scheme', `Basic ${btoa(`user:${TEST_KEYS.app}`)}`],
    ['an empty key', 'Bearer '],
    ['a key of 8 KB', `Bearer ${'k'.repeat(8_000)}`],
  ])('gets 401 with %s, and no word of the key', async (_, authorization) => {
    for (const path of ['/v1/models', '/v1/requests/x', '/v1/ledger/checkpoint', '/metrics']) {
      const response = await fetch(`${gateway.url}${path}`, { headers: authorization ? { authorization } : {} })
      const error = await expectError(response, 401, 'invalid_api_key')
      expect(error.type).toBe('authentication_error')
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(error.message).not.toContain('pk_')
    }
    const chat = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...(authorization && { authorization }), 'content-type': 'application/json' },
      body: '{',
    })
    await expectError(chat, 401, 'invalid_api_key')
  })

  it.each(['/', '/v1', '/v1/chat/completion', '/v1/chat/completions/', '/v1//models', '/%ff', '/..%2f'])(
    'gets 404 for the unknown path %s',
    async (path) => {
      await expectError(await gateway.call(path), 404, 'unknown_url')
      await expectError(await gateway.call(path, { body: {} }), 404, 'unknown_url')
    },
  )

  it.each(['/v1/responses', '/v1/responses/resp_1', '/v1/embeddings', '/v1/completions', '/v1/audio/speech'])(
    "gets 404 for OpenAI's %s, and where to go instead",
    async (path) => {
      const error = await expectError(
        await gateway.call(path, { body: { model: 'gpt-4o' } }),
        404,
        'endpoint_not_offered',
      )
      expect(error.message).toContain('/v1/chat/completions')
    },
  )

  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['PUT', '/v1/chat/completions', 'POST'],
    ['DELETE', '/v1/requests/0190b5a4-0000-7000-8000-000000000000', 'GET, HEAD'],
    ['POST', '/v1/models', 'GET, HEAD'],
    ['PATCH', '/healthz', 'GET, HEAD'],
    ['GET', '/v1/requests/0190b5a4-0000-7000-8000-000000000000/disclosures', 'POST'],
  ])('gets 405 for %s %s, with the methods there are', async (method, path, allow) => {
    const response = await gateway.call(path, { method })
    expect(response.headers.get('allow')).toBe(allow)
    await expectError(response, 405, 'method_not_allowed')
  })

  it.each(['simulated/echo', 'simulated%2Fecho'])('shows the model %s by its name', async (name) => {
    const response = await gateway.call(`/v1/models/${name}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id: 'simulated/echo', object: 'model', owned_by: 'simulator' })
  })

  it('gets 404 for a model that is not listed', async () => {
    expect((await expectError(await gateway.call('/v1/models/nobody/knows'), 404, 'model_not_found')).param).toBe(
      'model',
    )
  })

  it('answers HEAD as GET without a body', async () => {
    const response = await gateway.call('/healthz', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it.each(['not-a-uuid', '0190b5a4-0000-7000-8000-000000000000', "' OR 1=1 --", '%00', 'x'.repeat(5_000)])(
    'gets 404 for the id %j',
    async (id) => {
      const encoded = id === '%00' ? id : encodeURIComponent(id)
      for (const path of [`/v1/requests/${encoded}`, `/v1/ledger/entries/${encoded}/proof`]) {
        await expectError(await gateway.call(path, { key: TEST_KEYS.admin }), 404, 'not_found')
      }
    },
  )

  it.each([
    ['limit=0', 'limit'],
    ['limit=100000', 'limit'],
    ['limit=ten', 'limit'],
    ['after=-2', 'after'],
    ['after=1e9', 'after'],
  ])('gets 400 for the query %s', async (query, param) => {
    const response = await gateway.call(`/v1/ledger/entries?${query}`, { key: TEST_KEYS.auditor })
    expect((await expectError(response, 400, 'invalid_parameter')).param).toBe(param)
  })

  it('gets 431 for a header of 100 KB', async () => {
    await errorOf(
      `GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(100_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    )
  })

  it.each([
    ['its length told', `Content-Length: ${10 * 1024 * 1024}`, (part: string) => part, ''],
    ['in chunks', 'Transfer-Encoding: chunked', (part: string) => `10000\r\n${part}\r\n`, '0\r\n\r\n'],
  ])(
    'gets 413 for 10 MB, %s, also where it reads no answer before it has sent them all',
    async (_, length, framed, end) => {
      const { hostname, port } = new URL(gateway.url)
      const socket = connect(Number(port), hostname)
      // Told to whoever writes.
      socket.on('error', () => undefined)
      const send = (text: string) =>
        new Promise<void>((resolve, reject) => {
          socket.write(text, (error) => (error ? reject(error) : resolve()))
        })
      const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TEST_KEYS.app}\r\n`
      await send(`${head}Content-Type: application/json\r\n${length}\r\n\r\n`)
      for (let part = 0; part < 160; part++) {
        await send(framed('x'.repeat(0x10000)))
        // By now it is refused, and the client is slow.
        if (part === 140) await new Promise((resolve) => setTimeout(resolve, 1_500))
      }
      await send(end)
      const chunks: Buffer[] = []
      for await (const chunk of socket) chunks.push(chunk)
      const answer = Buffer.concat(chunks).toString('utf8')
      expect(answer).toMatch(/^HTTP\/1\.1 413 /)
      expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n')
      expect(expectErrorShape(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).code).toBe('request_too_large')
    },
  )

  it.each([
    ['no HTTP at all', 'hello there\r\n\r\n'],
    ['a header without a colon', 'GET /healthz HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n'],
    ['two lengths', 'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    [
      'a length and chunks',
      'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b<\r\nConnection: close\r\n\r\n'],
    ['an address that is none', 'GET \\\\evil HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ])('gets 400 for %s', async (_, text) => {
    await errorOf(text, 400, 'malformed_http')
  })

  it('has no stack, path or version of a library in any head', async () => {
    const { head } = await raw('GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(head.toLowerCase()).not.toMatch(/x-powered-by|server:|node|hono/)
  })
})
