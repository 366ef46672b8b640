import { decodeSubject, type SubjectIdentity } from '../ledger/canonical.ts'
import { decodeOpening } from '../ledger/commitment.ts'
import type { StoredContent } from '../ledger/entry-draft.ts'
import type { Envelope } from '../ledger/envelope.ts'
import { createRestorer } from '../redaction/restore.ts'
import { openText, openValues, sealContext } from '../requests/sealing.ts'
import { type DataKey, UnsealError, unseal } from '../sealing/seal.ts'

/** Kinds of entries that an export shows: what was asked and answered, and to whom it was shown. */
export const EXPORTED_KINDS = ['interaction', 'refusal', 'query', 'disclosure'] as const

/** Facts of an entry that say something about the person, as the envelope has them. */
export interface ExportedFacts {
  id: string
  kind: string
  /** ISO 8601, UTC. */
  at: string
  status: string
  app: string | null
  team: string | null
  tool: string | null
  feature: string | null
  region: string | null
  purpose: string | null
  lawful_basis: string | null
  /** Every model that may have seen the request, with the detected values replaced; each once. */
  sent_to: { provider: string; model: string }[]
  prompt_tokens: number | null
  response_tokens: number | null
  cost_usd: string | null
  personal_data_found: Record<string, number> | null
  personal_data_replaced: boolean
  retention_class: string
}

/** One entry of a person, opened. */
export interface ExportedEntry extends ExportedFacts {
  /** As the app named them; null: it did not, or it is gone. */
  user: string | null
  session: string | null
  consent: string | null
  /** The request and the answer as the person's app sent and got them, the detected values in their places. */
  prompt: unknown
  response: unknown
  /** Values that the engine found and that the model did not see. */
  detected: { placeholder: string; type: string; value: string }[]
  /** Of a disclosure: which entry was shown, by which key, and why. */
  disclosed?: { entry: string | null; by: string | null; purpose: string | null }
  /** `damaged`: what is stored does not open; `gone`: it has been deleted. */
  unreadable?: 'damaged' | 'gone'
}

export interface SealedEntry {
  envelope: Envelope
  content: StoredContent | null
  values: readonly { placeholder: string; entityType: string; sealedValue: Uint8Array }[]
}

/** Opens an entry for the person it is about. What does not open is said, and does not keep the rest back. */
export function exportEntry(entry: SealedEntry, dataKey: DataKey): ExportedEntry {
  const facts = factsOf(entry.envelope)
  try {
    return { ...facts, ...openedOf(entry, dataKey), ...(isGone(entry) && { unreadable: 'gone' as const }) }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { ...facts, ...NOTHING, unreadable: 'damaged' }
  }
}

const NOTHING = { user: null, session: null, consent: null, prompt: null, response: null, detected: [] }

function factsOf(envelope: Envelope): ExportedFacts {
  return {
    id: envelope.id,
    kind: envelope.kind,
    at: new Date(Number(envelope.occurred_at / 1000n)).toISOString(),
    status: envelope.status,
    app: envelope.app,
    team: envelope.team,
    tool: envelope.tool,
    feature: envelope.feature,
    region: envelope.region,
    purpose: envelope.purpose,
    lawful_basis: envelope.lawful_basis,
    sent_to: sentTo(envelope.attempts),
    prompt_tokens: envelope.prompt_tokens,
    response_tokens: envelope.response_tokens,
    cost_usd: envelope.cost_usd,
    personal_data_found: envelope.entity_counts === null ? null : JSON.parse(envelope.entity_counts),
    personal_data_replaced: envelope.pii_redacted,
    retention_class: envelope.retention_class,
  }
}

function sentTo(attempts: string | null): ExportedFacts['sent_to'] {
  const tried = JSON.parse(attempts ?? '[]') as ExportedFacts['sent_to']
  const names = new Set(tried.map(({ provider, model }) => JSON.stringify([provider, model])))
  return [...names].map((name) => {
    const [provider, model] = JSON.parse(name) as [string, string]
    return { provider, model }
  })
}

function openedOf(
  { envelope, content, values }: SealedEntry,
  dataKey: DataKey,
): Omit<ExportedEntry, keyof ExportedFacts> {
  const row = {
    requestId: envelope.id,
    subjectPseudonym: envelope.subject_pseudonym ?? '',
    context: { tenantId: envelope.tenant_id },
  }
  const text = (group: 'prompt' | 'response', sealed: Uint8Array | null | undefined) =>
    sealed ? openText(row, dataKey, group, sealed) : null
  const prompt = text('prompt', content?.sealedPrompt)
  if (envelope.kind === 'disclosure') {
    const disclosed = { entry: envelope.related_entry, by: envelope.api_key_id, purpose: prompt }
    return { ...NOTHING, disclosed }
  }
  const detected = openValues(row, dataKey, values)
  const { restoreJson } = createRestorer(detected)
  const restored = (json: string | null) => (json === null ? null : parsed(restoreJson(json)))
  const named: SubjectIdentity | null = content?.sealedSubject
    ? decodeSubject(decodeOpening(unseal(dataKey, sealContext(row, 'content', 'subject'), content.sealedSubject)).bytes)
    : null
  return {
    user: named?.user_id ?? null,
    session: named?.session_id ?? null,
    consent: named?.consent_id ?? null,
    prompt: restored(prompt),
    response: restored(text('response', content?.sealedResponse)),
    detected: detected.map(({ placeholder, entityType, value }) => ({ placeholder, type: entityType, value })),
  }
}

/** The JSON it was; text that is none stays text. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    if (error instanceof SyntaxError) return json
    throw error
  }
}

/** The envelope says that there was something, and it is not there. */
function isGone({ envelope, content }: SealedEntry): boolean {
  const wanted = [
    [envelope.subject_blob_digest, content?.sealedSubject],
    [envelope.prompt_blob_digest, content?.sealedPrompt],
    [envelope.response_blob_digest, content?.sealedResponse],
  ] as const
  return wanted.some(([digest, sealed]) => digest !== null && !sealed)
}

function isDamage(error: unknown): boolean {
  return error instanceof UnsealError || (error as { code?: unknown } | null)?.code === 'ledger_malformed'
}
