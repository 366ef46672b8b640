import { stringOf } from './scopes.ts'
import { Refused, type Tree } from './types.ts'

/** Nodes of the expressions that a statement has once they have been put into one another; each takes half a kilobyte. */
const MAX_EXPANDED = 100_000

/** What a relation of FROM is to those who name its columns: how many nodes a column becomes. */
interface Source {
  alias: string | null
  /** By a column's name. */
  named: ReadonlyMap<string, number>
  /** Any other column. */
  other: number
  /** All columns, as one row. */
  whole: number
}

const PLAIN: Source = { alias: null, named: new Map(), other: 1, whole: 1 }

/**
 * The planner replaces a column of a subquery by its expression, wherever it stands: `a + a` of `a + a` of `a + a`, thirty times, are
 * a billion nodes, and nothing cancels a plan. This counts them without making them. Of a tree whose nodes were checked.
 * @throws Refused `sql_too_complex`
 */
export function checkGrowth(select: Tree): void {
  new Expansion().select(select, [], new Map())
}

/** Queries of WITH by name, looked at when they are first named. */
type Ctes = ReadonlyMap<string, () => Source>

class Expansion {
  #total = 0

  /** What a SELECT gives, and the nodes that it becomes. */
  select(fields: Tree, outer: readonly Source[], known: Ctes): Source & { nodes: number } {
    const before = this.#total
    const ctes = this.#with(fields.withClause as Tree | undefined, outer, known)
    if (fields.larg !== undefined) {
      const sides = [fields.larg, fields.rarg].map((side) => this.select(side as Tree, outer, ctes))
      const [other, whole] = [Math.max(...sides.map(mostOf)), Math.max(...sides.map((side) => side.whole))]
      return { ...PLAIN, other, whole, nodes: this.#total - before }
    }
    const { withClause: _, fromClause, targetList, ...clauses } = fields
    const sources = treesOf(fromClause).flatMap((one) => this.#sources(one, outer, ctes))
    const scope = [...sources, ...outer]
    const given = this.#targets(treesOf(targetList), sources, scope, ctes)
    for (const [name, value] of Object.entries(clauses)) {
      const nodes = this.#expression(value, scope, ctes)
      if (name === 'valuesLists') Object.assign(given, { other: nodes, whole: nodes })
    }
    const isApart = fields.limitCount !== undefined || fields.limitOffset !== undefined
    return { ...(isApart ? PLAIN : given), nodes: this.#total - before }
  }

  #targets(targets: readonly Tree[], sources: readonly Source[], scope: readonly Source[], ctes: Ctes): Source {
    const named = new Map<string, number>()
    let [other, whole] = [1, 0]
    for (const one of targets) {
      const target = one.ResTarget as Tree
      const nodes = this.#expression(target.val, scope, ctes)
      const name = nameOf(target)
      whole += nodes
      if (name === null) other = Math.max(other, nodes)
      else if (name === '*') {
        for (const source of sources) {
          other = Math.max(other, source.other)
          for (const [column, size] of source.named) named.set(column, Math.max(size, named.get(column) ?? 0))
        }
      } else named.set(name, Math.max(nodes, named.get(name) ?? 0))
    }
    return { alias: null, named, other, whole: Math.max(1, whole) }
  }

  #with(clause: Tree | undefined, outer: readonly Source[], known: Ctes): Ctes {
    if (!clause) return known
    let ctes = new Map(known)
    for (const one of treesOf(clause.ctes)) {
      const { ctename, ctequery, aliascolnames } = one.CommonTableExpr as Tree
      // A later one is seen where the clause is recursive; what names itself is a relation to itself.
      const seen = clause.recursive === true ? ctes : new Map(ctes)
      let source: Source | null = null
      const look = () => {
        if (source !== null) return source
        source = PLAIN
        source = renamed(this.select((ctequery as Tree).SelectStmt as Tree, outer, seen), null, aliascolnames)
        return source
      }
      if (clause.recursive !== true) ctes = new Map(ctes)
      ctes.set(String(ctename), look)
    }
    return ctes
  }

  #sources(item: Tree, outer: readonly Source[], ctes: Ctes): Source[] {
    const [[type, fields] = ['', {}]] = Object.entries(item) as [string, Tree][]
    const { aliasname, colnames } = (fields.alias ?? {}) as Tree
    const alias = typeof aliasname === 'string' ? aliasname : null
    if (type === 'JoinExpr') {
      const sides = [fields.larg, fields.rarg].flatMap((side) => this.#sources(side as Tree, outer, ctes))
      this.#expression(fields.quals, [...sides, ...outer], ctes)
      const [other, whole] = [Math.max(1, ...sides.map(mostOf)), sides.reduce((sum, side) => sum + side.whole, 0)]
      return alias === null ? sides : [...sides, { ...PLAIN, alias, other, whole }]
    }
    if (type === 'RangeSubselect') {
      return [renamed(this.select((fields.subquery as Tree).SelectStmt as Tree, outer, ctes), alias, colnames)]
    }
    if (type === 'RangeVar' && fields.schemaname === undefined) {
      const name = String(fields.relname)
      return [renamed(ctes.get(name)?.() ?? PLAIN, alias ?? name, colnames)]
    }
    if (type === 'RangeFunction') this.#expression(fields.functions, outer, ctes)
    return [PLAIN]
  }

  /** Nodes that an expression becomes. @throws Refused where all of them are too many */
  #expression(value: unknown, scope: readonly Source[], ctes: Ctes): number {
    const nodes = this.#count(value, scope, ctes)
    this.#total += nodes
    if (this.#total <= MAX_EXPANDED) return nodes
    const words =
      'Expressions stand in one another too often, by columns of subqueries, BETWEEN or IN: write it with fewer levels, or add LIMIT to a level.'
    throw new Refused('sql_too_complex', words)
  }

  #count(value: unknown, scope: readonly Source[], ctes: Ctes): number {
    if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + this.#count(one, scope, ctes), 0)
    if (typeof value !== 'object' || value === null) return 0
    let nodes = 0
    for (const [type, fields] of Object.entries(value as Tree)) {
      const times = timesOf(type, fields as Tree)
      if (type === 'ColumnRef') nodes += columnOf(fields as Tree, scope)
      else if (type === 'SelectStmt') nodes += this.select(fields as Tree, scope, ctes).nodes
      else nodes += (/^[A-Z]/.test(type) ? 1 : 0) + times * this.#count(fields, scope, ctes)
    }
    return nodes
  }
}

