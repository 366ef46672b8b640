import { Hono } from 'hono'
import { z } from 'zod'
import { isUuid } from '../domain/ids/uuidv7.ts'
import { decodeOpening, type Opening, verifyCommitment } from '../domain/ledger/commitment.ts'
import { type EntryEvidence, SEALED_GROUPS, type SealedGroup } from '../domain/ledger/entry-proof.ts'
import { jcs } from '../domain/ledger/json.ts'
import { sealContext } from '../domain/requests/sealing.ts'
import { type DataKey, sealedKeyId, UnsealError, unseal } from '../domain/sealing/seal.ts'
import { PalimpsestError } from '../errors.ts'
import { KeyDestroyed } from '../ports/key-service.ts'
import type { StoredContent, StoredEntry, TextCut } from '../ports/ledger-reader.ts'
import { requireRole } from './authenticate.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { disclosureEntry, invalidPurpose, MAX_PURPOSE_BYTES, purposeSchema, rowOf } from './disclosure-entry.ts'
import { findCut } from './find-cut.ts'
import { pending, proofFile, waitForProof } from './ledger.ts'
import { limitBody } from './limit-body.ts'
import { notFound } from './requests.ts'
import { requireReplayed } from './require-replayed.ts'

const bodySchema = z.strictObject({
  purpose: purposeSchema,
  open: z
    .array(z.enum(SEALED_GROUPS))
    .min(1)
    .refine((groups) => new Set(groups).size === groups.length),
})

/**
 * `absent`: the entry never had it. `erased`: its key or its sealed text is gone; the commitment stays. `cut`: a mention of
 * somebody else was cut out of it, so that what is left is not what was committed to, and opens nothing; a receipt says so.
 */
type State = 'opened' | 'absent' | 'erased' | 'cut'

interface Openable {
  group: SealedGroup
  sealed: Uint8Array
  dataKey: DataKey
}

/**
 * The proof of an entry with openings of its sealed groups, for a stated purpose: whoever has it checks, offline, that this
 * text is what was committed to. It shows stored text, so it is a disclosure, durable in the ledger before anything is
 * opened. Where nothing can be opened there is nothing to disclose, and the proof comes without.
 */
export function ledgerOpenings(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.post(
    '/v1/ledger/entries/:id/proof',
    requireRole(deps, 'privacy'),
    requireReplayed(deps),
    limitBody(MAX_PURPOSE_BYTES),
    async (c) => {
      const caller = c.get('caller')
      const id = c.req.param('id')
      const { purpose, open } = readBody(await readJson(c))
      const entry = isUuid(id) ? await deps.entries.entry(caller.tenantId, id) : undefined
      if (!entry) throw notFound('entry')
      const proof = await waitForProof(deps, caller.tenantId, id)
      if (!proof) return pending(c, id)
      const content = await deps.entries.content(caller.tenantId, id)
      const cuts = await deps.entries.cuts(caller.tenantId, id)
      const found = await Promise.all(open.map((group) => find(deps, entry, content, cuts, group)))
      const openable = found.filter((one) => typeof one !== 'string')
      const [first] = openable
      if (first !== undefined) {
        const detail = jcs({ openings: openable.map(({ group }) => group).sort() })
        const draft = disclosureEntry(deps, caller, entry, first.dataKey, purpose, detail)
        await deps.ledger.append(draft)
        c.header('x-palimpsest-disclosure-id', draft.envelope.id)
      }
      const openings: EntryEvidence['openings'] = Object.fromEntries(
        openable.map((one) => [one.group, openingOf(entry, one)]),
      )
      const states = found.map((one, index): [string | undefined, State] => [
        open[index],
        typeof one === 'string' ? one : 'opened',
      ])
      c.header('x-palimpsest-openings', states.map(([group, state]) => `${group}=${state}`).join(', '))
      c.header('x-palimpsest-verifier-key', proof.checkpoint.verifierKey)
      c.header('cache-control', 'no-store')
      return c.text(proofFile(entry, proof, openings))
    },
  )
  return app
}

const BLOBS = { subject: 'sealedSubject', prompt: 'sealedPrompt', response: 'sealedResponse' } as const

async function find(
  deps: Pick<ApiDeps, 'keys'>,
  { envelope }: StoredEntry,
  content: StoredContent | undefined,
  cuts: readonly TextCut[],
  group: SealedGroup,
): Promise<Openable | Exclude<State, 'opened'>> {
  if (envelope[`${group}_blob_digest`] === null) return 'absent'
  const sealed = content?.[BLOBS[group]] ?? null
  if (sealed === null) return 'erased'
  if (group !== 'subject' && findCut(cuts, group, sealed)) return 'cut'
  try {
    return { group, sealed, dataKey: await deps.keys.dataKey(sealedKeyId(sealed)) }
  } catch (error) {
    if (error instanceof KeyDestroyed) return 'erased'
    throw error instanceof UnsealError ? damaged() : error
  }
}

/** @throws PalimpsestError `content_damaged`, 500, where it is not what the entry committed to. */
function openingOf(entry: StoredEntry, { group, sealed, dataKey }: Openable): Opening {
  try {
    const opening = decodeOpening(unseal(dataKey, sealContext(rowOf(entry), 'content', group), sealed))
    const { id } = entry.envelope
    if (verifyCommitment(entry.commitments[group], group, opening.nonce, id, opening.bytes)) return opening
  } catch (error) {
    const isDamage =
      error instanceof UnsealError || (error instanceof PalimpsestError && error.code === 'ledger_malformed')
    if (!isDamage) throw error
  }
  throw damaged()
}

function readBody(body: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(body)
  if (parsed.success) return parsed.data
  if (parsed.error.issues.every(({ path }) => path[0] !== 'open')) throw invalidPurpose()
  throw new PalimpsestError({
    code: 'invalid_openings',
    status: 400,
    message: 'Send {"purpose": "…", "open": ["prompt"]}: which of subject, prompt and response to open, each once.',
    param: 'open',
  })
}

function damaged(): PalimpsestError {
  return new PalimpsestError({
    code: 'content_damaged',
    status: 500,
    message: 'What is stored is not what the entry committed to: have the ledger verified.',
  })
}
