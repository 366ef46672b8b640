import { finished } from 'node:stream/promises'
import PDFDocument from 'pdfkit'
import type { Paper, PaperBlock } from '../../domain/papers/paper.ts'
import { drawChart } from './draw-chart.ts'
import type { Fonts } from './fonts.ts'
import { TextLayout } from './lay-out-text.ts'
import { ACCENT, BODY, GAP, INK, MARGIN, PALE, PageWriter, SMALL, type Style } from './page-writer.ts'
import { printFacts, printTable } from './print-table.ts'

/** A paper as a PDF file, A4. */
export async function printPaper(paper: Paper, fonts: Fonts): Promise<Buffer> {
  const madeAt = new Date(paper.madeAt)
  const document = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN + 16, left: MARGIN, right: MARGIN },
    bufferPages: true,
    displayTitle: true,
    lang: paper.language,
    pdfVersion: '1.7',
    // None at first: one that is opened here would be opened again with each change of font.
    font: '',
    info: { Title: paper.title, Subject: paper.subtitle, CreationDate: madeAt, ModDate: madeAt },
  })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  // pdfkit takes opened fonts; its types do not know that yet.
  for (const [name, font] of Object.entries(fonts.embedded)) document.registerFont(name, font as unknown as Buffer)
  const pages = new PageWriter(document, new TextLayout(fonts))
  printTitle(pages, paper)
  for (const block of paper.blocks) await printBlock(pages, block)
  printFooters(pages, paper.footer)
  if (paper.attachment) {
    const { name, type, description, bytes } = paper.attachment
    document.file(Buffer.from(bytes), { name, type, description, creationDate: madeAt, modifiedDate: madeAt })
  }
  document.end()
  await finished(document)
  return Buffer.concat(chunks)
}

const TEXT: Style = { font: 'regular', size: BODY, colour: INK }
const NOTE: Style = { font: 'regular', size: SMALL, colour: PALE }

function printTitle(pages: PageWriter, { title, subtitle, cover }: Paper): void {
  if (cover !== undefined) {
    pages.document.rect(0, 0, pages.document.page.width, 14).fill(ACCENT)
    pages.y = 132
    pages.write(cover.toUpperCase(), { font: 'bold', size: 9, colour: ACCENT })
    pages.y += GAP
  }
  pages.write(title, { font: 'bold', size: cover === undefined ? 20 : 27, colour: INK })
  pages.y += cover === undefined ? 0 : GAP / 2
  pages.write(subtitle, { ...TEXT, size: cover === undefined ? BODY : 12, colour: PALE })
  pages.y += GAP
  pages.rule(pages.y, cover === undefined ? {} : { colour: ACCENT, thick: 1.2 })
  pages.y += cover === undefined ? GAP : 4 * GAP
}

async function printBlock(pages: PageWriter, block: PaperBlock): Promise<void> {
  if (block.kind === 'heading') printHeading(pages, block.text)
  else if (block.kind === 'subheading') printSubheading(pages, block.text)
  else if (block.kind === 'text') printText(pages, block.text, TEXT)
  else if (block.kind === 'note') printText(pages, block.text, NOTE)
  else if (block.kind === 'list') for (const item of block.items) printItem(pages, item)
  else if (block.kind === 'facts') printFacts(pages, block.rows)
  else if (block.kind === 'table') printTable(pages, block)
  else if (block.kind === 'lines') printText(pages, block.text, { font: 'mono', size: SMALL, colour: INK })
  else if (block.kind === 'chart') await drawChart(pages, block.chart)
  else if (!pages.isFresh) pages.newPage()
}

function printHeading(pages: PageWriter, text: string): void {
  // With something below it, not alone at the end of a page.
  pages.room(84)
  if (!pages.isFresh) pages.y += 2 * GAP
  pages.document.outline.addItem(text)
  pages.write(text, { font: 'bold', size: 13, colour: ACCENT })
  pages.y += GAP / 2
}

function printSubheading(pages: PageWriter, text: string): void {
  pages.room(72)
  if (!pages.isFresh) pages.y += GAP
  pages.write(text, { font: 'bold', size: BODY + 0.5, colour: INK })
  pages.y += GAP / 2
}

function printText(pages: PageWriter, text: string, style: Style): void {
  pages.write(text, style)
  pages.y += GAP
}

function printItem(pages: PageWriter, text: string): void {
  pages.room(2 * BODY)
  pages.draw(pages.lines('•', TEXT, 12), TEXT, MARGIN, pages.y)
  pages.write(text, TEXT, { x: MARGIN + 12, width: pages.width - 12 })
  pages.y += GAP / 2
}

/** On every page, once they are all there. */
function printFooters(pages: PageWriter, footer: string): void {
  const { document } = pages
  const { start, count } = document.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    document.switchToPage(start + page)
    const y = document.page.height - MARGIN + 2
    // Below the margin: without it the text would begin a page of its own.
    document.page.margins.bottom = 0
    pages.rule(y - 5)
    const number = pages.lines(`${page + 1} / ${count}`, NOTE, 80)
    const [first] = pages.lines(footer, NOTE, pages.width - 60)
    if (first) pages.draw([first], NOTE, MARGIN, y)
    pages.draw(number, NOTE, MARGIN, y, MARGIN + pages.width)
  }
}
