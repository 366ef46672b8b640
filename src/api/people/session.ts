import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { KeyIdentity } from '../../config/types.ts'
import { roleNames } from '../../domain/access/roles.ts'
import { signedInEntry, signedOutEntry } from '../../domain/access/sign-in-entry.ts'
import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../errors.ts'
import type { PersonSession } from '../../ports/person-sessions.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'

const SESSION_COOKIE = 'palimpsest_session'
const CSRF_HEADER = 'X-CSRF-Token'
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

type SessionDeps = Pick<ApiDeps, 'config' | 'sessions' | 'development' | 'now'>

/** A session that stands, and what the page has to send with what it changes. */
export interface CurrentSession extends PersonSession {
  hash: Buffer
  csrfToken: string
}

/** The session of the request's cookie; null: it has none, or one that has ended. */
export async function sessionOf(deps: SessionDeps, c: Context<ApiEnv>): Promise<CurrentSession | null> {
  const cookie = getCookie(c, SESSION_COOKIE, isSecure(deps) ? 'host' : undefined)
  if (!cookie || !deps.config.people) return null
  const hash = cookieHash(cookie)
  const session = await deps.sessions.find(hash)
  if (!session || session.expiresAt <= deps.now() || !deps.config.tenants.has(session.tenantId)) return null
  return { ...session, hash, csrfToken: csrfTokenOf(cookie) }
}

/**
 * Who a browser's request comes from. A request that changes anything has to bear the session's token in `X-CSRF-Token`: a page of
 * somebody else's can make a browser send its cookie, but cannot read that token.
 * @throws PalimpsestError `csrf_token_missing`, 403
 */
export async function callerOfSession(deps: SessionDeps, c: Context<ApiEnv>): Promise<KeyIdentity | null> {
  const session = await sessionOf(deps, c)
  if (!session) return null
  if (!SAFE_METHODS.includes(c.req.method)) requireOwnPage(deps, c, session)
  return {
    tenantId: session.tenantId,
    keyId: session.person,
    roles: roleNames.filter((role) => session.roles.includes(role)),
    app: session.app,
    team: session.team,
    person: true,
  }
}

export function requireOwnPage(deps: SessionDeps, c: Context<ApiEnv>, { csrfToken }: CurrentSession): void {
  const origin = c.req.header('origin')
  const foreign = origin !== undefined && origin !== new URL(deps.config.people?.publicUrl ?? 'http://none').origin
  const given = Buffer.from(c.req.header(CSRF_HEADER) ?? '')
  const wanted = Buffer.from(csrfToken)
  if (!foreign && given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new PalimpsestError({
    code: 'csrf_token_missing',
    status: 403,
    message: `Send the csrf_token of GET /auth/session as ${CSRF_HEADER}, from a page of this gateway.`,
    param: CSRF_HEADER,
  })
}

type WritingDeps = SessionDeps & Pick<ApiDeps, 'randomBytes' | 'ledger'>

/**
 * Opens a session, which is an entry of the ledger, and gives the browser its cookie, which no script reads and no other site's form
 * sends.
 */
export async function openSession(deps: WritingDeps, c: Context<ApiEnv>, caller: KeyIdentity): Promise<void> {
  const cookie = Buffer.from(deps.randomBytes(32)).toString('base64url')
  const at = deps.now()
  const lifeMs = deps.config.people?.sessionMs ?? 0
  const act = { id: uuidv7(at, deps.randomBytes(10)), at, officer: caller }
  const session = { cookieHash: cookieHash(cookie), roles: caller.roles, expiresAt: at + lifeMs }
  await deps.ledger.append(signedInEntry(act, session))
  setCookie(c, SESSION_COOKIE, cookie, { ...cookieOptions(deps), maxAge: Math.floor(lifeMs / 1000) })
}

/** Ends the session of the request's cookie, if there is one: an entry of the ledger, too. */
export async function endSession(deps: WritingDeps, c: Context<ApiEnv>): Promise<void> {
  if (!getCookie(c, SESSION_COOKIE, isSecure(deps) ? 'host' : undefined)) return
  const session = await sessionOf(deps, c)
  if (session?.id) {
    const { id, tenantId, person: keyId, app, team, hash } = session
    const at = deps.now()
    const act = { id: uuidv7(at, deps.randomBytes(10)), at, officer: { tenantId, keyId, app, team } }
    await deps.ledger.append(signedOutEntry(act, id)).catch(async (error: unknown) => {
      // Somebody else ended it meanwhile.
      if (await deps.sessions.find(hash)) throw error
    })
  } else if (session) await deps.sessions.end(session.hash)
  deleteCookie(c, SESSION_COOKIE, cookieOptions(deps))
}

/** `__Host-` and `Secure` wherever the gateway is reached by TLS, and in production always. */
export function cookieOptions(deps: SessionDeps) {
  const plain = { httpOnly: true, sameSite: 'Lax', path: '/' } as const
  return isSecure(deps) ? ({ ...plain, secure: true, prefix: 'host' } as const) : plain
}

export function isSecure({ config, development }: Pick<SessionDeps, 'config' | 'development'>): boolean {
  return !development || (config.people?.publicUrl?.startsWith('https:') ?? false)
}

function cookieHash(cookie: string): Buffer {
  return createHash('sha256').update(cookie, 'utf8').digest()
}

/** Follows from the cookie, so that nothing more is kept; the cookie does not follow from it. */
function csrfTokenOf(cookie: string): string {
  return createHash('sha256').update(`csrf\0${cookie}`, 'utf8').digest('base64url')
}
