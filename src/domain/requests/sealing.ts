import { createHmac } from 'node:crypto'
import type { ChatCompletion, ChatRequest } from '../chat/types.ts'
import { encodeContent } from '../ledger/canonical.ts'
import { commit, decodeOpening, encodeOpening } from '../ledger/commitment.ts'
import type { PlaceholderEntry } from '../redaction/types.ts'
import { normaliseValue } from '../sealing/normalise-value.ts'
import { type DataKey, type SealContext, seal, unseal } from '../sealing/seal.ts'
import { secretKeyOf } from '../sealing/secret-key.ts'
import type { InboxRequest, PreparedInFlight, PreparedRequest, SealedPrompt, SealedResponse } from './types.ts'

type Random = (length: number) => Uint8Array

export function sealContext(
  inbox: { requestId: string; subjectPseudonym: string; context: { tenantId: string } },
  table: string,
  field: string,
  rowId = inbox.requestId,
): SealContext {
  return { tenantId: inbox.context.tenantId, subjectPseudonym: inbox.subjectPseudonym, table, rowId, field }
}

/** Seals text for the entry's content, with the nonce of its commitment inside. */
export function sealText(
  inbox: Parameters<typeof sealContext>[0],
  dataKey: DataKey,
  group: 'prompt' | 'response',
  text: string,
  random: Random,
): { sealed: Buffer; commitment: Buffer } {
  const opening = { nonce: random(32), bytes: encodeContent(Buffer.from(text, 'utf8')) }
  return {
    sealed: seal(dataKey, sealContext(inbox, 'content', group), random(12), encodeOpening(opening)),
    commitment: commit(group, opening.nonce, inbox.requestId, opening.bytes),
  }
}

/** Text that `sealText` sealed. */
export function openText(
  inbox: { requestId: string; subjectPseudonym: string; context: { tenantId: string } },
  dataKey: DataKey,
  group: 'prompt' | 'response',
  sealed: Uint8Array,
): string {
  const { bytes } = decodeOpening(unseal(dataKey, sealContext(inbox, 'content', group), sealed))
  // Behind the presence byte.
  return bytes.subarray(1).toString('utf8')
}

export function sealPrompt(
  inbox: InboxRequest,
  dataKey: DataKey,
  valueIndexSecret: Uint8Array,
  prompt: { text: string; coverage: string; placeholders: readonly PlaceholderEntry[] },
  random: Random,
): SealedPrompt {
  const { sealed, commitment } = sealText(inbox, dataKey, 'prompt', prompt.text, random)
  return {
    sealedPrompt: sealed,
    promptCommitment: commitment,
    coverage: prompt.coverage,
    values: prompt.placeholders.map(({ placeholder, entityType, value }) => ({
      placeholder,
      entityType,
      blindIndex: createHmac('sha256', secretKeyOf(valueIndexSecret))
        .update(`${entityType}\0${normaliseValue(entityType, value)}`, 'utf8')
        .digest(),
      sealedValue: seal(dataKey, valueContext(inbox, placeholder), random(12), Buffer.from(value, 'utf8')),
    })),
  }
}

export function sealResponse(
  inbox: InboxRequest,
  dataKey: DataKey,
  completion: ChatCompletion,
  random: Random,
): SealedResponse {
  const { sealed, commitment } = sealText(inbox, dataKey, 'response', JSON.stringify(completion), random)
  return { sealedResponse: sealed, responseCommitment: commitment }
}

export function openValues(
  inbox: { requestId: string; subjectPseudonym: string; context: { tenantId: string } },
  dataKey: DataKey,
  values: readonly { placeholder: string; entityType: string; sealedValue: Uint8Array }[],
): PlaceholderEntry[] {
  return values.map(({ placeholder, entityType, sealedValue }) => ({
    placeholder,
    entityType,
    value: unseal(dataKey, valueContext(inbox, placeholder), sealedValue).toString('utf8'),
  }))
}

/** What an earlier `prepare` made, opened again: redaction is never done twice. */
export function restorePrepared(
  inbox: InboxRequest,
  dataKey: DataKey,
  stored: SealedPrompt & { prepared: PreparedRequest },
): PreparedInFlight {
  const promptText = openText(inbox, dataKey, 'prompt', stored.sealedPrompt)
  return {
    prepared: stored.prepared,
    redacted: JSON.parse(promptText) as ChatRequest,
    promptText,
    placeholders: openValues(inbox, dataKey, stored.values),
    sealed: stored,
  }
}

function valueContext(inbox: Parameters<typeof sealContext>[0], placeholder: string): SealContext {
  return sealContext(inbox, 'pii_value', 'value', `${inbox.requestId}/${placeholder}`)
}
