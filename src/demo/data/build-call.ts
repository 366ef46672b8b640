import { createHmac } from 'node:crypto'
import { type PriceTable, priceOf } from '../../domain/cost/price.ts'
import { sha256, toHex } from '../../domain/ledger/bytes.ts'
import { encodeSubject } from '../../domain/ledger/canonical.ts'
import { commit, encodeOpening } from '../../domain/ledger/commitment.ts'
import type { EntryDraft } from '../../domain/ledger/entry-draft.ts'
import { jcs } from '../../domain/ledger/json.ts'
import type { AnswerCoverage, Coverage, CoveragePath } from '../../domain/redaction/types.ts'
import { buildEntry } from '../../domain/requests/build-entry.ts'
import { sealContext, sealText } from '../../domain/requests/sealing.ts'
import type { InboxRequest, PreparedRequest } from '../../domain/requests/types.ts'
import { seal } from '../../domain/sealing/seal.ts'
import type { Subject } from '../../ports/subject-directory.ts'
import { DAY_MS } from './calendar.ts'
import type { PlannedCall } from './plan-calls.ts'
import { secretBytes } from './secret-bytes.ts'

/** What the entries of a tenant say of its policy. */
export interface DemoPolicy {
  policyVersion: string
  retentionClass: string
}

const ENGINE = 'palimpsest-demo-data/1'

/**
 * The entry of a planned call, with what belongs to it sealed under the person's key as the gateway does it. Of a person who will
 * be erased it has what an erasure leaves: the envelope and the commitments.
 */
export function buildCall(call: PlannedCall, subject: Subject, policy: DemoPolicy, prices: PriceTable): EntryDraft {
  const inbox = inboxOf(call, subject)
  const text = call.tool.texts[Number.parseInt(call.id.slice(-2), 16) % call.tool.texts.length]
  const asks = { model: call.modelAsked, messages: [{ role: 'user', content: text?.asks ?? '' }] }
  const coverage = canonicalCoverage(call.entities)
  const isRefused = call.refusal !== null
  const last = call.attempts.at(-1)
  const hasAnswer = last?.outcome?.usage != null
  const prompt = isRefused ? null : sealText(inbox, subject.dataKey, 'prompt', JSON.stringify(asks), secretBytes)
  const hears = JSON.stringify(completionOf(call, text?.hears ?? ''))
  const response = hasAnswer ? sealText(inbox, subject.dataKey, 'response', hears, secretBytes) : null
  const draft = buildEntry({
    inbox,
    now: call.at + 25,
    refusal: call.refusal,
    prepared: isRefused ? null : preparedOf(call, policy, coverage.digest),
    sealedPrompt: prompt?.sealed ?? null,
    promptCommitment: prompt?.commitment ?? null,
    sealedResponse: response?.sealed ?? null,
    responseCommitment: response?.commitment ?? null,
    attempts: call.attempts,
    price: priceOfCall(call, prices),
    clientGone: false,
    answer: hasAnswer ? answerOf(call) : null,
  })
  const isErased = call.user?.erasedAt != null
  const content = {
    sealedSubject: inbox.sealedSubject,
    sealedPrompt: prompt?.sealed ?? null,
    sealedResponse: response?.sealed ?? null,
    coverage: isRefused ? null : coverage.text,
  }
  return { ...draft, settlesRequest: false, content: isErased ? null : content }
}

