import { type Bounds, FIELD, GATHERED_BYTES, mostOf, NOTHING, NUMBER_BYTES, sumOf } from './bounds.ts'
import { stringOf } from './scopes.ts'
import type { Tree } from './types.ts'

/** What a relation of FROM is to those who name its columns. */
export interface Source {
  alias: string | null
  /** In their order where `isListed`. A name is null where PostgreSQL makes one. */
  columns: readonly { name: string | null; bounds: Bounds }[]
  /** Nothing is beside the columns. */
  isListed: boolean
  /** Any other column. */
  other: Bounds
  /** All columns, as one row. */
  whole: Bounds
}

/** Columns of a recursion that have not stopped growing by this round are taken for gathered. */
const MAX_ROUNDS = 6
const ONE: Bounds = { ...NOTHING, nodes: 1 }

/** Of a view, or of something that has one column of any name. */
export function plainSource(bounds: Bounds = FIELD, alias: string | null = null): Source {
  return { alias, columns: [], isListed: false, other: bounds, whole: bounds }
}

/** Of columns one by one. */
export function listedSource(columns: Source['columns']): Source {
  const other = mostOf([ONE, ...columns.flatMap(({ name, bounds }) => (name === null ? [bounds] : []))])
  const whole = sumOf(columns.map(({ bounds }) => bounds))
  return { alias: null, columns, isListed: true, other, whole: { ...whole, nodes: Math.max(1, whole.nodes) } }
}

/** Rows of the one, and rows of the other. */
export function eitherSource(left: Source, right: Source): Source {
  const whole = mostOf([left.whole, right.whole])
  if (!left.isListed || !right.isListed || left.columns.length !== right.columns.length) {
    return { ...plainSource(mostOf([widest(left), widest(right)])), whole }
  }
  const columns = left.columns.map(({ name, bounds }, place) => ({
    name,
    bounds: mostOf([bounds, right.columns[place]?.bounds ?? NOTHING]),
  }))
  return { ...listedSource(columns), whole }
}

/** Under another name, and with other names of its columns. */
export function renamedSource(source: Source, alias: string | null, names: unknown): Source {
  const given = Array.isArray(names) ? (names as Tree[]) : []
  if (given.length === 0) return { ...source, alias }
  if (!source.isListed) return { ...plainSource(widest(source), alias), whole: source.whole }
  const columns = source.columns.map(({ name, bounds }, place) => ({
    name: place < given.length ? stringOf(given[place]) : name,
    bounds,
  }))
  return { ...listedSource(columns), alias }
}

/** The column that can be the most. */
export function widest({ columns, other }: Source): Bounds {
  return mostOf([other, ...columns.map(({ bounds }) => bounds)])
}

/** What a name of a column can stand for, in all that is in scope. */
export function columnOf(fields: readonly unknown[], scope: readonly Source[]): Bounds {
  const names = fields.map(stringOf)
  const name = names.at(-1) ?? null
  const found = scope.map((source) => {
    if (name === null || (names.length === 1 && source.alias === name)) return source.whole
    const named = source.columns.filter((column) => column.name === name)
    return named.length > 0 ? mostOf(named.map(({ bounds }) => bounds)) : source.other
  })
  return mostOf(scope.length === 0 ? [FIELD] : [ONE, ...found])
}

/** As one that the planner does not put into another: its values stay as large. */
export function apart(source: Source): Source {
  const one = ({ bytes }: Bounds): Bounds => ({ ...NOTHING, nodes: 1, bytes })
  const columns = source.columns.map(({ name, bounds }) => ({ name, bounds: one(bounds) }))
  return { ...source, columns, other: one(source.other), whole: one(source.whole) }
}

/** A recursion's columns with those that grew taken for as large as they may become: a number, or what is gathered. */
export function widened(start: Source, given: Source, round: number): Source {
  const isWider = (wide: Bounds, bounds: Bounds) => bounds.bytes > wide.bytes && wide.bytes < GATHERED_BYTES
  const wider = (wide: Bounds): Bounds => {
    const isNumber = wide.bytes < NUMBER_BYTES && round < MAX_ROUNDS
    return { ...wide, bytes: isNumber ? NUMBER_BYTES : GATHERED_BYTES }
  }
  if (!start.isListed || !given.isListed || start.columns.length !== given.columns.length) {
    return isWider(widest(start), widest(given)) ? plainSource(wider(widest(start))) : start
  }
  const grew = start.columns.map(({ bounds }, place) => isWider(bounds, given.columns[place]?.bounds ?? NOTHING))
  if (!grew.includes(true)) return start
  return listedSource(
    start.columns.map(({ name, bounds }, place) => ({ name, bounds: grew[place] ? wider(bounds) : bounds })),
  )
}
