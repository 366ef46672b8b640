import type { Font } from 'fontkit'

/** Of a line around each outline, as a part of the size: the families' own weight is their thinnest. */
const BOLDER = 0.032

export interface OutlinedText {
  text: string
  size: number
  colour: string
  x: number
  baseline: number
}

/** Draws text as shapes: it prints like any other, and cannot be searched for in the file. */
export function drawOutlines(
  document: PDFKit.PDFDocument,
  font: Font,
  { text, size, colour, x, baseline }: OutlinedText,
) {
  const scale = size / font.unitsPerEm
  const { glyphs, positions } = font.layout(text)
  let at = x
  for (const [index, glyph] of glyphs.entries()) {
    const { xOffset, yOffset, xAdvance } = positions[index] ?? { xOffset: 0, yOffset: 0, xAdvance: 0 }
    const path = glyph.path.toSVG()
    if (path !== '') {
      document.save()
      document.translate(at + xOffset * scale, baseline - yOffset * scale).scale(scale, -scale)
      document
        .path(path)
        .lineWidth(font.unitsPerEm * BOLDER)
        .fillAndStroke(colour, colour)
      document.restore()
    }
    at += xAdvance * scale
  }
}
