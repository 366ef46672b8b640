import { nameList } from './scopes.ts'
import { Refused, type Tree } from './types.ts'

/**
 * Comparisons of every part of one value with every part of another run to their end, whatever is asked of the database meanwhile:
 * with two values of a million elements, for hours. Where a statement gathers values without a bound, one side has to be small.
 */
export class Searches {
  #gathers = false
  #search: { what: string; at: number | null } | null = null

  /** Looks at a node before what is below it. */
  note(type: string, fields: Tree, at: number | null): void {
    if (type === 'FuncCall') {
      const name = nameList(fields.funcname)?.at(-1) ?? ''
      if (GATHERING.has(name) || isFilled(name, fields)) this.#gathers = true
      const place = SEARCHING[name]
      const args = Array.isArray(fields.args) ? (fields.args as Tree[]) : []
      if (place !== undefined && args[place] !== undefined && !isSmall(args[place])) this.#found(name, at)
    }
    if (type === 'SubLink' && fields.subLinkType === 'ARRAY_SUBLINK') this.#gathers = true
    if (type === 'WithClause' && fields.recursive === true) this.#gathers = true
    if (type === 'A_Expr') {
      const name = nameList(fields.name)?.at(-1) ?? ''
      const isBounded = isSmall(fields.lexpr as Tree) || isSmall(fields.rexpr as Tree)
      if (SEARCHING_OPERATORS.has(name) && !isBounded) this.#found(name, at)
    }
  }

  /** @throws Refused `sql_too_large` */
  check(): void {
    if (!this.#gathers || !this.#search) return
    const { what, at } = this.#search
    const words = `${what} of two values that the statement makes can take hours where it gathers values, too: compare with a constant, or join on what the values are made of.`
    throw new Refused('sql_too_large', words, at)
  }

  #found(what: string, at: number | null): void {
    this.#search ??= { what, at }
  }
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** What they give has no bound but that of rows. */
const GATHERING = words(`
  string_agg array_agg json_agg jsonb_agg json_agg_strict jsonb_agg_strict json_object_agg jsonb_object_agg range_agg
  json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique jsonb_object_agg_unique
`)

const SEARCHING_OPERATORS = words('&& @> <@ ?| ?& ~~ ~~* !~~ !~~* <-> ?# ## ~=')

/** By the place of what is looked for. */
const SEARCHING: Readonly<Record<string, number>> = {
  ...{ position: 1, strpos: 1, replace: 1, split_part: 1, string_to_array: 1, string_to_table: 1, translate: 1 },
  ...{ btrim: 1, ltrim: 1, rtrim: 1, like: 1, notlike: 1, normalize: 0, is_normalized: 0 },
}

/** By the place of what is put in again and again. */
const FILLING: Readonly<Record<string, number>> = { replace: 2, regexp_replace: 2, array_to_string: 1, concat_ws: 0 }

function isFilled(name: string, fields: Tree): boolean {
  const place = FILLING[name]
  const args = Array.isArray(fields.args) ? (fields.args as Tree[]) : []
  return place !== undefined && !isSmall(args[place])
}

/** Calls whose value is small, whatever they are given. */
const SMALL = words(`
  int4range int8range numrange tsrange tstzrange daterange point box circle lseg now date_trunc make_date make_timestamp
  jsonb_build_object jsonb_build_array to_date to_timestamp lpad rpad to_char chr
`)
/** Types whose values are small. */
const SMALL_TYPES = words(`
  bool int2 int4 int8 float4 float8 numeric date time timetz timestamp timestamptz interval uuid inet cidr
  int4range int8range numrange tsrange tstzrange daterange point box circle lseg
`)

/** A constant, elements one by one, or what cannot be large. */
function isSmall(node: Tree | undefined): boolean {
  const [[type, fields] = ['', {}]] = Object.entries(node ?? {}) as [string, Tree][]
  if (type === 'TypeCast') {
    const { names, arrayBounds } = fields.typeName as Tree
    const isSmallType = arrayBounds === undefined && SMALL_TYPES.has(nameList(names)?.at(-1) ?? '')
    return isSmallType || isSmall(fields.arg as Tree)
  }
  if (type === 'FuncCall') return SMALL.has(nameList(fields.funcname)?.at(-1) ?? '')
  return ['A_Const', 'A_ArrayExpr', 'SQLValueFunction', 'List'].includes(type)
}
