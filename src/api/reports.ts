import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { reportPackDaysOf } from '../config/retention.ts'
import { parsePeriodEnd } from '../domain/erasure/hold.ts'
import { isUuid, uuidv7 } from '../domain/ids/uuidv7.ts'
import { SEED_BYTES } from '../domain/reports/sample.ts'
import { REPORT_KINDS } from '../domain/reports/types.ts'
import { PalimpsestError } from '../errors.ts'
import type { NewReport, StoredReport } from '../ports/reports.ts'
import { requireRole } from './authenticate.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { integer } from './ledger.ts'
import { limitBody } from './limit-body.ts'
import { idParameter } from './query.ts'
import { notFound } from './requests.ts'
import { pseudonymSchema, userSchema } from './user-id.ts'

const MAX_BODY_BYTES = 64 * 1024
const MAX_PAGE = 1000
const DAY_MS = 86_400_000
/** A report asks for ten years at most, leap days included. */
const MAX_PERIOD_MS = 3653 * DAY_MS

const filtersSchema = z
  .strictObject({
    user: userSchema.optional(),
    subject: pseudonymSchema.optional(),
    tool: z
      .string()
      .regex(/^[A-Za-z0-9_.:-]{1,128}$/)
      .optional(),
    model: z
      .string()
      .regex(/^[^\p{C}]{1,256}$/u)
      .optional(),
    pii: z.boolean().optional(),
  })
  .refine(({ user, subject }) => user === undefined || subject === undefined)
const bodySchema = z.strictObject({
  kind: z.enum(REPORT_KINDS),
  from: z.string().max(40),
  to: z.string().max(40),
  filters: filtersSchema.default({}),
})

/**
 * Reports over what the database and the archive hold. Whoever asks by a user id is answered by the person's pseudonym: the id is
 * looked up and not kept.
 */
