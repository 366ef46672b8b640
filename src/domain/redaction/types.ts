import type { ChatRequest } from '../chat/types.ts'

/** What a finding rests on; the stronger one names the entity where two overlap. */
export type Evidence = 'checksum' | 'deny-list' | 'format' | 'context' | 'model'

/** Where personal data stands in one text. Offsets are UTF-16 code units into that text, end exclusive. */
export interface RecognizerResult {
  entityType: string
  start: number
  end: number
  /** 0..1 */
  score: number
  /** Which recogniser found it, e.g. `email`, `credit-card`. */
  recognizer: string
  /** Absent: an engine that does not say; counts like `context`. */
  evidence?: Evidence
}

export interface AnalyzeOptions {
  /** ISO 639-1; a hint. */
  language?: string
  /** Only these entity types; absent: what the policy would redact. */
  entities?: readonly string[]
  /** 0..1; results below are dropped. */
  scoreThreshold?: number
  signal?: AbortSignal
}

/** What redaction asks of an engine; the port PiiEngine states its duties. */
export interface TextAnalyzer {
  readonly version: string
  analyze(texts: readonly string[], options?: AnalyzeOptions): Promise<RecognizerResult[][]>
}

/** What cannot be scanned, by what a policy can let through; a part of any other kind never passes. */
export type UnscannableKind = 'image' | 'audio' | 'file'

/** A recogniser of a tenant's own. */
export interface CustomRecogniser {
  name: string
  entityType: string
  /** RE2's syntax: linear in time, without look-around and back references. */
  pattern: string
  /** 0..1; default 0.6 */
  score?: number | undefined
  /** Words of which one has to stand within 60 units before; absent: none. */
  context?: readonly string[] | undefined
}

/** What a tenant adds to an engine's own findings. */
export interface RecognitionRules {
  /** Never redacted: exactly these values. */
  allow: readonly string[]
  /** Always redacted where they stand as words. */
  deny: readonly { value: string; entityType: string }[]
  recognisers: readonly CustomRecogniser[]
}

/** What a tenant wants redacted. Absent fields: the engine's own default. */
export interface RedactionPolicy {
  /** Entity types to redact; absent: the engine's default set. */
  entities?: readonly string[]
  /** 0..1; findings below are left in the text. */
  scoreThreshold?: number
  /** The same by entity type; counts in place of `scoreThreshold`. */
  thresholds?: Readonly<Record<string, number>>
  /** Kinds of message parts that may leave although they cannot be scanned; the coverage then says so. */
  allowUnscannable?: readonly UnscannableKind[]
  /** ISO 639-1, a hint for the engine. */
  language?: string
  /** Allow and deny lists and recognisers of the tenant's own. */
  rules?: RecognitionRules
}

/** One surface form and what stands for it. */
export interface PlaceholderEntry {
  /**
   * `[EMAIL_ADDRESS_1]`; in names, ids and keys of schemas, where brackets are not allowed, `EMAIL_ADDRESS_1`. Of a JSON number
   * `[CREDIT_CARD_DIGITS_1]`: a JSON string in its place, and the number again when it is restored.
   */
  placeholder: string
  entityType: string
  /** The text as it was, unescaped; of a JSON number the token as it was written. */
  value: string
}

/** high: score >= 0.85, medium: >= 0.5, low: below. */
export type ConfidenceBand = 'high' | 'medium' | 'low'

export interface CoverageEntity {
  high?: number
  medium?: number
  low?: number
  /** Names of the recognisers that found them, sorted. */
  by: string[]
}

export interface CoveragePath {
  /** OpenAI's own field names and indexes; `*` for what the app named; `[*]` where several were put together. */
  path: string
  scanned: true
  /** How many strings were put together under this path; absent: one. */
  strings?: number
  /** Absent: nothing was found. */
  entities?: Record<string, CoverageEntity>
}

export interface CoverageGap {
  path: string
  /** `dropped` (never sent), `unscannable` (sent by policy, not looked at). */
  reason: 'dropped' | 'unscannable'
  /** How many were put together under this path; absent: one. */
  count?: number
}

/** A tenant's own rules in force: names and numbers, no values. */
export interface CoverageRules {
  /** Names of the tenant's own recognisers, sorted; as many as there is room for. */
  recognisers: string[]
  /** How many more recognisers there are; absent: none. */
  more?: number
  /** Values that were left in the text wherever they stood. */
  allowed: number
  /** Values that were looked for. */
  denied: number
}

/** What was looked at, and what was not. Holds no values and no offsets. Canonical: same request, same bytes. */
export interface Coverage {
  /** Name and version of the engine, and of its name model. */
  engine: string
  /** Absent: the tenant has none. */
  rules?: CoverageRules
  paths: CoveragePath[]
  notScanned: CoverageGap[]
}

/** What was looked at in a model's answer, and what was found that the client did not send. No values, no offsets. */
export interface AnswerCoverage {
  /** `record`: what is found is counted; the answer stays as it is. `mask`: it is masked before it is released. */
  policy: AnswerPolicy
  /** Name and version of the engine; null: nothing was looked at. */
  engine: string | null
  paths: CoveragePath[]
  notScanned: AnswerGap[]
}

/** What becomes of personal data in answers: counted on record, masked as well, or not looked for. */
export type AnswerPolicy = 'record' | 'mask' | 'off'

export interface AnswerGap {
  path: string
  /** `unscannable` (not a text), `off` (the policy says so), `failed` (the engine), `timeout` (it took too long), `interrupted` (masked, but the counts were lost). */
  reason: CoverageGap['reason'] | 'off' | 'failed' | 'timeout' | 'interrupted'
  count?: number
}

export interface RedactedChat {
  /** The request as a model may get it. */
  request: ChatRequest
  /** In order of their numbers' allocation. */
  placeholders: PlaceholderEntry[]
  /** Mentions that were replaced, by entity type. */
  counts: Record<string, number>
  coverage: Coverage
}
