import { finished } from 'node:stream/promises'
import PDFDocument from 'pdfkit'
import type { Paper, PaperBlock } from '../../domain/papers/paper.ts'
import { Covered } from './covered.ts'
import type { Fonts } from './fonts.ts'

/** Points, 72 an inch. */
const MARGIN = 56
const BODY = 9.5
const SMALL = 7.5
const GAP = 6
const CELL = 4
const INK = '#1d2025'
const PALE = '#59616d'
const LINE = '#c9ced6'

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
  for (const [name, font] of Object.entries(fonts)) document.registerFont(name, font as unknown as Buffer)
  const printer = new Printer(document, new Covered(fonts))
  printer.title(paper)
  for (const block of paper.blocks) printer.block(block)
  printer.footers(paper.footer)
  if (paper.attachment) {
    const { name, type, description, bytes } = paper.attachment
    document.file(Buffer.from(bytes), { name, type, description, creationDate: madeAt, modifiedDate: madeAt })
  }
  document.end()
  await finished(document)
  return Buffer.concat(chunks)
}

type Font = keyof Fonts

/** Shorter ones fit every column. */
const LONG_WORD = /\S{13,}/g

class Printer {
  readonly #document: PDFKit.PDFDocument
  readonly #covered: Covered

  constructor(document: PDFKit.PDFDocument, covered: Covered) {
    this.#document = document
    this.#covered = covered
  }

  title({ title, subtitle }: Paper): void {
    this.#write('bold', 20, INK, title)
    this.#write('regular', BODY, PALE, subtitle)
    this.#rule(this.#document.y + GAP)
    this.#document.y += 2 * GAP
  }

  block(block: PaperBlock): void {
    if (block.kind === 'heading') this.#heading(block.text)
    else if (block.kind === 'text') this.#paragraph(block.text)
    else if (block.kind === 'list') for (const item of block.items) this.#item(item)
    else if (block.kind === 'facts') this.#rows(block.rows, [0.28, 0.72], ['bold', 'regular'])
    else if (block.kind === 'table') this.#table(block)
    else this.#lines(block.text)
  }

  /** On every page, once they are all there. */
  footers(footer: string): void {
    const { start, count } = this.#document.bufferedPageRange()
    for (let page = 0; page < count; page++) {
      this.#document.switchToPage(start + page)
      const y = this.#document.page.height - MARGIN + 4
      // Below the margin: without it the text would begin a page of its own.
      this.#document.page.margins.bottom = 0
      this.#document.font('regular').fontSize(SMALL).fillColor(PALE)
      const text = `${this.#covered.text('regular', footer)} · page ${page + 1} of ${count}`
      this.#document.text(text, MARGIN, y, { width: this.#width, align: 'center', lineBreak: false })
    }
  }

