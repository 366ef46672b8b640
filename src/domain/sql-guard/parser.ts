import type { Tree } from './types.ts'

/** A token of a statement, by its bytes; comments are none. */
export interface SqlToken {
  start: number
  end: number
  text: string
  kind: 'word' | 'name' | 'constant' | 'sign'
}

/** Thrown where a text is not in the grammar. `position` in code points, counted from 1. */
export class SqlSyntaxError extends Error {
  readonly position: number | null

  constructor(message: string, position: number | null) {
    super(message)
    this.name = 'SqlSyntaxError'
    this.position = position
  }
}

/** PostgreSQL's own parser. Synchronous; places are bytes of UTF-8. Texts without NUL and lone surrogates only. */
export interface SqlParser {
  /** The statements of a text, in turn. @throws SqlSyntaxError, and RangeError for one that is nested too deeply */
  parse(sql: string): readonly Tree[]
  tokens(sql: string): readonly SqlToken[]
  /** Sixteen hex digits, the same for statements that differ in constants only. */
  fingerprint(sql: string): string
}
