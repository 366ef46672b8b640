import type { IdentifierSpan, PersonWord } from '../domain/redaction/names/decode-identifiers.ts'
import type { NameSpan } from '../domain/redaction/names/decode-spans.ts'

/** What the model finds in a text. Offsets are UTF-16 units, scores 0..1; low ones are given too. */
export interface Reading {
  names: NameSpan[]
  /** Values that are somebody's, whatever their form. */
  identifiers: IdentifierSpan[]
  /** Words that may be of a person's name or account, in order; left out by a source that does not know. */
  persons?: PersonWord[]
}

/** Finds names and identifiers in the context they stand in. Deterministic for a version; safe for concurrent use. */
export interface NameSource {
  /** Of the weights. */
  readonly version: string
  /** One reading per text. */
  read(texts: readonly string[], signal?: AbortSignal): Promise<Reading[]>
}

export type { IdentifierSpan, NameSpan, PersonWord }
