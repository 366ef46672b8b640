import type { Paper } from '../domain/papers/paper.ts'

/**
 * Prints papers. Duties: text prints as it is in Latin, Greek, Cyrillic, Armenian, Georgian, Arabic, Hebrew, Chinese, Japanese,
 * Korean, Devanagari and Thai letters; a character that no font has prints as its code point, so that nothing is lost in silence; the
 * same paper gives the same bytes. Safe for concurrent use.
 */
export interface PaperPrinter {
  /** A PDF file, A4. */
  pdf(paper: Paper): Promise<Uint8Array>
}
