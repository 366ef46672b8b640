import type { RequestPrice } from '../cost/request-price.ts'
import { sha256 } from '../ledger/bytes.ts'
import type { EntryDraft } from '../ledger/entry-draft.ts'
import { jcs } from '../ledger/json.ts'
import type { AnswerCoverage } from '../redaction/types.ts'
import type { AttemptSummary, InboxRequest, PreparedRequest, TokenUsage } from './types.ts'

export interface EntryInput {
  inbox: InboxRequest
  /** Milliseconds since the Unix epoch at which the entry is written. */
  now: number
  refusal: { code: string; statusCode: number; param: string | null } | null
  /** What the policy says of the request where it was refused before it was prepared; absent: nothing. */
  policy?: StatedPolicy | undefined
  prepared: PreparedRequest | null
  sealedPrompt: Uint8Array | null
  promptCommitment: Uint8Array | null
  sealedResponse: Uint8Array | null
  responseCommitment: Uint8Array | null
  attempts: readonly AttemptSummary[]
  price: RequestPrice | null
  clientGone: boolean
  /** What was found in the answer; null: there is none. */
  answer: AnswerCoverage | null
}

export interface StatedPolicy {
  purpose: string | null
  lawfulBasis: string | null
  policyVersion: string
}

/** What the entry says of the request's end. */
export interface EntryEnd {
  status: 'answered' | 'refused' | 'failed' | 'interrupted'
  statusCode: number
  errorCode: string | null
}

/** How the request ended: by its refusal, or by its newest attempt. */
export function endOf(input: Pick<EntryInput, 'refusal' | 'attempts'>): EntryEnd {
  if (input.refusal) {
    return { status: 'refused', statusCode: input.refusal.statusCode, errorCode: input.refusal.code }
  }
  const outcome = input.attempts.at(-1)?.outcome
  if (!outcome) return { status: 'failed', statusCode: 502, errorCode: 'provider_unreachable' }
  return { status: outcome.status, statusCode: outcome.statusCode, errorCode: outcome.errorCode }
}

/** The ledger entry of a request: facts only. Every attempt that may have reached a provider is in it. */
export function buildEntry(input: EntryInput): EntryDraft {
  const { inbox, prepared, attempts } = input
  const stated = prepared ?? input.policy
  const { context } = inbox
  const end = endOf(input)
  const last = attempts.at(-1)
  const usage = last?.outcome?.usage ?? null
  const counts = prepared?.entityCounts ?? null
  const found = counts !== null && Object.keys(counts).length > 0
  return {
    settlesRequest: true,
    content: null,
    subjectCommitment: inbox.subjectCommitment,
    promptCommitment: input.promptCommitment,
    responseCommitment: input.responseCommitment,
    envelope: {
      id: inbox.requestId,
      kind: input.refusal ? 'refusal' : 'interaction',
      occurred_at: BigInt(context.acceptedAt) * 1000n,
      tenant_id: context.tenantId,
      team: context.team,
      app: context.app,
      api_key_id: context.apiKeyId,
      subject_pseudonym: inbox.subjectPseudonym,
      session_pseudonym: context.sessionPseudonym,
      region: prepared?.route.region ?? context.region,
      route: last ? `${last.provider}/${last.model}` : null,
      route_reason: prepared?.route.reason ?? null,
      purpose: stated?.purpose ?? null,
      lawful_basis: stated?.lawfulBasis ?? null,
      consent_pseudonym: context.consentPseudonym,
      provider: last?.provider ?? null,
      model_asked: context.modelAsked,
      model_answered: last?.outcome?.modelAnswered ?? null,
      ...tokens(usage),
      ...priced(input.price),
      policy_version: stated?.policyVersion ?? null,
      engine_version: prepared?.engineVersion ?? null,
      tool: context.tool,
      feature: context.feature,
      flags: flagsOf(input),
      entity_counts: counts && jcs(counts),
      has_pii: found,
      pii_redacted: prepared !== null && !prepared.flags.includes('unredacted'),
      hipaa_route: prepared?.hipaa ?? false,
      status: end.status,
      status_code: end.statusCode,
      error_code: end.errorCode,
      finish_reason: last?.outcome?.finishReason ?? null,
      attempt_count: attempts.length,
      attempts:
        attempts.length > 0 ? jcs(attempts.map((attempt) => attemptFacts(attempt, attempts, input.price))) : null,
      latency_ms: Math.max(0, (last?.endedAt ?? input.now) - context.acceptedAt),
      ttft_ms: last?.outcome?.ttftMs ?? null,
      parent_request: null,
      related_entry: null,
      retention_class: prepared?.retentionClass ?? 'standard',
      detail: detailOf(input),
      coverage_digest: prepared && Buffer.from(prepared.coverageDigest, 'hex'),
      subject_blob_digest: inbox.sealedSubject && sha256(inbox.sealedSubject),
      prompt_blob_digest: input.sealedPrompt && sha256(input.sealedPrompt),
      response_blob_digest: input.sealedResponse && sha256(input.sealedResponse),
    },
  }
}

