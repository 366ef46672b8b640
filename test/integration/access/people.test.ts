import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { steadyPorts } from '../../../faults/stack/ports.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { AUDIENCE, CLIENT, startOidcProvider, type TestProvider } from '../../support/oidc/start.ts'
import {
  awaitEntry,
  expectError,
  KEYS_YAML,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const configOf = (issuer: string, publicUrl: string) => `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    erasure: { approval: people }
  - { id: other, region: us, keys: [{ key: pk_other_admin_0123456789, role: admin }] }
people:
  public_url: ${publicUrl}
  session_minutes: 30
  issuers:
    - issuer: ${issuer}
      audiences: [${AUDIENCE}]
      clock_tolerance_seconds: 5
      client: { id: ${CLIENT.id}, secret: ${CLIENT.secret}, scope: openid groups }
      grants:
        - { claim: groups, value: auditors, tenant: dev, roles: [auditor], team: audit }
        - { claim: groups, value: admins, tenant: dev, roles: [admin] }
        - { claim: groups, value: officers, tenant: dev, roles: [privacy] }
        - { claim: groups, value: users, tenant: dev, roles: [app], app: notebook }
        - { claim: groups, value: others, tenant: other, roles: [admin] }
`

describe('people', () => {
  let vendor: VendorGateway
  let provider: TestProvider
  let publicUrl: string
  beforeAll(async () => {
    const [port = 0] = await steadyPorts(1)
    publicUrl = `http://127.0.0.1:${port}`
    provider = await startOidcProvider(`${publicUrl}/auth/callback`)
    const env = { PORT: String(port) }
    vendor = await startVendorGateway({ config: configOf(provider.issuer, publicUrl), env })
    provider.groups.set('ann', ['auditors'])
    provider.groups.set('admin-ann', ['admins'])
    provider.groups.set('user-ann', ['users'])
    provider.groups.set('officer-ann', ['officers'])
    provider.groups.set('officer-ben', ['officers'])
    provider.groups.set('both', ['admins', 'others'])
    provider.groups.set('nobody', ['cleaners'])
  })
  afterAll(async () => {
    await vendor?.close()
    await provider.close()
  })

  const ask = (path: string, token: string, options: object = {}) =>
    vendor.gateway.call(path, { key: token, ...options })
  const checkpoint = (token: string) => ask('/v1/ledger/checkpoint', token)

  describe('with a token of their provider', () => {
    it('are let in with the roles of their groups', async () => {
      const token = await provider.token('ann')
      // The first checkpoint of a gateway that has just started.
      await expect.poll(async () => (await checkpoint(token)).status, { timeout: 20_000 }).toBe(200)
      await expectError(await ask('/v1/keys', token), 403, 'role_missing')
      expect((await ask('/v1/keys', await provider.token('admin-ann'))).status).toBe(200)
    })

    it('stand in entries as a pseudonym, the same each time, and nowhere by name', async () => {
      const token = await provider.token('user-ann')
      const entries = []
      for (let i = 0; i < 2; i++) {
        const response = await vendor.chat('hello', { key: token })
        expect(response.status).toBe(200)
        entries.push(await awaitEntry(vendor.sql, requestIdOf(response)))
      }
      const [first, second] = entries
      expect(first).toMatchObject({ api_key_id: expect.stringMatching(/^person_[0-9a-f]{32}$/), app: 'notebook' })
      expect(second?.api_key_id).toBe(first?.api_key_id)
      const [row] = await vendor.sql`SELECT string_agg(e::text, ' ') AS entries FROM ledger_entry e`
      for (const place of [row?.entries, vendor.gateway.logLines.join()]) {
        expect(place).not.toContain('user-ann')
        expect(place).not.toContain('Ann Lee')
      }
    })

    it('whose group was taken away are refused with their next token', async () => {
      provider.groups.set('leaver', ['auditors'])
      expect((await checkpoint(await provider.token('leaver'))).status).toBe(200)
      provider.groups.set('leaver', [])
      await expectError(await checkpoint(await provider.token('leaver')), 403, 'role_missing')
      await expectError(await checkpoint(await provider.token('nobody')), 403, 'role_missing')
    })

    it('name their tenant where they have roles in several', async () => {
      const token = await provider.token('both')
      await expectError(await ask('/v1/keys', token), 403, 'tenant_not_chosen')
      const inTenant = async (tenant: string) => {
        const response = await ask('/v1/keys', token, { headers: { 'X-Palimpsest-Tenant': tenant } })
        return [response.status, ((await response.json()) as { configured?: unknown[] }).configured?.length]
      }
      expect(await inTenant('other')).toEqual([200, 1])
      expect(await inTenant('dev')).toEqual([200, 4])
      expect(await inTenant('nowhere')).toEqual([403, undefined])
    })

    it.each([
      ['of another audience', { claims: { aud: 'somebody-else' } }, 'invalid_token'],
      ['that has expired', { expiresIn: -60 }, 'token_expired'],
      ['that does not hold yet', { notBefore: 600 }, 'invalid_token'],
      ['signed by another key under the same id', { key: 'forged' }, 'invalid_token'],
      ['signed by a key that the provider does not have', { key: 'unknown' }, 'invalid_token'],
      ['of another issuer', { claims: { iss: 'https://elsewhere.example.com' } }, 'invalid_token'],
      ['without an end', { claims: { exp: undefined } }, 'invalid_token'],
      ['without an account', { claims: { sub: undefined } }, 'invalid_token'],
    ] as const)('are refused with one %s', async (_, options, code) => {
      const good = await provider.token('ann')
      expect((await checkpoint(good)).status).toBe(200)
      await expectError(await checkpoint(await provider.token('ann', options)), 401, code)
    })

    it('are refused with one that nobody signed, or that is signed with the public key as a secret', async () => {
      const [, payload = ''] = (await provider.token('ann')).split('.')
      const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url')
      await expectError(await checkpoint(`${header({ alg: 'none' })}.${payload}.`), 401, 'invalid_token')
      const keys = await (await fetch(`${provider.issuer}/jwks`)).text()
      const { createHmac } = await import('node:crypto')
      const signed = `${header({ alg: 'HS256', kid: 'test-key' })}.${payload}`
      const mac = createHmac('sha256', keys).update(signed).digest('base64url')
      await expectError(await checkpoint(`${signed}.${mac}`), 401, 'invalid_token')
    })
  })

  describe('with a browser', () => {
    it('sign in at the provider, read with the cookie, write with the token of their page, and sign out', async () => {
      const cookie = await signIn('admin-ann')
      const session = await browse('/auth/session', cookie)
      expect(session.status).toBe(200)
      const { person, tenant, roles, csrf_token: csrf } = (await session.json()) as Record<string, string>
      expect({ person, tenant, roles }).toEqual({
        person: expect.stringMatching(/^person_[0-9a-f]{32}$/),
        tenant: 'dev',
        roles: ['admin'],
      })
      expect((await browse('/v1/keys', cookie)).status).toBe(200)
      const make = (headers: Record<string, string>) =>
        browse('/v1/keys', cookie, {
          method: 'POST',
          body: '{"roles":["app"]}',
          headers: { 'content-type': 'application/json', ...headers },
        })
      await expectError(await make({}), 403, 'csrf_token_missing')
      await expectError(await make({ 'X-CSRF-Token': 'x'.repeat(43) }), 403, 'csrf_token_missing')
      await expectError(
        await make({ 'X-CSRF-Token': csrf ?? '', origin: 'https://evil.example.com' }),
        403,
        'csrf_token_missing',
      )
      const made = await make({ 'X-CSRF-Token': csrf ?? '', origin: publicUrl })
      expect(made.status).toBe(201)
      expect(await made.json()).toMatchObject({ created_by: person })
      await expectError(await browse('/auth/logout', cookie, { method: 'POST' }), 403, 'csrf_token_missing')
      const out = await browse('/auth/logout', cookie, { method: 'POST', headers: { 'X-CSRF-Token': csrf ?? '' } })
      expect(out.status).toBe(204)
      await expectError(await browse('/auth/session', cookie), 401, 'not_signed_in')
      await expectError(await browse('/v1/keys', cookie), 401, 'invalid_api_key')
      const [signedIn, signedOut, ...more] = await vendor.sql`
        SELECT id, kind, status, related_entry, detail FROM ledger_entry
        WHERE api_key_id = ${person ?? ''} AND status LIKE 'signed%' ORDER BY id`
      expect(more).toEqual([])
      expect(signedIn).toMatchObject({ kind: 'administration', status: 'signed_in' })
      expect(JSON.parse(signedIn?.detail)).toEqual({
        roles: ['admin'],
        session_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        expires_at: expect.any(String),
      })
      expect(signedOut).toMatchObject({ status: 'signed_out', related_entry: signedIn?.id, detail: null })
      const metrics = await (await vendor.gateway.call('/metrics', { key: TEST_KEYS.admin })).text()
      expect(metrics).toContain('palimpsest_sign_ins_total{outcome="signed_in"} 1')
    })

    it('have a cookie that scripts do not read, of which the database has the hash', async () => {
      const { setCookie } = await callback('admin-ann')
      expect(setCookie).toMatch(/HttpOnly/i)
      expect(setCookie).toMatch(/SameSite=Lax/i)
      expect(setCookie).toMatch(/Max-Age=1800/i)
      const value = setCookie.match(/^palimpsest_session=([^;]+)/)?.[1] ?? ''
      expect(value).toHaveLength(43)
      const rows = await vendor.sql`SELECT s::text AS line FROM person_session s`
      expect(rows.length).toBeGreaterThan(0)
      expect(JSON.stringify(rows)).not.toContain(value)
      expect(JSON.stringify(rows)).not.toContain('admin-ann')
    })

    it('are signed out when their time is over', async () => {
      const cookie = await signIn('admin-ann')
      expect((await browse('/auth/session', cookie)).status).toBe(200)
      await vendor.sql`UPDATE person_session SET created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'`
      await expectError(await browse('/v1/keys', cookie), 401, 'invalid_api_key')
    })

    it('without a role here are told so, and have no session', async () => {
      const { response, setCookie } = await callback('nobody')
      await expectError(response, 403, 'role_missing')
      expect(setCookie).not.toContain('palimpsest_session')
      const metrics = await (await vendor.gateway.call('/metrics', { key: TEST_KEYS.admin })).text()
      expect(metrics).toContain('palimpsest_sign_ins_total{outcome="role_missing"} 1')
    })

    it('come back once: an answer of another browser, of another sign-in or for the second time is refused', async () => {
      const { url, kept } = await begin()
      const cameBack = await provider.signIn(url, 'admin-ann')
      const path = cameBack.slice(publicUrl.length)
      await expectError(await browse(path, ''), 401, 'sign_in_failed')
      await expectError(await browse(path, (await begin()).kept), 401, 'sign_in_failed')
      expect((await browse(path, kept)).status).toBe(303)
      await expectError(await browse(path, kept), 401, 'sign_in_failed')
    })

    it.each([
      ['/console/keys?page=2', '/console/keys?page=2'],
      ['//evil.example.com', '/'],
      ['/\\evil.example.com', '/'],
      ['https://evil.example.com', '/'],
      ['/.//evil.example.com', '/'],
    ])('come back to %s: %s', async (given, comesTo) => {
      const { response } = await callback('admin-ann', `?return_to=${encodeURIComponent(given)}`)
      expect(response.headers.get('location')).toBe(comesTo)
    })
  })

  it('where two are wanted ask for an erasure and approve it, each with an account of theirs and nobody with a key', async () => {
    const [ann, ben] = [await provider.token('officer-ann'), await provider.token('officer-ben')]
    const erase = (user: string, key: string) => ask('/v1/erasures', key, { body: { user } })
    const decide = (id: string, decision: string, key: string) =>
      ask(`/v1/erasures/${id}/approval`, key, { body: { decision } })
    const stateOf = async (id: string) =>
      ((await (await ask(`/v1/erasures/${id}`, ben)).json()) as { state: string }).state
    const waiting = async (user: string) => {
      const { id } = (await (await erase(user, ann)).json()) as { id: string }
      await expect.poll(() => stateOf(id), { timeout: 20_000 }).toBe('awaiting_approval')
      return id
    }
    await expectError(await erase('somebody', TEST_KEYS.privacy), 403, 'person_required')
    const references = await ask('/v1/erasures/references', TEST_KEYS.privacy, { body: { user: 'somebody' } })
    await expectError(references, 403, 'person_required')

    const id = await waiting('somebody')
    await expectError(await decide(id, 'approve', TEST_KEYS.privacy), 403, 'person_required')
    await expectError(await decide(id, 'approve', ann), 403, 'own_request')
    expect(await stateOf(id)).toBe('awaiting_approval')
    expect((await decide(id, 'approve', ben)).status).toBe(200)
    await expect.poll(() => stateOf(id), { timeout: 60_000 }).toBe('completed')

    const before = await waiting('somebody else')
    // As if a key had asked before two people were wanted.
    await vendor.sql`UPDATE erasure_case SET officer = 'test-privacy' WHERE id = ${before}`
    await expectError(await decide(before, 'approve', ben), 403, 'person_required')
    expect((await decide(before, 'reject', ben)).status).toBe(200)
    await expect.poll(() => stateOf(before), { timeout: 20_000 }).toBe('refused')
  }, 120_000)

  it('are told where the provider is away, and keys go on', { timeout: 120_000 }, async () => {
    const { url, kept } = await begin()
    const cameBack = await provider.signIn(url, 'admin-ann')
    await provider.goAway()
    // A gateway that has not asked the provider yet.
    vendor.gateway = await vendor.gateway.restart()
    const token = await provider.token('ann')
    await expectError(await checkpoint(token), 503, 'identity_provider_unavailable')
    await expectError(await browse('/auth/login', ''), 503, 'identity_provider_unavailable')
    await expectError(await browse(cameBack.slice(publicUrl.length), kept), 503, 'identity_provider_unavailable')
    expect((await ask('/v1/models', TEST_KEYS.app)).status).toBe(200)
    await provider.back()
    for (let tries = 0; (await checkpoint(token)).status === 503 && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect((await checkpoint(token)).status).toBe(200)
  })

  function browse(path: string, cookie: string, options: RequestInit = {}): Promise<Response> {
    const headers = { ...(options.headers as Record<string, string>), ...(cookie !== '' && { cookie }) }
    return fetch(`${publicUrl}${path}`, { ...options, redirect: 'manual', headers })
  }

  /** Where the provider is, and the cookie that this browser keeps meanwhile. */
  async function begin(query = ''): Promise<{ url: string; kept: string }> {
    const response = await browse(`/auth/login${query}`, '')
    expect(response.status).toBe(302)
    const kept = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    return { url: response.headers.get('location') ?? '', kept }
  }

  async function callback(account: string, query = ''): Promise<{ response: Response; setCookie: string }> {
    const { url, kept } = await begin(query)
    const cameBack = await provider.signIn(url, account)
    const response = await browse(cameBack.slice(publicUrl.length), kept)
    const setCookie = response.headers.getSetCookie().find((line) => line.startsWith('palimpsest_session=')) ?? ''
    return { response, setCookie }
  }

  async function signIn(account: string): Promise<string> {
    const { response, setCookie } = await callback(account)
    expect(response.status).toBe(303)
    return setCookie.split(';')[0] ?? ''
  }
})
