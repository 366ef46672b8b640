import { type Context, Hono } from 'hono'
import { isUuid } from '../domain/ids/uuidv7.ts'
import { type EntryEvidence, encodeEvidence } from '../domain/ledger/entry-proof.ts'
import { envelopeToJson } from '../domain/ledger/envelope-json.ts'
import { formatProof } from '../domain/ledger/proof-file.ts'
import { PalimpsestError } from '../errors.ts'
import type { EntryProof, StoredEntry } from '../ports/ledger-reader.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { maySee, notFound } from './requests.ts'

const MAX_PAGE = 1000
/** Milliseconds that a proof is waited for before the answer is `pending`. */
const PROOF_WAIT_MS = 5_000
const PROOF_POLL_MS = 100

/** The tenant's log: checkpoints, entries in order, and proofs that hold without this server. */
export function ledger(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const readers = requireRole(deps, 'auditor', 'privacy', 'admin')

  app.get('/v1/ledger/checkpoint', readers, async (c) => {
    const { tenantId } = c.get('caller')
    const checkpoint = await deps.entries.latestCheckpoint(tenantId)
    if (!checkpoint) throw notFound('checkpoint yet: the log is empty')
    return c.json({
      origin: checkpoint.origin,
      tree_size: checkpoint.treeSize,
      verifier_key: checkpoint.verifierKey,
      note: checkpoint.note,
    })
  })

  app.get('/v1/ledger/entries', readers, async (c) => {
    const after = integer(c, 'after', -1, -1)
    const limit = integer(c, 'limit', 100, 1, MAX_PAGE)
    const page = await deps.entries.page(c.get('caller').tenantId, after, limit)
    return c.json({
      entries: page.map(({ leafIndex, entryId, entry, expiredBy = [] }) => ({
        leaf_index: leafIndex,
        ...(entry ? entryJson(entry) : { id: entryId, expired_by: expiredBy }),
      })),
      next_after: page.at(-1)?.leafIndex ?? after,
    })
  })

  app.get('/v1/ledger/entries/:id/proof', requireRole(deps, 'app', 'auditor', 'privacy', 'admin'), async (c) => {
    const caller = c.get('caller')
    const id = c.req.param('id')
    const entry = isUuid(id) ? await deps.entries.entry(caller.tenantId, id) : undefined
    if (!entry || !maySee(caller, entry.envelope.app)) throw notFound('entry')
    const proof = await waitForProof(deps, caller.tenantId, id)
    if (!proof) return pending(c, id)
    c.header('x-palimpsest-verifier-key', proof.checkpoint.verifierKey)
    return c.text(proofFile(entry, proof, {}))
  })

  app.get('/v1/ledger/consistency', readers, async (c) => {
    const { tenantId } = c.get('caller')
    const checkpoint = await deps.entries.latestCheckpoint(tenantId)
    const size = checkpoint?.treeSize ?? 0
    const to = integer(c, 'to', size, 0, size)
    const from = integer(c, 'from', null, 0, to)
    const hashes = await deps.entries.consistency(tenantId, from, to)
    return c.json({ from, to, proof: hashes.map((hash) => Buffer.from(hash).toString('base64')) })
  })
  return app
}

/** The answer where no signed tree has the entry yet. */
export function pending(c: Context, id: string) {
  return c.json({ state: 'pending', id }, 202, { 'retry-after': '1' })
}

/** A C2SP tlog-proof with the entry's envelope, and what of its content may be seen, as its extra data. */
export function proofFile(entry: StoredEntry, proof: EntryProof, openings: EntryEvidence['openings']): string {
  return formatProof({
    extra: encodeEvidence({
      envelope: entry.envelope,
      envelopeNonce: entry.envelopeNonce,
      commitments: entry.commitments,
      openings,
    }),
    index: proof.leafIndex,
    path: proof.path,
    checkpoint: proof.checkpoint.note,
  })
}

/** Waits for the entry's leaf, for a bounded time. */
export async function waitForProof(deps: ApiDeps, tenantId: string, id: string): Promise<EntryProof | undefined> {
  const giveUpAt = deps.now() + PROOF_WAIT_MS
  for (;;) {
    const proof = await deps.entries.proof(tenantId, id)
    if (proof || deps.now() >= giveUpAt) return proof
    await new Promise((resolve) => setTimeout(resolve, PROOF_POLL_MS))
  }
}

function entryJson(entry: StoredEntry): Record<string, unknown> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return {
    ...envelopeToJson(entry.envelope),
    envelope_nonce: hex(entry.envelopeNonce),
    envelope_commitment: hex(entry.commitments.envelope),
    subject_commitment: hex(entry.commitments.subject),
    prompt_commitment: hex(entry.commitments.prompt),
    response_commitment: hex(entry.commitments.response),
  }
}

/** A query parameter. @param fallback null: it is required. */
export function integer(
  c: Context,
  name: string,
  fallback: number | null,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const text = c.req.query(name)
  const value = text === undefined ? fallback : /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value !== null && Number.isSafeInteger(value) && value >= min && value <= max) return value
  throw new PalimpsestError({
    code: 'invalid_parameter',
    status: 400,
    message: `The query parameter ${name} must be an integer from ${min} to ${max}.`,
    param: name,
  })
}
