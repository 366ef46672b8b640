import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'

/** A PDF of so many pages, of which some are pictures; with a password it is encrypted. */
export async function makePdf(
  pages: number,
  { scanned = [], userPassword }: { scanned?: readonly number[]; userPassword?: string } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const document = new PDFDocument({ autoFirstPage: false, ...(userPassword && { userPassword }) })
  const bytes = buffer(document)
  for (let page = 1; page <= pages; page++) {
    document.addPage()
    if (scanned.includes(page)) document.rect(80, 80, 300, 400).fill('#888888')
    else document.text(`${page}. Article of page ${page}`).text(`${page}.1 Clause`).text('What it says.')
  }
  document.end()
  return Uint8Array.from(await bytes)
}