function inboxOf(call: PlannedCall, { pseudonym, dataKey, sessionSecret }: Subject): InboxRequest {
  const { id: requestId, user, tool, tenantId } = call
  const session =
    call.session === null ? null : `session-${new Date(call.at).toISOString().slice(0, 10)}-${call.session}`
  const context = {
    tenantId,
    app: tool.app,
    team: tool.team,
    apiKeyId: `${tenantId}-${tool.app}`,
    tool: tool.name,
    feature: call.feature,
    region: call.region,
    sessionPseudonym:
      session &&
      `ses_${createHmac('sha256', sessionSecret).update(`ses\0${session}`, 'utf8').digest('hex').slice(0, 32)}`,
    consentPseudonym: null,
    modelAsked: call.modelAsked,
    stream: call.stream,
    acceptedAt: call.at,
  }
  const base = {
    requestId,
    context,
    subjectPseudonym: pseudonym,
    dataKeyId: dataKey.keyId,
    sealedBody: Buffer.alloc(0),
  }
  if (user === null) return { ...base, sealedSubject: null, subjectCommitment: null }
  const bytes = encodeSubject({ user_id: user.name, session_id: session, consent_id: null })
  const opening = { nonce: secretBytes(32), bytes }
  const sealedSubject = seal(dataKey, sealContext(base, 'content', 'subject'), secretBytes(12), encodeOpening(opening))
  return { ...base, sealedSubject, subjectCommitment: commit('subject', opening.nonce, requestId, bytes) }
}

function preparedOf(call: PlannedCall, policy: DemoPolicy, coverageDigest: string): PreparedRequest {
  const { tool, region, reason, attempts, entities } = call
  const first = attempts[0]
  const target = { provider: first?.provider as 'openai', model: first?.model ?? call.modelAsked }
  const { policyVersion, retentionClass } = policy
  return {
    route: { kind: 'route', target, fallbacks: [], reason, region, covered: tool.isHipaa, policyVersion },
    policyVersion,
    engineVersion: ENGINE,
    entityCounts: entities,
    coverageDigest,
    recordSync: false,
    interactive: !tool.isNightly,
    hipaa: tool.isHipaa,
    purpose: tool.purpose,
    lawfulBasis: tool.lawfulBasis,
    retentionClass,
    flags: [],
  }
}

interface CanonicalCoverage {
  text: string
  /** SHA-256 in hex. */
  digest: string
}

const coverages = new Map<string, CanonicalCoverage>()
const MOST_COVERAGES = 10_000

/** Most are one of few: making them canonical anew costs more than the entry. */
function canonicalCoverage(entities: Record<string, number>): CanonicalCoverage {
  const key = JSON.stringify(entities)
  const known = coverages.get(key)
  if (known !== undefined) return known
  const text = jcs(coverageOf(entities))
  const made = { text, digest: toHex(sha256(Buffer.from(text, 'utf8'))) }
  if (coverages.size < MOST_COVERAGES) coverages.set(key, made)
  return made
}

function coverageOf(entities: Record<string, number>): Coverage {
  return { engine: ENGINE, paths: [pathOf('messages[0].content', entities)], notScanned: [] }
}

function answerOf({ answerEntities }: PlannedCall): AnswerCoverage {
  return {
    policy: 'record',
    engine: ENGINE,
    paths: [pathOf('choices[0].message.content', answerEntities)],
    notScanned: [],
  }
}

function pathOf(path: string, counts: Record<string, number>): CoveragePath {
  const found = Object.entries(counts).map(([type, high]) => [type, { high, by: ['demo'] }])
  return { path, scanned: true, ...(found.length > 0 && { entities: Object.fromEntries(found) }) }
}

function completionOf({ id, at, attempts, modelAsked }: PlannedCall, content: string) {
  const outcome = attempts.at(-1)?.outcome
  const usage = outcome?.usage
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: Math.floor(at / 1000),
    model: outcome?.modelAnswered ?? modelAsked,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: outcome?.finishReason ?? null }],
    usage: {
      prompt_tokens: usage?.promptTokens ?? 0,
      completion_tokens: usage?.responseTokens ?? 0,
      total_tokens: (usage?.promptTokens ?? 0) + (usage?.responseTokens ?? 0),
    },
  }
}

function priceOfCall({ attempts, at }: PlannedCall, prices: PriceTable) {
  const last = attempts.at(-1)
  if (!last?.outcome?.usage) return null
  const model = last.outcome.modelAnswered ?? last.model
  // The list's prices change by the day at most.
  const day = Math.floor(at / DAY_MS) * DAY_MS
  return priceOf({ provider: last.provider, model, at: day, usage: last.outcome.usage, prices })
}
