import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import Provider from 'oidc-provider'

export const CLIENT = { id: 'palimpsest-console', secret: 'a-secret-of-the-console-0123456789' }
export const AUDIENCE = 'palimpsest'

export interface TestProvider {
  issuer: string
  /** Accounts and the groups they are in; what is not here cannot sign in. */
  groups: Map<string, string[]>
  /** A token signed by the provider's key, good unless told otherwise. */
  token(account: string, options?: TokenOptions): Promise<string>
  /** Walks a browser through the provider's own pages. @returns where it sends the browser back to. */
  signIn(startsAt: string, account: string): Promise<string>
  /** Its address answers no more; `back` brings it back at the same one. */
  goAway(): Promise<void>
  back(): Promise<void>
  close(): Promise<void>
}

export interface TokenOptions {
  claims?: Record<string, unknown>
  /** Seconds from now. */
  expiresIn?: number
  notBefore?: number
  /** Another key than the provider's, under the provider's key id or under one of its own. */
  key?: 'forged' | 'unknown'
}

/** A real OpenID Connect provider on 127.0.0.1. @param redirectUri where it may send browsers back to. */
export async function startOidcProvider(redirectUri: string): Promise<TestProvider> {
  const server = createServer()
  const port = await listen(server, 0)
  const issuer = `http://127.0.0.1:${port}`
  const groups = new Map<string, string[]>()
  const signing = await generateKeyPair('RS256', { extractable: true })
  const forged = await generateKeyPair('RS256')
  const jwk: JWK = { ...(await exportJWK(signing.privateKey)), kid: 'test-key', alg: 'RS256', use: 'sig' }
  const provider = createProvider(issuer, redirectUri, jwk, groups)
  server.on('request', provider.callback())
  let current = server

  async function token(
    account: string,
    { claims, expiresIn = 300, notBefore, key }: TokenOptions = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const plain = { iss: issuer, aud: AUDIENCE, sub: account, iat: now, exp: now + expiresIn }
    const times = notBefore === undefined ? {} : { nbf: now + notBefore }
    const jwt = new SignJWT({ ...plain, ...times, groups: groups.get(account) ?? [], name: 'Ann Lee', ...claims })
    jwt.setProtectedHeader({ alg: 'RS256', kid: key === 'unknown' ? 'another-key' : 'test-key' })
    return jwt.sign(key === undefined ? signing.privateKey : forged.privateKey)
  }

  return {
    issuer,
    groups,
    token,
    signIn: walkThrough,
    async goAway() {
      current.closeAllConnections()
      current.close()
      await once(current, 'close')
    },
    async back() {
      current = createServer(provider.callback())
      await listen(current, port)
    },
    async close() {
      current.closeAllConnections()
      current.close()
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function createProvider(issuer: string, redirectUri: string, jwk: JWK, groups: Map<string, string[]>): Provider {
  return new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    jwks: { keys: [jwk] },
    scopes: ['openid', 'groups'],
    claims: { openid: ['sub'], groups: ['groups'] },
    pkce: { required: () => true },
    cookies: { keys: ['cookies of a test'] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    // Its pages for development: any name signs in, and consent is a button.
    features: { devInteractions: { enabled: true } },
    findAccount: (_, accountId) =>
      groups.has(accountId)
        ? { accountId, claims: async () => ({ sub: accountId, groups: groups.get(accountId) ?? [] }) }
        : undefined,
  })
}

/** A browser without a screen: follows redirects with its cookies, and fills in the forms that stand in its way. */
async function walkThrough(startsAt: string, account: string): Promise<string> {
  const cookies = new Map<string, string>()
  const { origin } = new URL(startsAt)
  let at = startsAt
  let form: URLSearchParams | null = null
  for (let steps = 0; steps < 20; steps++) {
    const response: Response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = line.match(/^([^=]+)=([^;]*)/) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    const body = await response.text()
    form = null
    if (location !== null) {
      at = new URL(location, at).href
      if (new URL(at).origin !== origin) return at
      continue
    }
    const action = body.match(/<form[^>]*action="([^"]+)"/)?.[1]
    const prompt = body.match(/name="prompt" value="([^"]+)"/)?.[1]
    if (action === undefined || prompt === undefined)
      throw new Error(`the provider shows no form: ${response.status} ${body.slice(0, 300)}`)
    at = new URL(action, at).href
    form = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: account, password: 'any' }) })
  }
  throw new Error('the provider never sent the browser back')
}
