import type { PaperBlock } from '../../domain/papers/paper.ts'
import type { Line } from './lay-out-text.ts'
import { GAP, INK, MARGIN, PALE, type PageWriter, RULE, SMALL, type Style } from './page-writer.ts'

const CELL = 4
/** Rows of which every other one has a ground of this colour, so that the eye keeps to a row. */
const GROUND = '#f4f6f8'

interface Column {
  share: number
  style: Style
  right: boolean
}

type Laid = readonly (readonly Line[])[]

/** A table; its head stands on each page that it goes on. */
export function printTable(
  pages: PageWriter,
  { head, rows, shares, numbers = [] }: PaperBlock & { kind: 'table' },
): void {
  const columns = (font: Style['font'], colour: string) =>
    shares.map((share, at): Column => ({ share, right: numbers.includes(at), style: { font, colour, size: SMALL } }))
  const [heads, cells] = [columns('bold', PALE), columns('regular', INK)]
  const top = layRow(pages, head, heads)
  const all = rows.map((row) => layRow(pages, row, cells))
  const printHead = () => {
    printRow(pages, top, heads, null)
    pages.rule(pages.y, { colour: PALE, thick: 0.8 })
  }
  // The head does not stand alone at the end of a page.
  pages.room(heightOf(pages, top, heads) + heightOf(pages, all[0] ?? [], cells))
  printHead()
  for (const [index, row] of all.entries()) {
    if (pages.y + heightOf(pages, row, cells) > pages.bottom) {
      pages.newPage()
      printHead()
    }
    printRow(pages, row, cells, index % 2 === 1 ? GROUND : null)
  }
  pages.rule(pages.y)
  pages.y += GAP
}

/** Names and what they are. */
export function printFacts(pages: PageWriter, rows: readonly (readonly string[])[]): void {
  const columns: Column[] = [
    { share: 0.28, right: false, style: { font: 'bold', colour: INK, size: SMALL + 0.5 } },
    { share: 0.72, right: false, style: { font: 'regular', colour: INK, size: SMALL + 0.5 } },
  ]
  for (const row of rows) {
    const laid = layRow(pages, row, columns)
    pages.room(heightOf(pages, laid, columns))
    printRow(pages, laid, columns, null)
    pages.rule(pages.y, { colour: RULE })
  }
  pages.y += GAP
}

function layRow(pages: PageWriter, cells: readonly string[], columns: readonly Column[]): Laid {
  return columns.map(({ share, style }, at) => pages.lines(cells[at] ?? '', style, pages.width * share - 2 * CELL))
}

function heightOf(pages: PageWriter, row: Laid, columns: readonly Column[]): number {
  const heights = row.map((lines, at) => pages.heightOf(lines, (columns[at] as Column).style))
  return Math.max(0, ...heights) + 1.4 * CELL
}

/** A row that is higher than a page is cut where the page ends: its cells go on on the next. */
function printRow(pages: PageWriter, row: Laid, columns: readonly Column[], ground: string | null): void {
  const height = heightOf(pages, row, columns)
  const room = pages.bottom - pages.y
  if (height > room) {
    const least = Math.min(
      ...columns.map(({ style }) => Math.floor((room - 1.4 * CELL) / pages.heightOf([NO_LINE], style))),
    )
    if (least > 0)
      printRow(
        pages,
        row.map((lines) => lines.slice(0, least)),
        columns,
        ground,
      )
    pages.newPage()
    const rest = row.map((lines) => lines.slice(Math.max(0, least)))
    printRow(pages, rest, columns, ground)
    return
  }
  if (ground !== null) pages.document.rect(MARGIN, pages.y, pages.width, height).fill(ground)
  let x = MARGIN
  for (const [at, { share, style, right }] of columns.entries()) {
    const width = pages.width * share
    pages.draw(row[at] ?? [], style, x + CELL, pages.y + 0.7 * CELL, right ? x + width - CELL : undefined)
    x += width
  }
  pages.y += height
}

const NO_LINE: Line = { pieces: [], width: 0 }
