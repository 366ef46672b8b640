import { Hono } from 'hono'
import { z } from 'zod'
import { isUuid } from '../domain/ids/uuidv7.ts'
import { openText, openValues } from '../domain/requests/sealing.ts'
import { sealedKeyId } from '../domain/sealing/seal.ts'
import { PalimpsestError } from '../errors.ts'
import { KeyDestroyed } from '../ports/key-service.ts'
import { requireRole } from './authenticate.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { disclosureEntry, invalidPurpose, MAX_PURPOSE_BYTES, purposeSchema, rowOf } from './disclosure-entry.ts'
import { findCut } from './find-cut.ts'
import { limitBody } from './limit-body.ts'
import { notFound } from './requests.ts'
import { requireReplayed } from './require-replayed.ts'

const bodySchema = z.strictObject({ purpose: purposeSchema })

/**
 * Stored text, for a stated purpose; `cut` says in which of it `[ERASED]` stands for a mention of somebody who was erased since. The disclosure is durable in the ledger before the text is shown; its purpose is
 * sealed under the data subject's key, as the text is.
 */
export function disclosures(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.post(
    '/v1/requests/:id/disclosures',
    requireRole(deps, 'privacy'),
    requireReplayed(deps),
    limitBody(MAX_PURPOSE_BYTES),
    async (c) => {
      const caller = c.get('caller')
      const id = c.req.param('id')
      const purpose = readPurpose(await readJson(c))
      const entry = isUuid(id) ? await deps.entries.entry(caller.tenantId, id) : undefined
      if (!entry || !DISCLOSED.includes(entry.envelope.kind)) throw notFound('request')
      const content = await deps.entries.content(caller.tenantId, id)
      const sealed = content?.sealedPrompt ?? content?.sealedResponse
      if (!content || !sealed) throw noText()
      const dataKey = await deps.keys.dataKey(sealedKeyId(sealed)).catch((error: unknown) => {
        throw error instanceof KeyDestroyed ? noText() : error
      })
      const values = await deps.entries.values(caller.tenantId, id)
      const cuts = await deps.entries.cuts(caller.tenantId, id)
      const draft = disclosureEntry(deps, caller, entry, dataKey, purpose)
      await deps.ledger.append(draft)
      const row = rowOf(entry)
      return c.json({
        disclosure_id: draft.envelope.id,
        request_id: id,
        prompt: content.sealedPrompt && JSON.parse(openText(row, dataKey, 'prompt', content.sealedPrompt)),
        response: content.sealedResponse && JSON.parse(openText(row, dataKey, 'response', content.sealedResponse)),
        values: openValues(row, dataKey, values),
        ...(entry.archive !== undefined && { archived: true, note: VALUES_GONE }),
        cut: [findCut(cuts, 'prompt', content.sealedPrompt), findCut(cuts, 'response', content.sealedResponse)].flatMap(
          (cut) => (cut ? [{ group: cut.group, receipt: cut.receipt }] : []),
        ),
      })
    },
  )
  return app
}

/** Kinds of entries that have text of a person, beside disclosures themselves; of a policy, the values that it lists. */
const DISCLOSED = ['interaction', 'refusal', 'query', 'policy']

const VALUES_GONE =
  'This text comes from the archive. Detected values are kept in the hot window only: placeholders stand in their places.'

function readPurpose(body: unknown): string {
  const parsed = bodySchema.safeParse(body)
  if (parsed.success) return parsed.data.purpose
  throw invalidPurpose()
}

function noText(): PalimpsestError {
  return new PalimpsestError({
    code: 'no_text',
    status: 410,
    message: 'There is no stored text to this request: nothing was sent, or it has been erased.',
  })
}
