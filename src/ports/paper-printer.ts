import type { Paper } from '../domain/papers/paper.ts'

/**
 * Prints papers. Duties: text in Latin, Greek, Cyrillic, Armenian and Georgian letters prints as it is; a character that the font
 * does not have prints as its code point, so that nothing is lost in silence; the same paper gives the same bytes. Safe for concurrent
 * use.
 */
export interface PaperPrinter {
  /** A PDF file, A4. */
  pdf(paper: Paper): Promise<Uint8Array>
}
