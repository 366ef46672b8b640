import type { NameSpan } from '../domain/redaction/names/decode-spans.ts'

/** Finds names in the context they stand in. Deterministic for a version; safe for concurrent use. */
export interface NameSource {
  /** Of the weights. */
  readonly version: string
  /** One list per text; offsets are UTF-16 units, scores 0..1 and low ones are given too. */
  find(texts: readonly string[], signal?: AbortSignal): Promise<NameSpan[][]>
}

export type { NameSpan }
