import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { identityOf } from './identity-of.ts'
import { cookieOptions, endSession, isSecure, openSession, requireOwnPage, sessionOf } from './session.ts'

const SIGN_IN_COOKIE = 'palimpsest_sign_in'
/** Seconds that a person has to sign in at the provider. */
const SIGN_IN_SECONDS = 600

const short = z.string().min(1).max(512)
const begunSchema = z.strictObject({
  begun: z.strictObject({ issuer: short, state: short, nonce: short, codeVerifier: short }),
  tenant: short.nullable(),
  returnTo: z.string().max(2_000),
})
type Begun = z.infer<typeof begunSchema>

/** Sign-in with a browser: by authorization code and PKCE to a session of its own, which a cookie stands for. */
export function signIn(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.use('/auth/*', async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })

  app.get('/auth/login', async (c) => {
    const { issuers, redirectUri } = requireSignIn(deps)
    const issuer = c.req.query('issuer') ?? issuers[0]
    if (issuer === undefined || !issuers.includes(issuer)) throw unknownIssuer()
    const { url, begun } = await deps.identityProviders.begin(issuer, redirectUri)
    const kept: Begun = { begun, tenant: c.req.query('tenant') || null, returnTo: pathOf(c.req.query('return_to')) }
    const value = Buffer.from(JSON.stringify(kept)).toString('base64url')
    setCookie(c, SIGN_IN_COOKIE, value, { ...cookieOptions(deps), maxAge: SIGN_IN_SECONDS })
    return c.redirect(url, 302)
  })

  app.get('/auth/callback', async (c) => {
    const { redirectUri } = requireSignIn(deps)
    try {
      const kept = keptOf(deps, c)
      deleteCookie(c, SIGN_IN_COOKIE, cookieOptions(deps))
      const person = await deps.identityProviders.finish(
        kept.begun,
        new URL(`${redirectUri}${new URL(c.req.url).search}`),
      )
      const caller = await identityOf(deps, person, kept.tenant)
      await endSession(deps, c)
      await openSession(deps, c, caller)
      deps.metrics.signInEnded('signed_in')
      return c.redirect(kept.returnTo, 303)
    } catch (error) {
      deps.metrics.signInEnded(error instanceof PalimpsestError ? error.code : 'internal_error')
      throw error
    }
  })

  app.get('/auth/session', async (c) => {
    const session = await sessionOf(deps, c)
    if (!session) throw notSignedIn()
    return c.json({
      person: session.person,
      tenant: session.tenantId,
      roles: session.roles,
      expires_at: new Date(session.expiresAt).toISOString(),
      csrf_token: session.csrfToken,
    })
  })

  app.post('/auth/logout', async (c) => {
    const session = await sessionOf(deps, c)
    if (session) requireOwnPage(deps, c, session)
    await endSession(deps, c)
    return c.body(null, 204)
  })
  return app
}

function requireSignIn({ config }: ApiDeps): { issuers: readonly string[]; redirectUri: string } {
  const { publicUrl = null, issuers = [] } = config.people ?? {}
  const own = issuers.filter(({ client }) => client !== null)
  if (publicUrl !== null && own.length > 0) {
    return { issuers: own.map(({ issuer }) => issuer), redirectUri: `${publicUrl}/auth/callback` }
  }
  throw new PalimpsestError({
    code: 'sign_in_not_configured',
    status: 404,
    message:
      'Nobody signs in with a browser here: the configuration has no people.public_url, or no issuer with a client.',
  })
}

/** What this browser began; a callback that another one began has no such cookie. */
function keptOf(deps: ApiDeps, c: Context<ApiEnv>): Begun {
  const value = getCookie(c, SIGN_IN_COOKIE, isSecure(deps) ? 'host' : undefined)
  try {
    return begunSchema.parse(JSON.parse(Buffer.from(value ?? '', 'base64url').toString('utf8')))
  } catch (cause) {
    throw new PalimpsestError({
      code: 'sign_in_failed',
      status: 401,
      message: 'This browser has begun no sign-in, or too long ago: begin again at /auth/login.',
      cause,
    })
  }
}

/** A path of this gateway; what would lead elsewhere leads to its beginning. */
function pathOf(given = '/'): string {
  const base = 'http://here.invalid'
  if (!given.startsWith('/') || !URL.canParse(given, base)) return '/'
  const url = new URL(given, base)
  const path = `${url.pathname}${url.search}`
  return url.origin === base && !path.startsWith('//') && path.length <= 2_000 ? path : '/'
}

function unknownIssuer(): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_parameter',
    status: 400,
    message: 'The query parameter issuer must be an issuer of the configuration through which browsers sign in.',
    param: 'issuer',
  })
}

function notSignedIn(): PalimpsestError {
  return new PalimpsestError({
    code: 'not_signed_in',
    status: 401,
    message: 'Nobody is signed in with this browser: begin at /auth/login.',
  })
}
