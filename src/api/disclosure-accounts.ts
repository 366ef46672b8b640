import { type Context, Hono } from 'hono'
import { openText } from '../domain/requests/sealing.ts'
import { sealedKeyId } from '../domain/sealing/seal.ts'
import { PalimpsestError } from '../errors.ts'
import type { AccountedDisclosure } from '../ports/disclosure-accounts.ts'
import { KeyDestroyed } from '../ports/key-service.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { rowOf } from './disclosure-entry.ts'
import { integer } from './ledger.ts'
import { idParameter, periodParameter } from './query.ts'
import { requireReplayed } from './require-replayed.ts'
import { pseudonymSchema, userSchema } from './user-id.ts'

const MAX_PAGE = 1000

/**
 * Who was shown what of a person, when and why. A person whom nobody knows and one of whom nothing was shown give the same answer.
 * What was sent to model providers is not here: it stands in the person's entries.
 */
export function disclosureAccounts(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/v1/disclosures', requireRole(deps, 'privacy'), requireReplayed(deps), async (c) => {
    const { tenantId } = c.get('caller')
    const page = {
      after: idParameter(c, 'after'),
      from: periodParameter(c, 'from'),
      to: periodParameter(c, 'to'),
      limit: integer(c, 'limit', 100, 1, MAX_PAGE),
    }
    const pseudonym = await subjectOf(deps, c, tenantId)
    const found = pseudonym === undefined ? [] : await deps.disclosureAccounts.ofSubject(tenantId, pseudonym, page)
    c.header('cache-control', 'no-store')
    return c.json({
      disclosures: await Promise.all(found.map((one) => disclosureJson(deps, one))),
      next_after: found.at(-1)?.envelope.id ?? page.after,
    })
  })
  return app
}

async function disclosureJson(deps: ApiDeps, disclosure: AccountedDisclosure) {
  const { envelope, sealedPurpose } = disclosure
  const detail = JSON.parse(envelope.detail ?? '{}') as { openings?: string[]; export?: string }
  return {
    id: envelope.id,
    at: new Date(Number(envelope.occurred_at / 1000n)).toISOString(),
    recipient: { key: envelope.api_key_id, app: envelope.app, team: envelope.team },
    shown: detail.export !== undefined ? 'export' : detail.openings !== undefined ? 'openings' : 'text',
    ...(detail.openings !== undefined && { openings: detail.openings }),
    ...(detail.export !== undefined && { export: detail.export }),
    status: envelope.status,
    entry: envelope.related_entry,
    purpose: await purposeOf(deps, disclosure, sealedPurpose),
  }
}

/** Null where the person has been erased: what was typed about them went with their key. */
async function purposeOf(
  deps: ApiDeps,
  entry: AccountedDisclosure,
  sealedPurpose: Uint8Array | null,
): Promise<string | null> {
  if (sealedPurpose === null) return null
  try {
    return openText(rowOf(entry), await deps.keys.dataKey(sealedKeyId(sealedPurpose)), 'prompt', sealedPurpose)
  } catch (error) {
    if (error instanceof KeyDestroyed) return null
    throw error
  }
}

/** The pseudonym that is asked for; undefined: the user id is nobody's. */
async function subjectOf(deps: ApiDeps, c: Context<ApiEnv>, tenantId: string): Promise<string | undefined> {
  const subject = c.req.query('subject')
  const user = c.req.query('user')
  if (subject !== undefined && user === undefined && pseudonymSchema.safeParse(subject).success) return subject
  const parsed = userSchema.safeParse(user)
  if (subject !== undefined || !parsed.success) {
    throw new PalimpsestError({
      code: 'invalid_subject',
      status: 400,
      message: "Ask with one of user=<the app's user id> and subject=<pseudonym, sub_…>.",
      param: subject === undefined ? 'user' : 'subject',
    })
  }
  return (await deps.subjects.find(tenantId, `user:${parsed.data}`))?.pseudonym
}
