import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import {
  FIELD_TYPES,
  type FieldKind,
  kindOfValue,
  kindsBesideName,
  kindsOfLabel,
  plainLabel,
  SECRET_LABEL,
} from './field-labels.ts'

/** The last one stands for two spaces or more. */
const DELIMITERS = ['\t', ';', '|', ',', '  '] as const
const MAX_COLUMNS = 64
const MAX_HEADER = 1_000
const MAX_ROW = 8_000
/** Rows of another width after which a table is over. */
const MAX_MISFITS = 3
const RULE = /^[\s|:+-]+$/
const INSERT = indexed(/\binsert +into +[^\s(]{1,128} *\(([^()]{1,1000})\) *values\s*/gi)
const TUPLE = /\s{0,8}\(/y

interface Cell {
  start: number
  end: number
}

/** The head of rows that a dump of PostgreSQL has, with tabs between their cells: `COPY staff (id, name) FROM stdin;`. */
const COPY = /^copy [^\s(]{1,128} ?\(([^()]{1,1000})\) from stdin/i

/** Cells of tables with a head, CSV, Markdown and SQL's INSERT and COPY, whose column says what they are. */
export const tableCell: Recogniser = {
  name: 'table-cell',
  entityTypes: FIELD_TYPES,
  find(text) {
    const found: Candidate[] = []
    if (/[,;|\t]| {2}/.test(text)) findTables(text, found)
    for (const match of INSERT.matchesIn(text)) findTuples(text, match, found)
    return found
  },
}

function findTables(text: string, found: Candidate[]): void {
  let columns: readonly (readonly FieldKind[])[] | null = null
  let delimiter: string = ','
  let misfits = 0
  for (let from = 0; from <= text.length; ) {
    const newline = text.indexOf('\n', from)
    const end = newline < 0 ? text.length : newline
    const isBlank = end - from < 2 && text.slice(from, end).trim() === ''
    if (isBlank || misfits > MAX_MISFITS) columns = null
    if (columns === null && end - from <= MAX_HEADER && !isBlank) {
      const head = readHead(text, from, end)
      if (head !== null) {
        columns = head.columns
        delimiter = head.delimiter
        misfits = 0
      }
    } else if (columns !== null && end - from <= MAX_ROW && !RULE.test(text.slice(from, end))) {
      const cells = splitCells(text, from, end, delimiter, '"')
      if (cells.length === columns.length) {
        misfits = 0
        addCells(text, cells, columns, found)
      } else misfits += 1
    }
    from = end + 1
  }
}

/** A line of labels of which at least two announce something personal. */
function readHead(
  text: string,
  from: number,
  end: number,
): { columns: (readonly FieldKind[])[]; delimiter: string } | null {
  const line = text.slice(from, end)
  const copied = COPY.exec(line)?.[1]
  if (copied !== undefined) {
    const columns = columnsOf(copied.split(','), 1)
    return columns === null ? null : { columns, delimiter: '\t' }
  }
  for (const delimiter of DELIMITERS) {
    if (
      !line.includes(delimiter) ||
      !hasRow(text, end + 1, line.trim().split(delimiter === '  ' ? / {2,}/ : delimiter).length - 1, delimiter)
    )
      continue
    const cells = splitCells(text, from, end, delimiter, '"')
    if (cells.length < 2 || cells.length > MAX_COLUMNS) continue
    const columns = columnsOf(cells.map(({ start, end: stop }) => text.slice(start, stop)))
    if (columns !== null) return { columns, delimiter }
  }
  return null
}

/** Whether the next line has as many delimiters at least. */
function hasRow(text: string, from: number, count: number, delimiter: string): boolean {
  const newline = text.indexOf('\n', from)
  const limit = newline < 0 ? text.length : newline
  let seen = 0
  for (
    let at = text.indexOf(delimiter, from);
    at >= 0 && at < limit && seen < count;
    at = text.indexOf(delimiter, at + delimiter.length)
  )
    seen += 1
  return from < text.length && seen >= count
}

/** Columns in which persons are where another one is personal too. */
const OF_PERSONS =
  /^(?:name|staff(?: member)?|member|resident|attendee|participant|student|pupil|teacher|applicant|colleague|person|mitarbeiter(?:in)?|teilnehmer(?:in)?|bewohner(?:in)?|schüler(?:in)?|salarié|agent|élève|résident|empleado|alumno|socio|dipendente|alunno|socio|medewerker|bewoner|leerling|pracownik|uczeń|mieszkaniec|funcionário|aluno|sócio)$/

/** Columns that stand beside persons in a list of who is paid. */
const OF_PAY =
  /^(?:emp|employee ?(?:no|id|nr|number)|staff ?(?:no|id)|payroll(?: ?(?:no|id))?|gross(?: pay)?|net(?: pay)?|salary|wages?|brutto|netto|brut|bruto|lordo|neto)$/

/** A column that is only called a name is one of persons where another column is personal too. */
function columnsOf(labels: readonly string[], least = 2): (readonly FieldKind[])[] | null {
  const plain = labels.map(plainLabel)
  if (plain.some((label) => label.length > 40 || /[0-9]{3}|[!?] |\p{L}{6}\. /u.test(label))) return null
  const isSplit = plain.includes('first') && plain.includes('last')
  const kinds = plain.map((label) => kindsOfLabel(isSplit && /^(?:first|last)$/.test(label) ? `${label} name` : label))
  const isTown = (kind: FieldKind): boolean => kind.isTown === true
  const hasStreet = kinds.some((some) => some.some((kind) => kind.entityType === 'STREET_ADDRESS' && !isTown(kind)))
  const others = plain.filter(
    (label, i) => kinds[i]?.some((kind) => !isTown(kind)) === true || /^e ?mail(?: address)?$/.test(label),
  ).length
  const pay = plain.filter((label) => OF_PAY.test(label)).length > 1 ? 1 : 0
  const isNamed = others + pay > 0 && plain.some((label) => OF_PERSONS.test(label))
  // Whose machine it is stands beside its addresses.
  const machines = plain.filter((label) => /^(?:(?:last )?ip|mac)(?: address)?$/.test(label)).length
  const opens = plain.length > 2 && plain.some((label) => SECRET_LABEL.test(label)) ? 1 : 0
  if (others + pay === 0 || others + pay + (isNamed ? 1 : 0) + machines + opens < least) return null
  return kinds.map((some, i) => {
    const label = plain[i] ?? ''
    if (isNamed && OF_PERSONS.test(label)) return kindsOfLabel('full name')
    const own = isNamed ? kindsBesideName(label, some) : some
    return hasStreet ? own : own.filter((kind) => !isTown(kind))
  })
}

function addCells(
  text: string,
  cells: readonly Cell[],
  columns: readonly (readonly FieldKind[])[],
  found: Candidate[],
): void {
  cells.forEach(({ start, end }, i) => {
    const kind = kindOfValue(columns[i] ?? [], text.slice(start, end))
    if (kind !== null) found.push({ entityType: kind.entityType, start, end, score: 0.7, evidence: 'context' })
  })
}

/** Cells without the quotes and the spaces around them. A delimiter in quotes is none. */
function splitCells(text: string, from: number, end: number, delimiter: string, quote: string): Cell[] {
  if (delimiter === '  ') return columnsOfSpaces(text, from, end)
  let [first, last] = [from, end]
  if (delimiter === '|') {
    while (first < last && text[first] === ' ') first += 1
    if (text[first] === '|') first += 1
    while (last > first && /[ \r]/.test(text[last - 1] ?? '')) last -= 1
    if (text[last - 1] === '|') last -= 1
  }
  const cells: Cell[] = []
  let start = first
  let isQuoted = false
  for (let i = first; i <= last; i += 1) {
    // A quote inside a cell is a sign like others: `CSV = """name;number`.
    if (text[i] === quote && (isQuoted || text.slice(start, i).trim() === '')) isQuoted = !isQuoted
    if (i < last && (text[i] !== delimiter || isQuoted)) continue
    cells.push(trimmed(text, start, i, quote))
    start = i + 1
  }
  return cells
}

/** Cells that two spaces or more keep apart. */
function columnsOfSpaces(text: string, from: number, end: number): Cell[] {
  return Array.from(text.slice(from, end).matchAll(/\S+(?: \S+)*/g), ({ index, 0: cell }) => ({
    start: from + index,
    end: from + index + cell.length,
  }))
}

function trimmed(text: string, from: number, to: number, quote: string): Cell {
  let [start, end] = [from, to]
  while (start < end && /\s/.test(text[start] ?? '')) start += 1
  while (end > start && /\s/.test(text[end - 1] ?? '')) end -= 1
  if (end - start > 1 && text[start] === quote && text[end - 1] === quote) return { start: start + 1, end: end - 1 }
  return { start, end }
}

function findTuples(text: string, head: RegExpExecArray, found: Candidate[]): void {
  const columns = columnsOf(
    (head[1] ?? '').split(',').map((label) => label.replace(/["'`[\]]/g, '')),
    1,
  )
  if (columns === null) return
  let at = head.index + head[0].length
  for (;;) {
    TUPLE.lastIndex = at
    const open = TUPLE.exec(text)
    if (open === null) return
    const start = at + open[0].length
    const end = tupleEnd(text, start)
    if (end < 0) return
    const cells = splitCells(text, start, end, ',', "'")
    if (cells.length === columns.length) addCells(text, cells, columns, found)
    at = end + 1
    while (text[at] === ',' || text[at] === ' ') at += 1
  }
}

/** The bracket that closes a tuple, outside quotes. */
function tupleEnd(text: string, from: number): number {
  let isQuoted = false
  const limit = Math.min(text.length, from + MAX_ROW)
  for (let i = from; i < limit; i += 1) {
    if (text[i] === "'") isQuoted = !isQuoted
    else if (text[i] === ')' && !isQuoted) return i
  }
  return -1
}
