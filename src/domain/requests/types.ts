import type { ChatRequest } from '../chat/types.ts'
import type { ServiceTier } from '../cost/service-tier.ts'
import type { AnswerCoverage, PlaceholderEntry } from '../redaction/types.ts'
import type { RouteDecision, RouteTarget } from '../routing/types.ts'

/** What is known of a request when it is accepted, without personal data: it may stand in clear. */
export interface RequestContext {
  tenantId: string
  app: string
  team: string | null
  apiKeyId: string
  tool: string
  feature: string | null
  region: string
  sessionPseudonym: string | null
  consentPseudonym: string | null
  modelAsked: string
  stream: boolean
  /** Milliseconds since the Unix epoch. */
  acceptedAt: number
  simulate?: { delay_ms?: number; status?: number; retry_after_s?: number; chunk?: number }
}

/** An accepted request as the inbox keeps it. */
export interface InboxRequest {
  requestId: string
  context: RequestContext
  subjectPseudonym: string
  dataKeyId: string
  sealedBody: Uint8Array
  /** Null where the app named neither user nor session nor consent. */
  sealedSubject: Uint8Array | null
  subjectCommitment: Uint8Array | null
}

/** What `prepare` decided, without text: kept with the first attempt and in the workflow's history. */
export interface PreparedRequest {
  route: RouteDecision
  policyVersion: string
  engineVersion: string
  entityCounts: Record<string, number>
  coverageDigest: string
  recordSync: boolean
  interactive: boolean
  hipaa: boolean
  purpose: string | null
  lawfulBasis: string | null
  retentionClass: string
  flags: string[]
}

/** Flag of a request whose tool calls keep placeholders in their arguments. */
export const ARGUMENTS_KEPT = 'arguments_not_restored'

/** Cached, written and audio tokens of the prompt are counted in it, reasoning and audio ones of the answer in that. */
export interface TokenUsage {
  promptTokens: number
  responseTokens: number
  cachedTokens: number
  reasoningTokens: number
  /** Absent, like those that follow: none. */
  cacheWriteTokens?: number
  /** Part of those: the ones that are kept for an hour. */
  cacheWriteHourTokens?: number
  audioPromptTokens?: number
  audioResponseTokens?: number
  /** The provider told none: counted here. */
  estimated: boolean
}

/** How one attempt ended, without text. */
export interface AttemptOutcome {
  status: 'answered' | 'failed' | 'interrupted'
  /** HTTP status the app gets. */
  statusCode: number
  errorCode: string | null
  /** Kind of the provider's failure, if any. */
  failureKind: string | null
  providerStatus: number | null
  retryable: boolean
  retryAfterMs: number | null
  modelAnswered: string | null
  /** How the provider served it; absent: by its standard. */
  serviceTier?: ServiceTier
  finishReason: string | null
  usage: TokenUsage | null
  ttftMs: number | null
  flags: string[]
  /** The field of OpenAI's that the provider has no place for, where the request was refused for one before it was sent. */
  param?: string
  /** Where the answer was masked: what was looked at. */
  answer?: AnswerCoverage
}

export type AttemptState = 'calling' | 'delivering' | 'answered' | 'failed' | 'interrupted' | 'superseded'

export interface AttemptSummary {
  attemptNo: number
  provider: string
  model: string
  state: AttemptState
  /** Milliseconds since the Unix epoch. */
  startedAt: number
  endedAt: number | null
  outcome: AttemptOutcome | null
}

/** A recorded entry's outcome, as far as the API and the workflow need it. */
export interface RecordedOutcome {
  entryId: string
  status: 'answered' | 'refused' | 'failed' | 'interrupted'
  statusCode: number
  errorCode: string | null
  /** Where in the request the fault is, for a refusal. */
  param: string | null
  /** What the provider asked to wait, for a 429. */
  retryAfterMs: number | null
  costUsd: string | null
  attempts: number
}

/** What redaction gave, sealed for its final place. */
export interface SealedPrompt {
  sealedPrompt: Uint8Array
  promptCommitment: Uint8Array
  coverage: string
  values: { placeholder: string; entityType: string; blindIndex: Uint8Array; sealedValue: Uint8Array }[]
}

export interface SealedResponse {
  sealedResponse: Uint8Array
  responseCommitment: Uint8Array
}

/** What `prepare` made, as the later steps need it. */
export interface PreparedInFlight {
  prepared: PreparedRequest
  /** The redacted request, with the model that the app asked for. */
  redacted: ChatRequest
  promptText: string
  placeholders: readonly PlaceholderEntry[]
  sealed: SealedPrompt
}

/** How a call of a model can fail. */
export type ModelErrorKind =
  /** The vendor understood and refuses this request (4xx): trying again does not help. */
  | 'rejected'
  /** The vendor does not accept our credentials (401, 403). */
  | 'unauthorized'
  /** 429. */
  | 'rate_limited'
  /** 5xx, 408, 409: the same request may succeed later. */
  | 'unavailable'
  /** Connection refused, reset before an answer. */
  | 'unreachable'
  /** No byte for the idle time-out. */
  | 'timeout'
  /** An answer that is not the vendor's format. */
  | 'malformed'
  /** A stream that ended before its end mark. */
  | 'interrupted'
  /** The caller's signal. */
  | 'aborted'

export type { RouteDecision, RouteTarget }