  get #width(): number {
    return this.#document.page.width - 2 * MARGIN
  }

  get #bottom(): number {
    return this.#document.page.height - this.#document.page.margins.bottom
  }

  #heading(text: string): void {
    // With something below it, not alone at the end of a page.
    this.#room(64)
    this.#document.y += 2 * GAP
    this.#write('bold', 12.5, INK, text)
    this.#document.y += GAP / 2
  }

  #paragraph(text: string): void {
    this.#write('regular', BODY, INK, text)
    this.#document.y += GAP
  }

  #item(text: string): void {
    this.#room(2 * BODY)
    const { y } = this.#document
    this.#document.font('regular').fontSize(BODY).fillColor(INK).text('•', MARGIN, y, { lineBreak: false })
    this.#document.text(this.#covered.text('regular', text), MARGIN + 12, y, { width: this.#width - 12, lineGap: 1.5 })
    this.#document.y += GAP / 2
    this.#document.x = MARGIN
  }

  #lines(text: string): void {
    this.#write('mono', SMALL, INK, text)
    this.#document.y += GAP
  }

  #table({ head, rows, shares }: PaperBlock & { kind: 'table' }): void {
    const heads = head.map((): Font => 'bold')
    const cells = head.map((): Font => 'regular')
    // The head does not stand alone at the end of a page.
    this.#room(this.#height(head, shares, heads) + this.#height(rows[0] ?? [], shares, cells))
    this.#row(head, shares, heads)
    for (const row of rows) {
      if (!this.#fits(row, shares, cells)) {
        this.#document.addPage()
        this.#row(head, shares, heads)
      }
      this.#row(row, shares, cells)
    }
    this.#document.y += GAP
  }

  #rows(rows: readonly (readonly string[])[], shares: readonly number[], fonts: readonly Font[]): void {
    for (const row of rows) {
      if (!this.#fits(row, shares, fonts)) this.#document.addPage()
      this.#row(row, shares, fonts)
    }
    this.#document.y += GAP
  }

  #fits(cells: readonly string[], shares: readonly number[], fonts: readonly Font[]): boolean {
    return this.#document.y + this.#height(cells, shares, fonts) <= this.#bottom
  }

  #height(cells: readonly string[], shares: readonly number[], fonts: readonly Font[]): number {
    const heights = cells.map((cell, index) => {
      const width = this.#width * (shares[index] ?? 0) - 2 * CELL
      this.#document.font(fonts[index] ?? 'regular').fontSize(SMALL + 0.5)
      return this.#document.heightOfString(this.#cell(cell, fonts[index] ?? 'regular', width), { width, lineGap: 1 })
    })
    return Math.max(0, ...heights) + 2 * CELL
  }

  #row(cells: readonly string[], shares: readonly number[], fonts: readonly Font[]): void {
    const height = this.#height(cells, shares, fonts)
    const { y } = this.#document
    let x = MARGIN
    for (const [index, cell] of cells.entries()) {
      const width = this.#width * (shares[index] ?? 0)
      const font = fonts[index] ?? 'regular'
      const inner = width - 2 * CELL
      this.#document
        .font(font)
        .fontSize(SMALL + 0.5)
        .fillColor(INK)
      this.#document.text(this.#cell(cell, font, inner), x + CELL, y + CELL, { width: inner, lineGap: 1 })
      x += width
    }
    this.#rule(y + height)
    this.#document.x = MARGIN
    this.#document.y = y + height
  }

  /** Text of a cell whose long words (ids, names of logs) are broken where they would run out of it. */
  #cell(text: string, font: Font, width: number): string {
    this.#document.font(font).fontSize(SMALL + 0.5)
    return this.#broken(this.#covered.text(font, text), width)
  }

  #write(font: Font, size: number, colour: string, text: string): void {
    this.#room(size * 1.5)
    this.#document.font(font).fontSize(size).fillColor(colour)
    const printed = this.#broken(this.#covered.text(font, text), this.#width)
    this.#document.text(printed, MARGIN, this.#document.y, { width: this.#width, lineGap: 1.5 })
  }

  /** pdfkit breaks lines between words only. */
  #broken(text: string, width: number): string {
    // pdfkit counts the line's end as a character of the line.
    const most = width - this.#document.widthOfString('\n') - 1
    const widths = new Map<string, number>()
    const widthOf = (character: string) => {
      const known = widths.get(character) ?? this.#document.widthOfString(character)
      widths.set(character, known)
      return known
    }
    return text.replace(LONG_WORD, (word) => {
      let used = 0
      let out = ''
      for (const character of word) {
        const next = widthOf(character)
        if (used + next > most) {
          out += '\n'
          used = 0
        }
        out += character
        used += next
      }
      return out
    })
  }

  #room(height: number): void {
    if (this.#document.y + height > this.#bottom) this.#document.addPage()
  }

  #rule(y: number): void {
    this.#document
      .moveTo(MARGIN, y)
      .lineTo(MARGIN + this.#width, y)
      .lineWidth(0.5)
      .strokeColor(LINE)
      .stroke()
  }
}
