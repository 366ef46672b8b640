import { Hono } from 'hono'
import { z } from 'zod'
import { type HoldScope, holdDetail, parsePeriodEnd } from '../domain/erasure/hold.ts'
import { isUuid, uuidv7 } from '../domain/ids/uuidv7.ts'
import { jcs } from '../domain/ledger/json.ts'
import { type Act, actEntry, sealNote } from '../domain/requests/act-entry.ts'
import { openText } from '../domain/requests/sealing.ts'
import { type DataKey, sealedKeyId } from '../domain/sealing/seal.ts'
import { PalimpsestError } from '../errors.ts'
import { KeyDestroyed } from '../ports/key-service.ts'
import type { LegalHold } from '../ports/legal-holds.ts'
import { requireRole } from './authenticate.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { integer } from './ledger.ts'
import { limitBody } from './limit-body.ts'
import { flagParameter, idParameter } from './query.ts'
import { notFound } from './requests.ts'
import { requireReplayed } from './require-replayed.ts'
import { userSchema } from './user-id.ts'

const MAX_BODY_BYTES = 64 * 1024
const MAX_PAGE = 1000

const text = z.string().refine((value) => value.isWellFormed())
const bodySchema = z.strictObject({
  user: userSchema.optional(),
  tenant: z.union([z.literal(true), text.min(1).max(128)]).optional(),
  from: text.max(40).optional(),
  to: text.max(40).optional(),
  reason: text.trim().min(3).max(2000),
})

/**
 * Legal holds: what may be neither erased nor expire. Placing one and releasing it are entries of the ledger, and the effect comes
 * with the entry, in one transaction. A hold on a user id takes the person in whether or not they are known yet.
 */
export function holds(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const privacy = requireRole(deps, 'privacy')

  app.post('/v1/holds', privacy, limitBody(MAX_BODY_BYTES), async (c) => {
    const officer = c.get('caller')
    const body = readBody(await readJson(c))
    const id = uuidv7(deps.now(), deps.randomBytes(10))
    const { scope, dataKey } = await scopeOf(deps, officer.tenantId, id, body)
    const act = { id, officer, subjectPseudonym: scope.kind === 'subject' ? scope.pseudonym : null }
    const note = sealNote(act, dataKey, body.reason, deps.randomBytes)
    const detail = jcs(holdDetail(scope))
    await deps.ledger.append(actEntry({ ...holdAct(act, deps.now()), status: 'placed', detail, note }))
    const hold = await deps.holds.find(officer.tenantId, id)
    if (!hold) throw new Error('a hold that was placed is not there')
    return c.json({ ...holdJson(hold), erasures_announced_before: await deps.holds.tooLateFor(id) }, 201)
  })

  app.get('/v1/holds', privacy, requireReplayed(deps), async (c) => {
    const { tenantId } = c.get('caller')
    const before = idParameter(c, 'before')
    const page = { before, inForce: flagParameter(c, 'in_force'), limit: integer(c, 'limit', 100, 1, MAX_PAGE) }
    const found = await deps.holds.list(tenantId, page)
    const list = await Promise.all(found.map(async (hold) => ({ ...holdJson(hold), ...(await reasonOf(deps, hold)) })))
    c.header('cache-control', 'no-store')
    return c.json({ holds: list, next_before: found.at(-1)?.id ?? before })
  })

  app.delete('/v1/holds/:id', privacy, async (c) => {
    const officer = c.get('caller')
    const id = c.req.param('id')
    const hold = isUuid(id) ? await deps.holds.find(officer.tenantId, id) : undefined
    if (!hold) throw notFound('hold')
    if (hold.released === null) {
      const subjectPseudonym = hold.scope.kind === 'subject' ? hold.scope.pseudonym : null
      const act = { id: uuidv7(deps.now(), deps.randomBytes(10)), officer, subjectPseudonym }
      const released = { ...holdAct(act, deps.now()), status: 'released', relatedEntry: id, detail: null, note: null }
      await deps.ledger.append(actEntry(released))
    }
    return c.json(holdJson((await deps.holds.find(officer.tenantId, id)) ?? hold))
  })
  return app
}

