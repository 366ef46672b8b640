/** Where personal data stands in one text. Offsets are UTF-16 code units into that text, end exclusive. */
export interface RecognizerResult {
  entityType: string
  start: number
  end: number
  /** 0..1 */
  score: number
  /** Which recogniser found it, e.g. `email`, `credit-card`. */
  recognizer: string
}

export interface AnalyzeOptions {
  /** ISO 639-1; recognisers for formats ignore it. */
  language?: string
  /** Only these entity types; absent: what the policy would redact. */
  entities?: readonly string[]
  /** 0..1; results below are dropped. */
  scoreThreshold?: number
  signal?: AbortSignal
}

/**
 * Finds personal data. Duties of an implementation: results of one text do not overlap and are ordered by start;
 * it is deterministic for a version; it never logs or throws text; when it cannot look at a text it throws
 * (a caller then sends nothing). Safe for concurrent use.
 */
export interface PiiEngine {
  /** Name and version, written into every entry, e.g. `builtin/1`. */
  readonly version: string
  /** One list of results per text, in the order of `texts`. */
  analyze(texts: readonly string[], options?: AnalyzeOptions): Promise<RecognizerResult[][]>
}