/** How often the parser writes what stands in a node: BETWEEN and IN are comparisons one by one, `(row).*` its columns. */
function timesOf(type: string, fields: Tree): number {
  if (type === 'A_Indirection') return treesOf(fields.indirection).some((one) => one.A_Star !== undefined) ? 32 : 1
  if (type !== 'A_Expr') return 1
  const kind = String(fields.kind)
  if (kind === 'AEXPR_IN') {
    const items = treesOf((fields.rexpr as Tree | undefined)?.List ? ((fields.rexpr as Tree).List as Tree).items : [])
    return items.every((one) => one.A_Const !== undefined) ? 1 : items.length
  }
  return { AEXPR_BETWEEN: 2, AEXPR_NOT_BETWEEN: 2, AEXPR_BETWEEN_SYM: 4, AEXPR_NOT_BETWEEN_SYM: 4 }[kind] ?? 1
}

function columnOf({ fields }: Tree, scope: readonly Source[]): number {
  const names = treesOf(fields).map(stringOf)
  const name = names.at(-1) ?? null
  const isRow = (source: Source) => name === null || (names.length === 1 && source.alias === name)
  return Math.max(1, ...scope.map((source) => (isRow(source) ? source.whole : sizeOf(source, name ?? ''))))
}

function sizeOf({ named, other }: Source, name: string): number {
  return named.get(name) ?? other
}

/** What a column is called by its expression; null: by something else, `*`: all there are. */
function nameOf({ name, val }: Tree): string | null {
  if (typeof name === 'string') return name
  const last = treesOf(((val as Tree | undefined)?.ColumnRef as Tree | undefined)?.fields).at(-1)
  if (last?.A_Star !== undefined) return '*'
  return last === undefined ? null : stringOf(last)
}

function renamed(source: Source, alias: string | null, names: unknown): Source {
  const { named, other, whole } = source
  if (treesOf(names).length === 0) return { alias, named, other, whole }
  return { alias, named: new Map(), other: mostOf(source), whole }
}

function mostOf({ named, other }: Source): number {
  return Math.max(other, ...named.values())
}

function treesOf(value: unknown): Tree[] {
  return Array.isArray(value) ? (value as Tree[]) : []
}