export function reports(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const readers = requireRole(deps, 'auditor', 'privacy', 'admin')

  app.post('/v1/reports', readers, limitBody(MAX_BODY_BYTES), async (c) => {
    const draft = await draftOf(deps, c, readBody(await readJson(c)))
    await deps.reports.create(draft)
    await start(deps, draft)
    return c.json({ id: draft.id, state: 'pending', workflowId: deps.reportStarter.workflowIdOf(draft.id) }, 202)
  })

  app.get('/v1/reports', readers, async (c) => {
    const before = idParameter(c, 'before')
    const found = await deps.reports.list(c.get('caller').tenantId, before, integer(c, 'limit', 100, 1, MAX_PAGE))
    return c.json({ reports: found.map((report) => stateOf(deps, report)), next_before: found.at(-1)?.id ?? before })
  })

  app.get('/v1/reports/:id', readers, async (c) => c.json(stateOf(deps, await find(deps, c))))

  app.get('/v1/reports/:id/pack', readers, async (c) => {
    const found = await find(deps, c)
    if (found.pack === null) throw notReady(found)
    if (found.expiredAt !== null) throw expired(found)
    const { name, sha256, bytes } = found.pack
    const path = await deps.archiveObjects.local(name, sha256)
    const stream = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array<ArrayBuffer>>
    return c.body(stream, 200, {
      'content-type': 'application/zip',
      'content-length': String(bytes),
      'content-disposition': `attachment; filename="report-${found.kind}-${found.id}.zip"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
  })
  return app
}

async function draftOf(deps: ApiDeps, c: Context<ApiEnv>, body: z.infer<typeof bodySchema>): Promise<NewReport> {
  const officer = c.get('caller')
  const requestedAt = deps.now()
  const [id, entryId] = [0, 1].map(() => uuidv7(requestedAt, deps.randomBytes(10))) as [string, string]
  const { tool = null, model = null, pii = null } = body.filters
  const filters = { subject: await subjectOf(deps, officer.tenantId, body.filters), tool, model, pii }
  return {
    id,
    officer,
    requestedAt,
    kind: body.kind,
    ...periodOf(body),
    filters,
    seed: deps.randomBytes(SEED_BYTES),
    entryId,
  }
}

function periodOf(body: Pick<z.infer<typeof bodySchema>, 'from' | 'to'>): { from: number; to: number } {
  const from = parsePeriodEnd(body.from, 'from')
  const to = parsePeriodEnd(body.to, 'to')
  if (from === undefined) throw invalidPeriod('from')
  if (to === undefined || to <= from || to - from > MAX_PERIOD_MS) throw invalidPeriod('to')
  return { from, to }
}

async function subjectOf(
  deps: ApiDeps,
  tenantId: string,
  { user, subject }: z.infer<typeof filtersSchema>,
): Promise<string | null> {
  if (user === undefined && subject === undefined) return null
  const known =
    subject === undefined
      ? await deps.subjects.find(tenantId, `user:${user}`)
      : await deps.subjects.byPseudonym(tenantId, subject)
  if (known) return known.pseudonym
  throw new PalimpsestError({
    code: 'subject_unknown',
    status: 404,
    message:
      'Nobody is known by this id: there are no calls of that person, or the person was erased. A pseudonym (filters.subject) finds entries of an erased one.',
    param: user === undefined ? 'filters.subject' : 'filters.user',
  })
}

/** Where it stays open whether the workflow came up, either it has begun by now or it never will. */
async function start(deps: ApiDeps, { id, officer }: NewReport): Promise<void> {
  try {
    await deps.reportStarter.start(id, officer.tenantId)
  } catch (cause) {
    if (!(await deps.reports.fail(id, 'temporal_unavailable', ['pending']))) return
    throw new PalimpsestError({
      code: 'temporal_unavailable',
      status: 503,
      message: 'The report could not be started: ask for it again.',
      retryAfterSeconds: 5,
      cause,
    })
  }
}

async function find(deps: ApiDeps, c: Context<ApiEnv>): Promise<StoredReport> {
  const id = c.req.param('id') ?? ''
  const found = isUuid(id) ? await deps.reports.find(c.get('caller').tenantId, id) : undefined
  if (!found) throw notFound('report')
  return found
}

function stateOf(deps: ApiDeps, found: StoredReport) {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const { id, kind, state, step, waitsFor, filters, body, completedAt, expiredAt } = found
  const pack = expiredAt === null ? found.pack : null
  const packDays = reportPackDaysOf(deps.config.tenants.get(found.officer.tenantId))
  return {
    id,
    kind,
    state,
    step,
    waits_for: waitsFor,
    from: time(found.from),
    to: time(found.to),
    filters,
    workflowId: deps.reportStarter.workflowIdOf(id),
    requested_by: found.officer.keyId,
    requested_at: time(found.requestedAt),
    completed_at: time(completedAt),
    entries: body?.entries ?? null,
    missing: body?.missing ?? null,
    entry: state === 'completed' ? found.entryId : null,
    pack: pack && `/v1/reports/${id}/pack`,
    pack_bytes: pack?.bytes ?? null,
    pack_sha256: pack && Buffer.from(pack.sha256).toString('hex'),
    pack_expires_at: completedAt === null ? null : time(completedAt + packDays * DAY_MS),
    pack_expired_at: time(expiredAt),
    pack_expired_by: expiredAt === null ? null : found.expiryEntry,
    error_code: found.errorCode,
  }
}

function readBody(body: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(body)
  if (parsed.success) return parsed.data
  const path = (parsed.error.issues[0]?.path ?? []).map(String)
  const field = path[0] === 'filters' ? path.slice(0, 2).join('.') : (path[0] ?? '')
  throw new PalimpsestError({
    code: 'invalid_report',
    status: 400,
    message: `Send {"kind", "from", "to", "filters"}: a kind of ${REPORT_KINDS.join(', ')}, two dates or times with their offset, and at most one of "user" and "subject", "tool", "model", "pii" (true or false).`,
    param: FIELDS.includes(field) ? field : null,
  })
}

const FIELDS = [
  ...['kind', 'from', 'to', 'filters'],
  ...['user', 'subject', 'tool', 'model', 'pii'].map((name) => `filters.${name}`),
]

function invalidPeriod(param: 'from' | 'to'): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_period',
    status: 400,
    message:
      'Send "from" and a later "to", each a date (2026-11-28) or a date and time with its offset (RFC 3339), ten years apart at most.',
    param,
  })
}

function notReady({ state, errorCode }: StoredReport): PalimpsestError {
  const failed = state === 'failed'
  return new PalimpsestError({
    code: failed ? 'report_failed' : 'report_not_ready',
    status: 409,
    message: failed
      ? `This report failed (${errorCode ?? 'without a code'}): ask for another one.`
      : 'This report is not ready yet: ask for its state.',
    ...(!failed && { retryAfterSeconds: 1 }),
  })
}

function expired({ expiryEntry }: StoredReport): PalimpsestError {
  return new PalimpsestError({
    code: 'report_expired',
    status: 410,
    message: `The pack is past the end of its life, as entry ${expiryEntry} says: ask for the report again (retention.report_pack_days says how long packs are kept).`,
  })
}
