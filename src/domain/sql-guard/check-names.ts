import {
  ALLOWED_COLLATIONS,
  ALLOWED_FUNCTIONS,
  ALLOWED_OPERATORS,
  ALLOWED_TYPES,
  ALLOWED_VALUE_FUNCTIONS,
  SYSTEM_COLUMNS,
} from './allowed-names.ts'
import { textOf } from './check-lengths.ts'
import { nameList, stringOf } from './scopes.ts'
import { type GuardPolicy, type Insertion, Refused, type Tree } from './types.ts'

type Place = number | null

/**
 * A function by its name: one of the guard's list, of pg_catalog, or one that the database's configuration adds. @throws Refused
 * `sql_function_not_listed`.
 * @param isText cast to text at once: what a name of a type is compared with would be looked up as one.
 */
export function checkFunction(
  fields: Tree,
  policy: GuardPolicy,
  at: Place,
  isText = false,
): { name: string; insertion: Insertion | null } {
  const names = nameList(fields.funcname) ?? []
  const [schema, name] = names.length === 1 ? [null, names[0] as string] : [names[0] ?? '', names[1] ?? '']
  if (names.length === 0 || names.length > 2) throw functionNotListed(names.join('.'), at)
  if ((schema === null || schema === 'pg_catalog') && ALLOWED_FUNCTIONS.has(name)) {
    checkTextSearch(name, fields, at)
    if (name === 'pg_typeof' && !isText) {
      throw new Refused('sql_function_not_listed', 'Cast what pg_typeof gives at once: pg_typeof(…)::text.', at)
    }
    return { name, insertion: null }
  }
  const added = [...policy.functions].filter(
    (one) => one === `${schema}.${name}` || (schema === null && one.endsWith(`.${name}`)),
  )
  const [full] = added
  if (full === undefined || added.length > 1) throw functionNotListed(names.join('.'), at)
  if (schema !== null) return { name: full, insertion: null }
  if (at === null) throw functionNotListed(name, at)
  const owner = full.slice(0, -name.length - 1)
  return { name: full, insertion: { at, text: `"${owner.replaceAll('"', '""')}".` } }
}

/** A configuration of text search by its plain name: others lie in other schemas, and have numbers. @throws Refused */
function checkTextSearch(name: string, fields: Tree, at: Place): void {
  const args = Array.isArray(fields.args) ? (fields.args as Tree[]) : []
  const first = args[0]?.NamedArgExpr ? ((args[0].NamedArgExpr as Tree).arg as Tree) : args[0]
  if (args.length < (TEXT_SEARCH[name] ?? Number.POSITIVE_INFINITY)) return
  // With three arguments `ts_headline` has the text or the configuration first.
  if (name === 'ts_headline' && args.length === 3 && first?.A_Const === undefined) return
  if (/^[a-z_]{1,63}$/i.test(textOf(first) ?? '')) return
  const words = "Name a text search configuration by its plain name, such as 'english'."
  throw new Refused('sql_construct_not_allowed', words, at)
}

/** With so many arguments the first one is a configuration. */
const TEXT_SEARCH: Readonly<Record<string, number>> = {
  ...{
    to_tsvector: 2,
    to_tsquery: 2,
    plainto_tsquery: 2,
    phraseto_tsquery: 2,
    websearch_to_tsquery: 2,
    ts_headline: 3,
  },
}

/** All other names of a node that the catalogue resolves. @throws Refused */
export function checkNames(type: string, fields: Tree, policy: GuardPolicy, at: Place): void {
  if (type === 'A_Expr') checkOperator(fields.name, at)
  if (type === 'SubLink' && fields.operName !== undefined) checkOperator(fields.operName, at)
  if (type === 'SortBy' && fields.useOp !== undefined) checkOperator(fields.useOp, at)
  if (type === 'TypeName') checkType(fields, at)
  if (type === 'CollateClause') checkCollation(fields.collname, at)
  if (type === 'ColumnRef') checkColumn(fields.fields, policy, at)
  if (type === 'A_Indirection') checkAttributes(fields.indirection, policy, at)
  if (type === 'SQLValueFunction' && !ALLOWED_VALUE_FUNCTIONS.has(String(fields.op))) {
    throw functionNotListed(String(fields.op).replace('SVFOP_', '').toLowerCase(), at)
  }
}

function checkOperator(value: unknown, at: Place): void {
  const names = nameList(value) ?? []
  const [schema, name] = names.length === 2 ? names : ['pg_catalog', names[0]]
  // BETWEEN and NULLIF have words for names, which nothing looks up.
  const isWord = names.length === 1 && /^[A-Z ]+$/.test(name ?? '')
  if (names.length <= 2 && schema === 'pg_catalog' && (isWord || ALLOWED_OPERATORS.has(name ?? ''))) return
  const words = `The operator ${names.join('.').slice(0, 64)} is not one of those that may be used.`
  throw new Refused('sql_operator_not_listed', words, at)
}

function checkType(fields: Tree, at: Place): void {
  const names = nameList(fields.names) ?? []
  const [schema, name] = names.length === 2 ? names : ['pg_catalog', names[0]]
  if (names.length <= 2 && schema === 'pg_catalog' && ALLOWED_TYPES.has(name ?? '')) return
  const words = `The type ${names.join('.').slice(0, 64)} is not one of those that may be used: cast to text, numeric, date, timestamptz and their like.`
  throw new Refused('sql_type_not_listed', words, at)
}

function checkCollation(value: unknown, at: Place): void {
  const names = nameList(value) ?? []
  const [schema, name] = names.length === 2 ? names : ['pg_catalog', names[0]]
  if (names.length <= 2 && schema === 'pg_catalog' && ALLOWED_COLLATIONS.test(name ?? '')) return
  throw new Refused('sql_collation_not_listed', 'This collation is not one of those that may be used: use "C".', at)
}

/** The last of several names may be the name of a function, which is called where there is no such column. */
function checkColumn(value: unknown, policy: GuardPolicy, at: Place): void {
  const all = Array.isArray(value) ? value : []
  const names = all.map(stringOf).filter((name) => name !== null)
  if (names.length > 3) throw notAColumn(names.join('.'), at)
  const last = names.at(-1)
  if (last === undefined) return
  if (SYSTEM_COLUMNS.has(last) && !isColumn(policy, last)) throw notAColumn(last, at)
  for (const name of names.slice(1)) checkAttribute(name, policy, at)
}

function checkAttributes(value: unknown, policy: GuardPolicy, at: Place): void {
  for (const node of Array.isArray(value) ? value : []) {
    const name = stringOf(node)
    if (name !== null) checkAttribute(name, policy, at)
  }
}

function checkAttribute(name: string, policy: GuardPolicy, at: Place): void {
  if (SYSTEM_COLUMNS.has(name) && !isColumn(policy, name)) throw notAColumn(name, at)
  if (policy.attributeCalls.has(name) || name === 'pg_typeof') throw notAColumn(name, at)
}

function isColumn(policy: GuardPolicy, name: string): boolean {
  return policy.views.some(({ columns }) => columns.includes(name))
}

function notAColumn(name: string, at: Place): Refused {
  return new Refused(
    'sql_column_not_allowed',
    `${name.slice(0, 64)} is no column of a listed view that may be named here: name a column.`,
    at,
  )
}

function functionNotListed(name: string, at: Place): Refused {
  return new Refused(
    'sql_function_not_listed',
    `The function ${name.slice(0, 64)} is not one of those that may be called: use aggregates, windows, and functions of text, numbers, dates and JSON.`,
    at,
  )
}