/** What an app is told, and its entry says, where the person was erased while the request was in flight. */
export const SUBJECT_ERASED = { code: 'subject_erased', statusCode: 410, param: null } as const

/**
 * The entry of a request whose person was erased while it was in flight: the envelope alone, with every attempt that may have
 * reached a provider and what it cost. Nothing is committed to, because nothing is kept that could be opened.
 */
export function buildErasedEntry(
  input: Pick<EntryInput, 'inbox' | 'now' | 'prepared' | 'attempts' | 'price'>,
): EntryDraft {
  const refusal = input.attempts.length === 0 ? SUBJECT_ERASED : null
  const draft = buildEntry({
    ...input,
    inbox: { ...input.inbox, sealedSubject: null, subjectCommitment: null },
    refusal,
    sealedPrompt: null,
    promptCommitment: null,
    sealedResponse: null,
    responseCommitment: null,
    clientGone: false,
    answer: null,
  })
  const { code: error_code, statusCode: status_code } = SUBJECT_ERASED
  const end = { status: refusal ? 'refused' : 'failed', status_code, error_code, finish_reason: null }
  return { ...draft, dropsContent: true, envelope: { ...draft.envelope, ...end, coverage_digest: null } }
}

function detailOf({ refusal, attempts, answer }: EntryInput): string | null {
  const param = refusal?.param ?? attempts.at(-1)?.outcome?.param
  if (param) return jcs({ param })
  return answer && jcs({ answer })
}

function tokens(usage: TokenUsage | null) {
  return {
    prompt_tokens: usage?.promptTokens ?? null,
    response_tokens: usage?.responseTokens ?? null,
    cached_tokens: usage?.cachedTokens ?? null,
    reasoning_tokens: usage?.reasoningTokens ?? null,
    usage_estimated: usage?.estimated ?? null,
  }
}

function priced(price: RequestPrice | null) {
  return {
    cost_usd: price?.costUsd ?? null,
    price_usd: price && jcs(price.unitPrices),
    price_version: price?.priceVersion ?? null,
  }
}

function flagsOf(input: EntryInput): string[] {
  const flags = new Set(input.prepared?.flags)
  for (const attempt of input.attempts) for (const flag of attempt.outcome?.flags ?? []) flags.add(flag)
  if (input.inbox.context.stream) flags.add('stream')
  if (input.clientGone) flags.add('client_disconnected')
  if (input.answer?.paths.some(({ entities }) => entities !== undefined)) flags.add('answer_pii')
  if (input.answer?.policy === 'mask') flags.add('answer_masking')
  if (input.answer && input.answer.engine === null) flags.add('answer_unscanned')
  for (const flag of input.price?.flags ?? []) flags.add(flag)
  return [...flags].sort()
}

/** Tokens and cost of an attempt stand here where the entry's own columns do not say them. */
function attemptFacts(attempt: AttemptSummary, all: readonly AttemptSummary[], price: RequestPrice | null) {
  const { attemptNo, outcome } = attempt
  const usage = outcome?.usage ?? null
  const own = price?.byAttempt?.get(attemptNo)
  const isOneOfMany = all.filter((one) => one.outcome?.usage).length > 1
  return {
    attempt: attempt.attemptNo,
    provider: attempt.provider,
    model: attempt.model,
    state: attempt.state,
    started_at: attempt.startedAt,
    ended_at: attempt.endedAt,
    status: attempt.outcome?.providerStatus ?? null,
    failure: attempt.outcome?.failureKind ?? null,
    ...(outcome?.serviceTier && { service_tier: outcome.serviceTier }),
    ...(usage && (isOneOfMany || hasOtherTokens(usage)) && { usage: usageFacts(usage) }),
    ...(isOneOfMany && own && { cost_usd: own.costUsd, price_version: own.priceVersion }),
  }
}

function hasOtherTokens({ cacheWriteTokens, audioPromptTokens, audioResponseTokens }: TokenUsage): boolean {
  return [cacheWriteTokens, audioPromptTokens, audioResponseTokens].some((tokens) => tokens !== undefined && tokens > 0)
}

function usageFacts(usage: TokenUsage) {
  const { promptTokens, responseTokens, cachedTokens, reasoningTokens, estimated } = usage
  const { cacheWriteTokens, cacheWriteHourTokens, audioPromptTokens, audioResponseTokens } = usage
  return {
    ...{ prompt: promptTokens, response: responseTokens, cached: cachedTokens, reasoning: reasoningTokens, estimated },
    ...(cacheWriteTokens && { cache_write: cacheWriteTokens }),
    ...(cacheWriteHourTokens && { cache_write_1h: cacheWriteHourTokens }),
    ...(audioPromptTokens && { audio_prompt: audioPromptTokens }),
    ...(audioResponseTokens && { audio_response: audioResponseTokens }),
  }
}
