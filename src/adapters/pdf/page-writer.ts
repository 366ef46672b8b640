import { drawOutlines } from './draw-outlines.ts'
import type { FontName } from './fonts.ts'
import type { Line, TextLayout } from './lay-out-text.ts'

/** Points, 72 an inch. */
export const MARGIN = 56
export const BODY = 9.5
export const SMALL = 7.5
export const GAP = 6
export const INK = '#1d2025'
export const PALE = '#59616d'
export const RULE = '#c9ced6'
export const ACCENT = '#0b5394'

/** Of a line, as a part of the size of its letters. */
const LINE_HEIGHT = 1.38
const BASELINE = 1.02

/** Letters of a size, in a colour. */
export interface Style {
  font: FontName
  size: number
  colour: string
}

/** Writes down pages from the top, and begins a new one where there is no room. */
export class PageWriter {
  readonly document: PDFKit.PDFDocument
  readonly layout: TextLayout
  y = MARGIN

  constructor(document: PDFKit.PDFDocument, layout: TextLayout) {
    this.document = document
    this.layout = layout
  }

  get width(): number {
    return this.document.page.width - 2 * MARGIN
  }

  get bottom(): number {
    return this.document.page.height - MARGIN - 16
  }

  get isFresh(): boolean {
    return this.y === MARGIN
  }

  newPage(): void {
    this.document.addPage()
    this.y = MARGIN
  }

  /** Begins a new page where less than this is left. */
  room(height: number): void {
    if (this.y + height > this.bottom && !this.isFresh) this.newPage()
  }

  lines(text: string, { font, size }: Style, width: number): Line[] {
    return this.layout.lines(text, font, size, width)
  }

  heightOf(lines: readonly Line[], { size }: Style): number {
    return lines.length * size * LINE_HEIGHT
  }

  /** Text down the page, line by line. */
  write(text: string, style: Style, { x = MARGIN, width = this.width } = {}): void {
    for (const line of this.lines(text, style, width)) {
      this.room(style.size * LINE_HEIGHT)
      this.draw([line], style, x, this.y)
      this.y += style.size * LINE_HEIGHT
    }
  }

  /** Lines at a place. @param right the edge that they end at, where they do. */
  draw(lines: readonly Line[], { size, colour }: Style, x: number, y: number, right?: number): void {
    for (const [index, line] of lines.entries()) {
      const from = right === undefined ? x : right - line.width
      const baseline = y + index * size * LINE_HEIGHT + size * BASELINE
      for (const { font, text, x: at } of line.pieces) {
        if (text.trim() === '') continue
        if (this.layout.fonts.isOutline(font)) {
          drawOutlines(this.document, this.layout.fonts.font(font), { text, size, colour, x: from + at, baseline })
          continue
        }
        this.document.font(font).fontSize(size).fillColor(colour)
        this.document.text(text, from + at, baseline, { lineBreak: false, baseline: 'alphabetic' })
      }
    }
  }

  rule(y: number, { from = MARGIN, width = this.width, colour = RULE, thick = 0.5 } = {}): void {
    this.document
      .moveTo(from, y)
      .lineTo(from + width, y)
      .lineWidth(thick)
      .strokeColor(colour)
      .stroke()
  }
}
