import type { PeriodFile } from './period-files.ts'

/** What goes out of a content object: everything sealed of some people, and texts of others that were cut since. */
export interface ContentChange {
  pseudonyms: readonly string[]
  cuts: readonly { entryId: string; group: 'prompt' | 'response'; sealed: Uint8Array }[]
}

/** What a hold keeps of a period: facts and content of some people in one file. */
export interface HeldFile {
  path: string
  bytes: number
  sha256: Uint8Array
  rows: number
}

/**
 * Works on the files of archived periods on this machine. Duties: rows keep their order; nothing but what is named changes; nothing is left outside
 * the folder of `to`. `signal` ends the work at once.
 */
export interface ArchiveRows {
  /** Writes `content` anew to the file `to`; null, and nothing is written, where the change changes nothing. */
  rewrite(content: string, to: string, change: ContentChange, signal: AbortSignal): Promise<PeriodFile | null>
  /**
   * What of a rewritten file is not as it has to be, in words without data; none: it holds. Every row that the change does not name has to be the
   * same, column by column.
   */
  verify(content: string, rewritten: string, change: ContentChange, signal: AbortSignal): Promise<string[]>
  /** Rows of these people, and those of them that still hold anything sealed. */
  residue(contents: readonly string[], pseudonyms: readonly string[]): Promise<{ looked: number; found: number }>
  /** Writes the rows of these people to the file `to`. */
  copyHeld(
    files: { facts: string; content: string | null },
    to: string,
    pseudonyms: readonly string[],
    signal: AbortSignal,
  ): Promise<HeldFile>
  /** As `verify`, of a held file. */
  verifyHeld(
    files: { facts: string; content: string | null },
    held: string,
    pseudonyms: readonly string[],
    signal: AbortSignal,
  ): Promise<string[]>
  /** Whose rows a held file has. */
  peopleOf(held: string): Promise<string[]>
}
