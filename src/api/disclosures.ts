import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import type { KeyIdentity } from '../config/types.ts'
import { isUuid, uuidv7 } from '../domain/ids/uuidv7.ts'
import { EMPTY_ENVELOPE } from '../domain/ledger/empty-envelope.ts'
import { openText, openValues, sealText } from '../domain/requests/sealing.ts'
import { type DataKey, sealedKeyId } from '../domain/sealing/seal.ts'
import { PalimpsestError } from '../errors.ts'
import type { StoredEntry } from '../ports/ledger-reader.ts'
import type { EntryDraft } from '../ports/ledger-writer.ts'
import { requireRole } from './authenticate.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { limitBody } from './limit-body.ts'
import { notFound } from './requests.ts'

const MAX_PURPOSE_BYTES = 64 * 1024

const bodySchema = z.strictObject({ purpose: z.string().trim().min(3).max(2000) })

/**
 * Stored text, for a stated purpose. The disclosure is durable in the ledger before the text is shown; its purpose is
 * sealed under the data subject's key, as the text is.
 */
export function disclosures(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.post(
    '/v1/requests/:id/disclosures',
    requireRole(deps.config, 'privacy'),
    limitBody(MAX_PURPOSE_BYTES),
    async (c) => {
      const caller = c.get('caller')
      const id = c.req.param('id')
      const purpose = readPurpose(await readJson(c))
      const entry = isUuid(id) ? await deps.entries.entry(caller.tenantId, id) : undefined
      if (!entry || (entry.envelope.kind !== 'interaction' && entry.envelope.kind !== 'refusal'))
        throw notFound('request')
      const content = await deps.entries.content(caller.tenantId, id)
      const sealed = content?.sealedPrompt ?? content?.sealedResponse
      if (!content || !sealed) throw noText()
      const dataKey = await deps.keys.dataKey(sealedKeyId(sealed))
      const values = await deps.entries.values(caller.tenantId, id)
      const draft = disclosureEntry(deps, caller, entry, dataKey, purpose)
      await deps.ledger.append(draft)
      const row = rowOf(entry)
      return c.json({
        disclosure_id: draft.envelope.id,
        request_id: id,
        prompt: content.sealedPrompt && JSON.parse(openText(row, dataKey, 'prompt', content.sealedPrompt)),
        response: content.sealedResponse && JSON.parse(openText(row, dataKey, 'response', content.sealedResponse)),
        values: openValues(row, dataKey, values),
      })
    },
  )
  return app
}

function rowOf({ envelope }: StoredEntry) {
  return {
    requestId: envelope.id,
    subjectPseudonym: envelope.subject_pseudonym ?? '',
    context: { tenantId: envelope.tenant_id },
  }
}

function disclosureEntry(
  deps: ApiDeps,
  caller: KeyIdentity,
  { envelope }: StoredEntry,
  dataKey: DataKey,
  purpose: string,
): EntryDraft {
  const id = uuidv7(deps.now(), deps.randomBytes(10))
  const row = { ...rowOf({ envelope } as StoredEntry), requestId: id }
  const { sealed, commitment } = sealText(row, dataKey, 'prompt', purpose, deps.randomBytes)
  return {
    settlesRequest: false,
    subjectCommitment: null,
    promptCommitment: commitment,
    responseCommitment: null,
    content: { sealedSubject: null, sealedPrompt: sealed, sealedResponse: null, coverage: null },
    envelope: {
      ...EMPTY_ENVELOPE,
      id,
      kind: 'disclosure',
      occurred_at: BigInt(deps.now()) * 1000n,
      tenant_id: caller.tenantId,
      app: caller.app,
      team: caller.team,
      api_key_id: caller.keyId,
      subject_pseudonym: envelope.subject_pseudonym,
      related_entry: envelope.id,
      status: 'disclosed',
      retention_class: envelope.retention_class,
      prompt_blob_digest: createHash('sha256').update(sealed).digest(),
    },
  }
}

function readPurpose(body: unknown): string {
  const parsed = bodySchema.safeParse(body)
  if (parsed.success) return parsed.data.purpose
  throw new PalimpsestError({
    code: 'invalid_purpose',
    status: 400,
    message: 'Send {"purpose": "…"}: why the text is read, in 3 to 2000 characters.',
    param: 'purpose',
  })
}

function noText(): PalimpsestError {
  return new PalimpsestError({
    code: 'no_text',
    status: 410,
    message: 'There is no stored text to this request: nothing was sent, or it has been erased.',
  })
}