function holdAct<T extends Pick<Act, 'id' | 'officer' | 'subjectPseudonym'>>(act: T, at: number) {
  return { ...act, kind: 'hold', at, relatedEntry: null, retentionClass: 'proof' } as const
}

/** What the body names, and the key for its reason: the person's, or one of the hold's own. */
async function scopeOf(
  deps: ApiDeps,
  tenantId: string,
  holdId: string,
  body: z.infer<typeof bodySchema>,
): Promise<{ scope: HoldScope; dataKey: DataKey }> {
  if (body.user !== undefined) {
    const { pseudonym, dataKey } = await deps.subjects.resolveAnew(tenantId, `user:${body.user}`)
    return { scope: { kind: 'subject', pseudonym }, dataKey }
  }
  if (body.tenant !== undefined && body.tenant !== true && body.tenant !== tenantId) throw notFound('tenant')
  const scope: HoldScope = body.tenant === undefined ? periodOf(body) : { kind: 'tenant' }
  return { scope, dataKey: await deps.keys.createDataKey(tenantId, `hold_${holdId}`) }
}

function periodOf(body: z.infer<typeof bodySchema>): HoldScope {
  const from = parsePeriodEnd(body.from ?? '', 'from')
  const to = parsePeriodEnd(body.to ?? '', 'to')
  if (from === undefined) throw invalidPeriod('from')
  if (to === undefined || to <= from) throw invalidPeriod('to')
  return { kind: 'period', from, to }
}

function holdJson({ id, scope, placedBy, placedAt, released }: LegalHold) {
  const time = (at: number) => new Date(at).toISOString()
  return {
    id,
    scope: scope.kind,
    subject: scope.kind === 'subject' ? scope.pseudonym : null,
    from: scope.kind === 'period' ? time(scope.from) : null,
    to: scope.kind === 'period' ? time(scope.to) : null,
    in_force: released === null,
    placed_by: placedBy,
    placed_at: time(placedAt),
    released_by: released?.by ?? null,
    released_at: released && time(released.at),
  }
}

/** The reason, opened for the role that places holds; null where the person it was about has been erased. */
async function reasonOf(deps: ApiDeps, hold: LegalHold): Promise<{ reason: string | null }> {
  try {
    const dataKey = await deps.keys.dataKey(sealedKeyId(hold.sealedReason))
    const subjectPseudonym = hold.scope.kind === 'subject' ? hold.scope.pseudonym : ''
    const row = { requestId: hold.id, subjectPseudonym, context: { tenantId: hold.tenantId } }
    return { reason: openText(row, dataKey, 'prompt', hold.sealedReason) }
  } catch (error) {
    if (error instanceof KeyDestroyed) return { reason: null }
    throw error
  }
}

function readBody(body: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(body)
  if (!parsed.success) throw invalidHold(String(parsed.error.issues[0]?.path[0] ?? ''))
  const { user, tenant, from, to } = parsed.data
  const scopes = [user, tenant, from ?? to].filter((scope) => scope !== undefined)
  if (scopes.length !== 1) throw invalidHold('')
  return parsed.data
}

const FIELDS = ['user', 'tenant', 'from', 'to', 'reason']

function invalidHold(field: string): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_hold',
    status: 400,
    message:
      'Send one of {"user": "…"}, {"tenant": true} or {"from": "…", "to": "…"}, with "reason": why, in 3 to 2000 characters.',
    param: FIELDS.includes(field) ? field : null,
  })
}

function invalidPeriod(param: 'from' | 'to'): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_period',
    status: 400,
    message: 'Send "from" and a later "to", each a date (2026-11-28) or a date and time with its offset (RFC 3339).',
    param,
  })
}
