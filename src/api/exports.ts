import { type Context, Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { z } from 'zod'
import type { KeyIdentity } from '../config/types.ts'
import { isUuid, uuidv7 } from '../domain/ids/uuidv7.ts'
import { sealNote } from '../domain/requests/act-entry.ts'
import { PalimpsestError } from '../errors.ts'
import { KeyDestroyed } from '../ports/key-service.ts'
import type { NewExport, StoredExport } from '../ports/subject-exports.ts'
import { requireRole } from './authenticate.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { purposeSchema } from './disclosure-entry.ts'
import { openExport } from './export-data.ts'
import { limitBody } from './limit-body.ts'
import { notFound } from './requests.ts'
import { requireReplayed } from './require-replayed.ts'
import { pseudonymSchema, userSchema } from './user-id.ts'

const MAX_BODY_BYTES = 64 * 1024
/** Why an export is made where nobody says otherwise. */
const PURPOSE = 'A request of the person for what is stored of them (Art. 15 and 20 GDPR)'

const bodySchema = z
  .strictObject({
    user: userSchema.optional(),
    subject: pseudonymSchema.optional(),
    purpose: purposeSchema.default(PURPOSE),
  })
  .refine(({ user, subject }) => (user === undefined) !== (subject === undefined))

/**
 * What is stored of a person, for that person (Art. 15 and 20 GDPR): collected by a workflow, kept sealed for a day, and read as
 * JSON or as a page. It stands in the ledger as a disclosure before it can be read, and each reading is one more.
 */
export function exports(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const privacy = requireRole(deps, 'privacy')

  app.post('/v1/subjects/export', privacy, limitBody(MAX_BODY_BYTES), async (c) => {
    const draft = await draftOf(deps, c.get('caller'), readBody(await readJson(c)))
    await deps.exports.create(draft)
    await start(deps, draft)
    return c.json({ id: draft.id, state: 'pending', workflowId: deps.exportStarter.workflowIdOf(draft.id) }, 202)
  })

  app.get('/v1/subjects/exports/:id', privacy, async (c) => c.json(stateOf(deps, await find(deps, c))))

  app.get('/v1/subjects/exports/:id/data', privacy, requireReplayed(deps), async (c) => {
    const found = await find(deps, c)
    if (found.state === 'expired' || (found.expiresAt !== null && found.expiresAt <= deps.now())) throw expired()
    if (found.state !== 'completed') throw notReady(found.state)
    const supports = ['application/json', 'text/html']
    const type = accepts(c, { header: 'Accept', supports, default: 'application/json' })
    const page = type === 'text/html'
    const body = await openExport(deps, c.get('caller'), found, page ? 'page' : 'json')
    return c.body(ReadableStream.from(body) as ReadableStream<Uint8Array<ArrayBuffer>>, 200, {
      'content-type': page ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="export-${found.id}.${page ? 'html' : 'json'}"`,
      'cache-control': 'no-store',
      vary: 'Accept',
      'x-content-type-options': 'nosniff',
      ...(page && { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" }),
    })
  })
  return app
}

/** Who it is about, and why it is made, sealed under that person's key. Somebody whom nobody knows is not made up. */
async function draftOf(deps: ApiDeps, officer: KeyIdentity, body: z.infer<typeof bodySchema>): Promise<NewExport> {
  const requestedAt = deps.now()
  const [id, disclosureId] = [0, 1].map(() => uuidv7(requestedAt, deps.randomBytes(10))) as [string, string]
  const { tenantId } = officer
  const known =
    body.subject === undefined
      ? await deps.subjects.find(tenantId, `user:${body.user}`)
      : await deps.subjects.byPseudonym(tenantId, body.subject)
  if (!known && body.subject !== undefined) throw notFound('subject')
  const draft = { id, officer, requestedAt, disclosureId }
  if (!known) return { ...draft, subject: null }
  try {
    const dataKey = await deps.keys.dataKey(known.dataKeyId)
    const act = { id: disclosureId, officer, subjectPseudonym: known.pseudonym }
    return { ...draft, subject: { ...known, purpose: sealNote(act, dataKey, body.purpose, deps.randomBytes) } }
  } catch (error) {
    if (!(error instanceof KeyDestroyed)) throw error
    return { ...draft, subject: { ...known, purpose: null } }
  }
}

/** Where it stays open whether the workflow came up, either it has begun by now or it never will. */
async function start(deps: ApiDeps, { id, officer }: NewExport): Promise<void> {
  try {
    await deps.exportStarter.start(id, officer.tenantId)
  } catch (cause) {
    if (!(await deps.exports.fail(id, 'temporal_unavailable', ['pending']))) return
    throw new PalimpsestError({
      code: 'temporal_unavailable',
      status: 503,
      message: 'The export could not be started: ask for it again.',
      retryAfterSeconds: 5,
      cause,
    })
  }
}

async function find(deps: ApiDeps, c: Context<ApiEnv>): Promise<StoredExport> {
  const id = c.req.param('id') ?? ''
  const found = isUuid(id) ? await deps.exports.find(c.get('caller').tenantId, id) : undefined
  if (!found) throw notFound('export')
  return found
}

function stateOf(deps: ApiDeps, found: StoredExport) {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const isOver = found.expiresAt !== null && found.expiresAt <= deps.now()
  return {
    id: found.id,
    state: isOver ? 'expired' : found.state,
    workflowId: deps.exportStarter.workflowIdOf(found.id),
    requested_by: found.officer.keyId,
    requested_at: time(found.requestedAt),
    completed_at: time(found.completedAt),
    expires_at: time(found.expiresAt),
    entries: found.entries,
    error_code: found.errorCode,
  }
}

function readBody(body: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(body)
  if (parsed.success) return parsed.data
  const field = String(parsed.error.issues[0]?.path[0] ?? '')
  throw new PalimpsestError({
    code: 'invalid_export',
    status: 400,
    message:
      'Send {"user": "…"} or {"subject": "sub_…"}, and "purpose" where it is another than the person\'s own request.',
    param: ['user', 'subject', 'purpose'].includes(field) ? field : null,
  })
}

function notReady(state: string): PalimpsestError {
  const failed = state === 'failed'
  return new PalimpsestError({
    code: failed ? 'export_failed' : 'export_not_ready',
    status: 409,
    message: failed ? 'This export failed: ask for another one.' : 'This export is not ready yet: ask for its state.',
    ...(!failed && { retryAfterSeconds: 1 }),
  })
}

function expired(): PalimpsestError {
  return new PalimpsestError({
    code: 'export_expired',
    status: 410,
    message: 'This export has been dropped, as every export is after a day: ask for another one.',
  })
}
