import { Hono } from 'hono'
import { z } from 'zod'
import { name } from '../config/schema-names.ts'
import type { KeyIdentity } from '../config/types.ts'
import { type Consent, consentGivenEntry, consentWithdrawnEntry } from '../domain/consent/consent.ts'
import { isUuid, uuidv7 } from '../domain/ids/uuidv7.ts'
import { sealNote } from '../domain/requests/act-entry.ts'
import { keyedPseudonym } from '../domain/requests/keyed-pseudonym.ts'
import { PalimpsestError } from '../errors.ts'
import { requireRole } from './authenticate.ts'
import { refusePersonalDataIn } from './chat-completions/check-names.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { limitBody } from './limit-body.ts'
import { maySee, notFound } from './requests.ts'
import { userSchema } from './user-id.ts'

const MAX_BODY_BYTES = 64 * 1024

const bodySchema = z.strictObject({
  user: userSchema,
  tools: z.array(name).min(1).max(100).optional(),
  purpose: name.optional(),
  expires_at: z.iso.datetime({ offset: true }).optional(),
  evidence: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .refine((value) => value.isWellFormed())
    .optional(),
})
type ConsentBody = z.infer<typeof bodySchema>

/**
 * Consents of people, for tools that rest on consent. Putting one on record and withdrawing it are entries of the ledger, and the
 * effect comes with the entry, in one transaction. Who consented stands there as a pseudonym; the evidence is sealed.
 */
export function consents(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const keepers = requireRole(deps, 'app', 'privacy')

  app.post('/v1/consents', keepers, limitBody(MAX_BODY_BYTES), async (c) => {
    const officer = c.get('caller')
    const body = readBody(await readJson(c), deps.now())
    await refusePersonalDataIn(deps.engine, [
      ['purpose', body.purpose ?? null],
      ...(body.tools ?? []).map((tool) => ['tools', tool] as const),
    ])
    const id = await put(deps, officer, body)
    const consent = await deps.consents.find(officer.tenantId, id)
    if (!consent) throw new Error('a consent that was put on record is not there')
    return c.json(consentJson(consent, deps.now()), 201)
  })

  app.get('/v1/consents/:id', requireRole(deps, 'app', 'privacy', 'auditor', 'admin'), async (c) => {
    return c.json(consentJson(await visible(deps, c.get('caller'), c.req.param('id')), deps.now()))
  })

  app.delete('/v1/consents/:id', keepers, async (c) => {
    const officer = c.get('caller')
    const consent = await visible(deps, officer, c.req.param('id'))
    if (consent.withdrawn === null) {
      const at = deps.now()
      const { subjectPseudonym } = consent
      const act = { id: uuidv7(at, deps.randomBytes(10)), at, officer, subjectPseudonym }
      await deps.ledger.append(consentWithdrawnEntry(act, consent.id)).catch(async (error: unknown) => {
        // Somebody was faster: it is withdrawn all the same.
        if (!(await visible(deps, officer, consent.id)).withdrawn) throw error
      })
    }
    return c.json(consentJson(await visible(deps, officer, consent.id), deps.now()))
  })
  return app
}

/** @throws PalimpsestError `subject_erased`, 409, where the person is being erased at this moment */
async function put(deps: ApiDeps, officer: KeyIdentity, body: ConsentBody): Promise<string> {
  const at = deps.now()
  const id = uuidv7(at, deps.randomBytes(10))
  const { pseudonym, dataKey, sessionSecret } = await deps.subjects.resolveAnew(officer.tenantId, `user:${body.user}`)
  const act = { id, at, officer, subjectPseudonym: pseudonym }
  const given = {
    tools: body.tools ?? null,
    purpose: body.purpose ?? null,
    consentPseudonym: keyedPseudonym(sessionSecret, 'con', id),
    expiresAt: body.expires_at === undefined ? null : Date.parse(body.expires_at),
  }
  const note = body.evidence === undefined ? null : sealNote(act, dataKey, body.evidence, deps.randomBytes)
  await deps.ledger.append(consentGivenEntry(act, given, note)).catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code !== ERASED_MEANWHILE) throw error
    throw new PalimpsestError({
      code: 'subject_erased',
      status: 409,
      message: 'The person is being erased at this moment, so nothing was put on record: send it again.',
    })
  })
  return id
}

/** PostgreSQL's `object_not_in_prerequisite_state`, by which the trigger refuses. */
const ERASED_MEANWHILE = '55000'

/** An app sees the consents that its own keys put on record. */
async function visible(deps: ApiDeps, caller: KeyIdentity, id: string): Promise<Consent> {
  const found = isUuid(id) ? await deps.consents.find(caller.tenantId, id) : undefined
  if (!found || !maySee(caller, found.app)) throw notFound('consent')
  return found
}

function readBody(body: unknown, now: number): ConsentBody {
  const parsed = bodySchema.safeParse(body)
  if (!parsed.success) throw invalidConsent(String(parsed.error.issues[0]?.path[0] ?? ''))
  const { tools, purpose, expires_at: end } = parsed.data
  if ((tools === undefined) === (purpose === undefined)) throw invalidConsent('tools')
  if (end !== undefined && Date.parse(end) <= now) throw invalidConsent('expires_at')
  return parsed.data
}

const FIELDS = ['user', 'tools', 'purpose', 'expires_at', 'evidence']

function invalidConsent(field: string): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_consent',
    status: 400,
    message:
      'Send {"user": "…"} with one of "tools": ["…"] and "purpose": "…" and, as needed, "expires_at", a time to come (RFC 3339), ' +
      'and "evidence", at most 10000 characters.',
    param: FIELDS.includes(field) ? field : null,
  })
}

function consentJson(consent: Consent, now: number) {
  const time = (at: number) => new Date(at).toISOString()
  const { expiresAt, withdrawn } = consent
  const isOver = expiresAt !== null && expiresAt <= now
  return {
    id: consent.id,
    state: withdrawn !== null ? 'withdrawn' : isOver ? 'expired' : 'in_force',
    subject: consent.subjectPseudonym,
    tools: consent.tools,
    purpose: consent.purpose,
    given_by: consent.givenBy,
    given_at: time(consent.givenAt),
    expires_at: expiresAt === null ? null : time(expiresAt),
    withdrawn_by: withdrawn?.by ?? null,
    withdrawn_at: withdrawn && time(withdrawn.at),
  }
}
