import { type Bounds, FIELD, type Made, makingOf, mostOf, NOTHING, sumOf, timesOf } from './bounds.ts'
import { type Arguments, callOf, castOf, constantOf, isByPlace, operatorOf } from './bounds-of-calls.ts'
import { CHOOSING, isStar, repetitionsOf, subLink, TESTING, treesOf } from './bounds-of-nodes.ts'
import { nameList, stringOf } from './scopes.ts'
import {
  apart,
  columnOf,
  eitherSource,
  listedSource,
  plainSource,
  renamedSource,
  type Source,
  widened,
  widest,
} from './sources.ts'
import { Refused, type Tree } from './types.ts'

/** Nodes of the expressions that a statement has once they have been put into one another; each takes half a kilobyte. */
const MAX_EXPANDED = 100_000
/** Nodes that are looked at, some of them again and again. */
const MAX_LOOKS = 400_000
/** Bytes of all values that a statement's expressions make for a row, and copies of gathered ones. */
const MAX_MADE_BYTES = 2 ** 28
const MAX_COPIES = 16
/** Steps of comparisons that nothing cancels: seconds. */
const MAX_STEPS = 2 ** 33

/**
 * Counts by the parse tree how large a statement's expressions and values can become, and how long they can take where nothing cancels
 * them: the planner puts columns of subqueries into one another (`a + a` of `a + a`, thirty times, are a billion nodes), `replace` makes
 * a gigabyte of two texts, and two arrays of a million elements are compared for hours. Of a tree whose nodes were checked.
 * @returns how many copies of values that it gathers are made where nothing stops it
 * @throws Refused `sql_too_complex`, `sql_too_large`
 */
export function checkBounds(select: Tree): number {
  const measuring = new Measuring()
  measuring.select(select, [], new Map())
  return measuring.copies
}

/** Queries of WITH by name, looked at when they are first named. */
type Ctes = ReadonlyMap<string, () => Source>

class Measuring {
  #total = NOTHING
  #looks = 0
  #at: number | null = null

  get copies(): number {
    return this.#total.copies
  }

  /** What a SELECT gives. `onFirst` hears what the first part of a UNION gives before the second is looked at. */
  select(fields: Tree, outer: readonly Source[], known: Ctes, onFirst?: (first: Source) => void): Source {
    const ctes = this.#with(fields.withClause as Tree | undefined, outer, known)
    if (fields.larg !== undefined) {
      const left = this.select(fields.larg as Tree, outer, ctes)
      onFirst?.(left)
      for (const value of [fields.sortClause, fields.limitOffset, fields.limitCount])
        this.#expression(value, outer, ctes)
      return eitherSource(left, this.select(fields.rarg as Tree, outer, ctes))
    }
    const { withClause: _, fromClause, targetList, valuesLists, ...clauses } = fields
    const sources = this.#from(treesOf(fromClause), outer, ctes)
    const scope = [...sources, ...outer]
    const given =
      valuesLists === undefined
        ? this.#targets(treesOf(targetList), sources, scope, ctes)
        : this.#values(treesOf(valuesLists), scope, ctes)
    for (const value of Object.values(clauses)) this.#expression(value, scope, ctes)
    const isApart = fields.limitCount !== undefined || fields.limitOffset !== undefined
    return isApart ? apart(given) : given
  }

