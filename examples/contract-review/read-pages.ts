import { extractText, getDocumentProxy } from 'unpdf'

/** Pages of a document at most. */
export const MOST_PAGES = 2_000

export type Pages =
  | { pages: string[] }
  /** Why nothing can be read, for the person who brought it. */
  | { unreadable: 'not_a_pdf' | 'encrypted' | 'empty' | 'too_long'; message: string }

/** The text of each page of a PDF, in order; a page that is a picture has an empty text. Reads on this machine only. */
export async function readPages(bytes: Uint8Array): Promise<Pages> {
  if (!startsAsPdf(bytes)) return notAPdf()
  try {
    // A copy: the reader takes the bytes it is given away.
    const pdf = await getDocumentProxy(Uint8Array.from(bytes))
    try {
      if (pdf.numPages === 0) return { unreadable: 'empty', message: 'The document has no page.' }
      if (pdf.numPages > MOST_PAGES) {
        const message = `The document has ${pdf.numPages} pages: bring it in parts of ${MOST_PAGES} at most.`
        return { unreadable: 'too_long', message }
      }
      const { text } = await extractText(pdf, { mergePages: false })
      return { pages: text.map((page) => page.trim()) }
    } finally {
      await pdf.cleanup()
    }
  } catch (error) {
    const { name } = error as { name?: unknown }
    if (name === 'PasswordException') {
      return {
        unreadable: 'encrypted',
        message: 'The document is encrypted: save it without a password and bring it again.',
      }
    }
    return notAPdf()
  }
}

/** Readers take a header within the first 1,024 bytes (ISO 32000-1, annex H.3.4.1). */
function startsAsPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1_024)).includes('%PDF-')
}

function notAPdf(): Pages {
  return { unreadable: 'not_a_pdf', message: 'This is no PDF, or it is damaged: save it again and bring that.' }
}
