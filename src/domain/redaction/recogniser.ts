import type { Evidence } from './types.ts'

export interface Candidate {
  entityType: string
  /** UTF-16 units, end exclusive. */
  start: number
  end: number
  /** 0..1 */
  score: number
  evidence: Evidence
}

/**
 * Finds values of one kind in a text. Pure, and linear in the text's length whatever the text is. Candidates may come
 * in any order and overlap.
 */
export interface Recogniser {
  readonly name: string
  readonly entityTypes: readonly string[]
  /**
   * Looks for its values also where a line break splits them. Only those with check digits and e-mail addresses count
   * there.
   */
  readonly overLines?: true
  find(text: string, language: string): Candidate[]
}

export type { Evidence }
