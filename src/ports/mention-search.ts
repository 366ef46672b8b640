import type { Remaining } from '../domain/erasure/cut-text.ts'
import type { Needle } from '../domain/erasure/needles.ts'

/**
 * Looks for what names a person. What it is given and what it looks for never leave the process's memory. A long text does not hold
 * up the requests that the process serves meanwhile.
 */
export interface MentionSearch {
  /** True: there is nothing to look for. */
  readonly isEmpty: boolean
  /** JSON text (or, where it is none, text) without its mentions; null where there are none. */
  cut(raw: string): Promise<Remaining | null>
  /** Whether a text names the person, or JSON text does. */
  isIn(text: string, as: 'text' | 'json'): Promise<boolean>
  /** Whether bytes do, read as text in any of its forms. */
  isInBytes(bytes: Uint8Array): Promise<boolean>
}

export type OpenMentionSearch = (needles: readonly Needle[]) => MentionSearch