  #targets(targets: readonly Tree[], sources: readonly Source[], scope: readonly Source[], ctes: Ctes): Source {
    const columns: { name: string | null; bounds: Bounds }[] = []
    let unlisted: Bounds | null = null
    for (const one of targets) {
      const target = one.ResTarget as Tree
      const bounds = this.#expression(target.val, scope, ctes)
      const name = nameOf(target)
      if (name !== '*') columns.push({ name, bounds })
      else {
        for (const source of sources) {
          columns.push(...source.columns)
          if (!source.isListed) unlisted = mostOf([unlisted ?? NOTHING, source.other])
        }
      }
    }
    const listed = listedSource(columns)
    if (unlisted === null) return listed
    return {
      ...listed,
      isListed: false,
      other: mostOf([listed.other, unlisted]),
      whole: sumOf([listed.whole, unlisted]),
    }
  }

  #values(rows: readonly Tree[], scope: readonly Source[], ctes: Ctes): Source {
    const all = rows.map((row) =>
      treesOf((row.List as Tree | undefined)?.items).map((item) => this.#expression(item, scope, ctes)),
    )
    return listedSource(
      (all[0] ?? []).map((_, place) => ({
        name: `column${place + 1}`,
        bounds: mostOf(all.map((row) => row[place] ?? NOTHING)),
      })),
    )
  }

  #with(clause: Tree | undefined, outer: readonly Source[], known: Ctes): Ctes {
    if (!clause) return known
    let ctes = new Map(known)
    for (const one of treesOf(clause.ctes)) {
      const { ctename, ctequery, aliascolnames } = one.CommonTableExpr as Tree
      // A later one is seen where the clause is recursive; what names itself is a relation to itself.
      const seen = clause.recursive === true ? ctes : new Map(ctes)
      const query = (ctequery as Tree).SelectStmt as Tree
      let source: Source | null = null
      let isOwn = false
      const once = (start: Source | null): Source => {
        source = start ?? plainSource({ ...NOTHING, nodes: 1 })
        const given = this.select(query, outer, seen, (first) => {
          if (start === null) source = apart(renamedSource(first, null, aliascolnames))
        })
        return renamedSource(given, null, aliascolnames)
      }
      const look = () => {
        isOwn = source !== null
        if (source !== null) return source
        const before = this.#total
        const given = once(null)
        source = isOwn ? this.#rounds(apart(given), before, once) : given
        return source
      }
      if (clause.recursive !== true) ctes = new Map(ctes)
      ctes.set(String(ctename), look)
    }
    // Also what nobody names is parsed.
    for (const look of ctes.values()) look()
    return ctes
  }

  /** What a query gives that names itself: it is looked at again with what it gave, until that does not grow. */
  #rounds(first: Source, before: Bounds, look: (start: Source) => Source): Source {
    let start = first
    for (let round = 1; ; round++) {
      this.#total = before
      const grown = widened(start, look(start), round)
      if (grown === start) return start
      start = grown
    }
  }

  #from(items: readonly Tree[], outer: readonly Source[], ctes: Ctes): Source[] {
    const sources: Source[] = []
    // LATERAL and functions name what stands before them.
    for (const item of items) sources.push(...this.#sources(item, [...sources, ...outer], ctes))
    return sources
  }

  #sources(item: Tree, outer: readonly Source[], ctes: Ctes): Source[] {
    const [[type, fields] = ['', {}]] = Object.entries(item) as [string, Tree][]
    const { aliasname, colnames } = (fields.alias ?? {}) as Tree
    const alias = typeof aliasname === 'string' ? aliasname : null
    if (type === 'JoinExpr') {
      const sides = this.#from([fields.larg as Tree, fields.rarg as Tree], outer, ctes)
      this.#expression(fields.quals, [...sides, ...outer], ctes)
      if (alias === null) return sides
      return [
        ...sides,
        { ...plainSource(mostOf(sides.map(widest)), alias), whole: sumOf(sides.map((side) => side.whole)) },
      ]
    }
    if (type === 'RangeSubselect') {
      return [renamedSource(this.select((fields.subquery as Tree).SelectStmt as Tree, outer, ctes), alias, colnames)]
    }
    if (type === 'RangeVar' && fields.schemaname === undefined) {
      const name = String(fields.relname)
      return [renamedSource(ctes.get(name)?.() ?? plainSource(), alias ?? name, colnames)]
    }
    if (type !== 'RangeFunction') return [plainSource(FIELD, alias)]
    const { bytes } = this.#expression(fields.functions, outer, ctes)
    return [plainSource({ ...NOTHING, nodes: 1, bytes }, alias)]
  }

  /** What an expression is. @throws Refused where all of them are too much */
  #expression(value: unknown, scope: readonly Source[], ctes: Ctes): Bounds {
    const bounds = this.#measure(value, scope, ctes)
    this.#total = sumOf([this.#total, bounds])
    const { nodes, made, copies, steps } = this.#total
    if (nodes > MAX_EXPANDED) throw new Refused('sql_too_complex', EXPANDED)
    if (steps > MAX_STEPS) throw new Refused('sql_too_large', COMPARED, this.#at)
    if (made > MAX_MADE_BYTES || copies > MAX_COPIES) throw new Refused('sql_too_large', MADE, this.#at)
    return bounds
  }

  #measure(value: unknown, scope: readonly Source[], ctes: Ctes): Bounds {
    if (Array.isArray(value)) return sumOf(value.map((one) => this.#measure(one, scope, ctes)))
    if (typeof value !== 'object' || value === null) return NOTHING
    const parts = Object.entries(value as Tree).map(([type, fields]) => this.#node(type, fields as Tree, scope, ctes))
    return parts.length === 1 ? (parts[0] as Bounds) : sumOf(parts)
  }

  #node(type: string, fields: Tree, scope: readonly Source[], ctes: Ctes): Bounds {
    if (++this.#looks > MAX_LOOKS) throw new Refused('sql_too_complex', EXPANDED)
    const measure = (value: unknown) => this.#measure(value, scope, ctes)
    if (typeof fields !== 'object' || fields === null) return NOTHING
    if (typeof fields.location === 'number' && fields.location >= 0) this.#at = fields.location
    if (type === 'ColumnRef') return columnOf(treesOf(fields.fields), scope)
    if (type === 'SelectStmt') {
      const before = this.#total.nodes
      const { bytes } = widest(this.select(fields, scope, ctes))
      return { ...NOTHING, nodes: this.#total.nodes - before, bytes }
    }
    // The fields of a node, without a name of their own.
    if (!/^[A-Z]/.test(type)) return measure(fields)
    if (type === 'A_Const') return { ...NOTHING, nodes: 1, bytes: constantOf(fields) }
    const at = this.#at
    const bounds = this.#made(type, fields, measure)
    this.#at = at
    return { ...bounds, nodes: bounds.nodes + 1 }
  }

  #made(type: string, fields: Tree, measure: (value: unknown) => Bounds): Bounds {
    const of = (nodes: readonly Tree[], more: readonly unknown[], make: (args: Arguments) => Made) => {
      const bounds = nodes.map(measure)
      const largest = Math.max(0, ...bounds.map(({ bytes }) => bytes))
      return makingOf(sumOf([...bounds, ...more.map(measure)]), largest, make({ nodes, bounds }))
    }
    if (type === 'FuncCall') {
      const { args, agg_order, agg_filter, over } = fields
      return of(treesOf(args), [agg_order, agg_filter, over], (given) => this.#call(fields, given))
    }
    if (type === 'A_Expr') {
      const name = nameList(fields.name)?.at(-1) ?? ''
      const sides = [fields.lexpr, fields.rexpr].map((side) => (side ?? {}) as Tree)
      return timesOf(
        of(sides, [], (given) => operatorOf(name, given)),
        repetitionsOf(fields),
      )
    }
    if (type === 'TypeCast') {
      const { names, arrayBounds } = fields.typeName as Tree
      const isArray = arrayBounds !== undefined
      return of([fields.arg as Tree], [], (given) => castOf(nameList(names)?.at(-1) ?? '', isArray, given))
    }
    const parts = Object.entries(fields).map(([name, value]) => {
      const each = (Array.isArray(value) ? value : [value]).map(measure)
      return { name, sum: sumOf(each), most: mostOf(each) }
    })
    const [all, { bytes: most }] = [sumOf(parts.map(({ sum }) => sum)), mostOf(parts.map((part) => part.most))]
    const sizeOf = (name: string) => parts.find((part) => part.name === name)?.sum.bytes ?? 0
    if (CHOOSING.has(type)) return { ...all, bytes: most }
    if (type === 'A_Indirection') return { ...timesOf(all, isStar(fields) ? 32 : 1), bytes: sizeOf('arg') }
    if (type === 'SubLink') return subLink(fields, all, sizeOf)
    if (TESTING.has(type)) return { ...all, bytes: 1 }
    return type === 'RowExpr' || type === 'A_ArrayExpr' ? makingOf(all, most, { bytes: all.bytes }) : all
  }

  #call({ funcname, args, func_variadic: isVariadic }: Tree, given: Arguments): Made {
    const names = nameList(funcname) ?? []
    const [schema, last = ''] = names.length > 1 ? names : ['', names[0]]
    if (treesOf(args).some((one) => one.NamedArgExpr !== undefined) && isByPlace(last)) {
      throw new Refused(
        'sql_construct_not_allowed',
        `Give the arguments of ${last} in their order, without names.`,
        this.#at,
      )
    }
    const isAdded = schema !== '' && schema !== 'pg_catalog'
    return callOf(isAdded ? `${schema}.${last}` : last, given, isVariadic === true)
  }
}

const EXPANDED =
  'Expressions stand in one another too often, by columns of subqueries, BETWEEN or IN: write it with fewer levels, or add LIMIT to a level.'
const COMPARED =
  'This compares two values that may both be large, part by part, which can take hours: compare with a shorter constant, or join on what the values are made of.'
const MADE =
  'This can make values that are too large: put shorter texts in, repeat less, or take fewer steps with values that aggregates or WITH RECURSIVE put together.'

/** What a column is called by its expression; null: by something else, `*`: all there are. */
function nameOf({ name, val }: Tree): string | null {
  if (typeof name === 'string') return name
  const last = treesOf(((val as Tree | undefined)?.ColumnRef as Tree | undefined)?.fields).at(-1)
  if (last?.A_Star !== undefined) return '*'
  return last === undefined ? null : stringOf(last)
}
