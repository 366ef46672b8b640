import type { AnalyzeOptions, RecognizerResult } from '../domain/redaction/types.ts'

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

export type { AnalyzeOptions, RecognizerResult }
