import { isNoName } from './no-names.ts'
import { isThingLabel } from './persons/thing-labels.ts'
import type { NamedCandidate } from './resolve-overlaps.ts'
import { firstBehind } from './spans-cover.ts'

export interface Cell {
  start: number
  end: number
}

const DELIMITERS = ['\t', ';', '|', ','] as const
const MAX_COLUMNS = 40
const MAX_ROW = 2_000
/** Rows of a table at least; commas stand in sentences too. */
const MIN_ROWS = 2
const MIN_COMMA_ROWS = 3
/** Rows of SQL or of a program: `('a', 1), ('b', 2)`. */
const TUPLES =
  /\([^()'"\n]{0,200}(?:(?:'(?:[^'\n]|''){0,120}'(?!')|"[^"\n]{0,120}"(?!"))[^()'"\n]{0,200}){1,24}\)(?=\s{0,4}[,;\n]|\s{0,8}$)/g
const NAME = /^(?:\p{L}[\p{L}\p{M}'’.-]{0,30})(?:,? \p{L}[\p{L}\p{M}'’.-]{0,30}){0,5}$/u
const DATE = /^[0-9]{1,4}[-./ ](?:[0-9]{1,2}|\p{L}{3,9})[-./ ][0-9]{2,4}$/u
/** Kinds of which a cell is no sign for its neighbours: what anything may be. */
const SINGLE = new Set(['DATE_TIME', 'LOCATION', 'ORGANIZATION', 'AGE', 'NRP', 'URL'])

export interface Columns {
  /** Cells of a column of which most are of one kind: they are of it too, where they are written like one. */
  more: NamedCandidate[]
  /** Names in columns whose head says that no persons are in them. */
  less: ReadonlySet<NamedCandidate>
}

/** What the cells of a column say about each other, and its head about them. `found`: ordered, without overlaps. Linear. */
export function compareColumns(text: string, found: readonly NamedCandidate[]): Columns {
  const more: NamedCandidate[] = []
  const less = new Set<NamedCandidate>()
  if (found.length === 0) return { more, less }
  for (const rows of [...tablesOf(text), ...tuplesOf(text)]) {
    const width = rows[0]?.length ?? 0
    for (let column = 0; column < width; column += 1) {
      const cells = rows.flatMap((row) => row[column] ?? []).filter(({ start, end }) => end > start)
      const owners = cells.map((cell) => ownerOf(cell, found))
      const head = cells[0] === undefined ? '' : text.slice(cells[0].start, cells[0].end).toLowerCase()
      if (owners[0] === null && isThingLabel(head)) {
        owners.forEach((owner, i) => {
          if (owner?.entityType === 'PERSON' && owner.evidence === 'model' && isInside(owner, cells[i])) less.add(owner)
        })
      } else more.push(...agreeing(text, cells, owners))
    }
  }
  return { more, less }
}

function agreeing(text: string, cells: readonly Cell[], owners: readonly (NamedCandidate | null)[]): NamedCandidate[] {
  const counts = new Map<string, number>()
  for (const owner of owners) if (owner !== null) counts.set(owner.entityType, (counts.get(owner.entityType) ?? 0) + 1)
  const [kind, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0]
  if (count < 2 || count === cells.length || SINGLE.has(kind)) return []
  // A head is no cell of its column.
  const isHeaded = owners[0] === null
  if (count * 2 < cells.length - (isHeaded ? 1 : 0)) return []
  const like = owners.find((owner) => owner?.entityType === kind)
  const samples = cells.filter((_, i) => owners[i]?.entityType === kind).map(({ start, end }) => text.slice(start, end))
  if (like === undefined || like === null) return []
  return cells
    .filter((_, i) => owners[i] === null && !(isHeaded && i === 0))
    .filter(({ start, end }) => isLike(text.slice(start, end), kind, samples))
    .map(({ start, end }) => ({ ...like, start, end, score: 0.5, evidence: 'context', recognizer: 'columns' }))
}

function isInside({ start, end }: NamedCandidate, cell: Cell | undefined): boolean {
  return cell !== undefined && start >= cell.start && end <= cell.end
}

/** What was found in a cell and is nearly all of it. */
function ownerOf({ start, end }: Cell, found: readonly NamedCandidate[]): NamedCandidate | null {
  const one = found[firstBehind(found, start)]
  if (one === undefined || one.start >= end) return null
  const covered = Math.min(end, one.end) - Math.max(start, one.start)
  return covered * 4 >= (end - start) * 3 ? one : null
}

function isLike(value: string, kind: string, samples: readonly string[]): boolean {
  if (kind === 'PERSON')
    return (
      NAME.test(value) && !isNoName(value) && (/^\p{Lu}/u.test(value) || samples.some((one) => /^\p{Ll}/u.test(one)))
    )
  if (kind === 'DATE_OF_BIRTH') return DATE.test(value)
  const lengths = samples.map((one) => one.length)
  if (!/[0-9]/.test(value) || value.length < Math.min(...lengths) - 2 || value.length > Math.max(...lengths) + 3)
    return false
  const hasLetter = /[A-Za-z]/.test(value)
  return kind === 'STREET_ADDRESS' || samples.some((one) => /[A-Za-z]/.test(one) === hasLetter)
}

/** Rows of one width one below the other, in cells. */
export function tablesOf(text: string): Cell[][][] {
  const tables: Cell[][][] = []
  let open: { delimiter: string; rows: Cell[][] } | null = null
  const close = (): void => {
    if (open !== null && open.rows.length >= (open.delimiter === ',' ? MIN_COMMA_ROWS : MIN_ROWS))
      tables.push(open.rows)
    open = null
  }
  if (!/[\t;|,]/.test(text)) return tables
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from)
    const end = newline < 0 ? text.length : newline
    const cells: Cell[] | null = open === null ? null : cellsOf(text, from, end, open.delimiter)
    if (open !== null && cells !== null && cells.length === open.rows[0]?.length) open.rows.push(cells)
    else if (!(open !== null && /^[\s|:+-]{3,}$/.test(text.slice(from, Math.min(end, from + 400))))) {
      close()
      for (const delimiter of DELIMITERS) {
        const row: Cell[] | null = cellsOf(text, from, end, delimiter)
        if (row === null || row.length < (delimiter === ',' ? 3 : 2)) continue
        open = { delimiter, rows: [row] }
        break
      }
    }
    from = end + 1
  }
  close()
  return tables
}

function cellsOf(text: string, from: number, end: number, delimiter: string): Cell[] | null {
  if (end - from > MAX_ROW || end - from < 3) return null
  const cells: Cell[] = []
  let start = from
  let isQuoted = false
  for (let i = from; i <= end; i += 1) {
    if (text[i] === '"') isQuoted = !isQuoted
    if (i < end && (text[i] !== delimiter || isQuoted)) continue
    cells.push(trimmed(text, start, i))
    start = i + 1
    if (cells.length > MAX_COLUMNS) return null
  }
  return cells
}

function tuplesOf(text: string): Cell[][][] {
  if (!text.includes("',") && !text.includes('",')) return []
  const byWidth = new Map<number, Cell[][]>()
  for (const { index, 0: tuple } of text.matchAll(TUPLES)) {
    const cells: Cell[] = []
    let start = index + 1
    let quote = ''
    for (let i = start; i < index + tuple.length; i += 1) {
      const unit = text[i] ?? ''
      if (quote === '' && (unit === "'" || unit === '"')) quote = unit
      else if (unit === quote) quote = ''
      if (i < index + tuple.length - 1 && (unit !== ',' || quote !== '')) continue
      cells.push(trimmed(text, start, i))
      start = i + 1
    }
    const rows = byWidth.get(cells.length)
    if (rows === undefined) byWidth.set(cells.length, [cells])
    else rows.push(cells)
  }
  return [...byWidth.values()].filter((rows) => rows.length >= MIN_ROWS && (rows[0]?.length ?? 0) > 1)
}

/** A cell without spaces and quotes around it. */
function trimmed(text: string, from: number, to: number): Cell {
  let [start, end] = [from, to]
  while (start < end && /[\s"'|]/.test(text[start] ?? '')) start += 1
  while (end > start && /[\s"'|]/.test(text[end - 1] ?? '')) end -= 1
  return { start, end }
}
