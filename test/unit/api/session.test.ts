import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import type { ApiDeps, ApiEnv } from '../../../src/api/deps.ts'
import { callerOfSession, endSession, openSession } from '../../../src/api/people/session.ts'
import { parseConfig } from '../../../src/config/file.ts'
import type { PersonSession } from '../../../src/ports/person-sessions.ts'

const ANN = { tenantId: 'acme', keyId: 'person_1', roles: ['admin'], app: 'people', team: null } as const

/** Pages that open, use and end a session, where browsers reach the gateway at this address. */
function pagesAt(publicUrl: string, development: boolean, now = () => 1_000_000) {
  const kept = new Map<string, PersonSession>()
  const name = (hash: Uint8Array) => Buffer.from(hash).toString('hex')
  const config = parseConfig(
    `
tenants: [{ id: acme, region: us, keys: [{ key: pk_0123456789abcdef, role: admin }] }]
people:
  public_url: ${publicUrl}
  session_minutes: 10
  issuers: [{ issuer: "https://a.example.com", audiences: [a], grants: [{ claim: g, value: a, tenant: acme, roles: [admin] }] }]
`,
    'palimpsest.yaml',
    {},
  )
  const sessions: ApiDeps['sessions'] = {
    find: async (hash) => kept.get(name(hash)),
    end: async (hash) => void kept.delete(name(hash)),
    removeEnded: async () => undefined,
  }
  // What the database does with these entries.
  const ledger: ApiDeps['ledger'] = {
    append: async ({ envelope: { id, status, detail, related_entry } }) => {
      const { session_sha256: hash, roles, expires_at } = JSON.parse(detail ?? '{}')
      const times = { createdAt: now(), expiresAt: Date.parse(expires_at) }
      if (status === 'signed_in') kept.set(hash, { id, ...ANN, person: ANN.keyId, roles, ...times })
      for (const [key, session] of kept) if (session.id === related_entry) kept.delete(key)
      return 'appended'
    },
    close: async () => undefined,
  }
  const randomBytes = (length: number) => new Uint8Array(length).fill(5)
  const deps = { config, sessions, ledger, development, now, randomBytes }
  const app = new Hono<ApiEnv>()
  app.get('/open', async (c) => {
    await openSession(deps, c, ANN)
    return c.text('')
  })
  app.get('/use', async (c) => c.json(await callerOfSession(deps, c)))
  app.get('/end', async (c) => {
    await endSession(deps, c)
    return c.text('')
  })
  return app
}

describe("a browser's cookie", () => {
  it.each([
    ['https://llm.example.com', true],
    ['http://llm.example.com', false],
    ['https://llm.example.com', false],
  ])('goes by TLS alone, and to this host alone: %s, development %s', async (url, development) => {
    const app = pagesAt(url, development)
    const line = (await app.request('/open')).headers.get('set-cookie') ?? ''
    expect(line).toMatch(/^__Host-palimpsest_session=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const cookie = line.split(';')[0] ?? ''
    expect(await (await app.request('/use', { headers: { cookie } })).json()).toMatchObject({
      keyId: 'person_1',
      person: true,
    })
    // One that a page of a neighbouring host could have set counts for nothing.
    const planted = cookie.replace('__Host-', '')
    expect(await (await app.request('/use', { headers: { cookie: planted } })).json()).toBeNull()
  })

  it('of a development machine without TLS has neither', async () => {
    const line = (await pagesAt('http://127.0.0.1:8080', true).request('/open')).headers.get('set-cookie')
    expect(line).toMatch(/^palimpsest_session=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it('stands for nobody once the session has ended, by its time or by whoever it belongs to', async () => {
    let now = 1_000_000
    const app = pagesAt('https://llm.example.com', false, () => now)
    const cookie = ((await app.request('/open')).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const use = async () => (await app.request('/use', { headers: { cookie } })).json()
    now += 599_999
    expect(await use()).not.toBeNull()
    now += 1
    expect(await use()).toBeNull()
    now -= 1
    expect(await use()).not.toBeNull()
    await app.request('/end', { headers: { cookie } })
    expect(await use()).toBeNull()
  })
})
