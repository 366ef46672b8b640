import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import { ARTICLES, PARTIES, TITLE } from './sample-text.ts'

// Writes sample-contract.pdf: `node examples/contract-review/make-sample.ts`. The same text gives the same pages.
const SIGNED = new Date('2026-01-15T00:00:00Z')
const document = new PDFDocument({
  size: 'A4',
  margins: { top: 72, bottom: 72, left: 80, right: 80 },
  autoFirstPage: false,
  info: { Title: TITLE, CreationDate: SIGNED, ModDate: SIGNED },
})
document.pipe(createWriteStream(fileURLToPath(new URL('./sample-contract.pdf', import.meta.url))))
for (const [index, [title, ...clauses]] of ARTICLES.entries()) {
  document.addPage()
  if (index === 0) {
    document.font('Times-Bold').fontSize(20).text(TITLE).moveDown(0.5)
    document.font('Times-Roman').fontSize(11).text(PARTIES).moveDown(1.5)
  }
  document
    .font('Times-Bold')
    .fontSize(14)
    .text(`${index + 1}. ${title}`)
    .moveDown(0.7)
  for (const [at, [name, text]] of clauses.entries()) {
    document
      .font('Times-Bold')
      .fontSize(11)
      .text(`${index + 1}.${at + 1} ${name}`)
      .moveDown(0.2)
    document.font('Times-Roman').fontSize(11).text(text).moveDown(0.8)
  }
  if (index === ARTICLES.length - 1) {
    document.moveDown(2).text('Signed in Hamburg on 15 January 2026 by Dr. Miriam Voss and Thomas Okafor.')
  }
  document.fontSize(9).text(`Page ${index + 1} of ${ARTICLES.length}`, 80, 760, { lineBreak: false })
}
document.end()
