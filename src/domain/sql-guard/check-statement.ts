import { ALLOWED_NODES, type FieldKind, REFUSED_NODES } from './allowed-nodes.ts'
import { checkBounds } from './check-bounds.ts'
import { Lengths } from './check-lengths.ts'
import { checkFunction, checkNames } from './check-names.ts'
import { nameList, Scopes } from './scopes.ts'
import { type GuardPolicy, type Insertion, type Passed, Refused, type Tree } from './types.ts'

/** Nodes of a statement, and nodes within one another. */
const MAX_NODES = 20_000
const MAX_DEPTH = 400
/** Relations and functions that a statement's FROM clauses join, all of them together. */
const MAX_JOINED = 40

/**
 * Decides by the parse tree of one statement whether it only reads what may be read. What is not on a list is refused: nodes, their
 * fields, relations, functions, operators, types and collations. @throws Refused with the place of what was found.
 */
export function checkStatement(statement: Tree, policy: GuardPolicy): Passed {
  const select = statement.SelectStmt
  if (!isTree(select)) throw notReading(statement)
  return new Walk(policy).run(select)
}

class Walk {
  readonly #policy: GuardPolicy
  readonly #insertions: Insertion[] = []
  readonly #relations = new Set<string>()
  readonly #functions = new Set<string>()
  readonly #scopes = new Scopes()
  readonly #lengths = new Lengths()
  /** Calls that are cast to text at once. */
  readonly #asText = new WeakSet<Tree>()
  #nodes = 0
  #joined = 0
  #at: number | null = null

  constructor(policy: GuardPolicy) {
    this.#policy = policy
  }

  run(select: Tree): Passed {
    this.#fields('SelectStmt', select, 0)
    const copies = checkBounds(select)
    const sorted = (names: ReadonlySet<string>) => [...names].sort()
    return {
      insertions: this.#insertions.sort((a, b) => a.at - b.at),
      relations: sorted(this.#relations),
      functions: sorted(this.#functions),
      joins: Math.max(0, this.#joined - 1),
      copies,
    }
  }

  #node(node: unknown, depth: number): void {
    if (Array.isArray(node)) {
      for (const one of node) this.#node(one, depth)
      return
    }
    if (!isTree(node)) throw new Refused('sql_construct_not_allowed', UNKNOWN, this.#at)
    // An empty node: DISTINCT without a list, a column definition list that is not there.
    for (const [type, fields] of Object.entries(node)) {
      if (!isTree(fields)) throw new Refused('sql_construct_not_allowed', UNKNOWN, this.#at)
      this.#fields(type, fields, depth)
    }
  }

  #fields(type: string, fields: Tree, depth: number): void {
    this.#at = placeOf(fields) ?? this.#at
    this.#nodes++
    if (this.#nodes > MAX_NODES || depth > MAX_DEPTH) throw tooComplex(this.#at)
    const allowed = Object.hasOwn(ALLOWED_NODES, type) ? ALLOWED_NODES[type] : undefined
    if (!allowed) throw this.#refusedNode(type)
    for (const name of Object.keys(fields)) {
      if (!Object.hasOwn(allowed, name)) throw refusedField(type, name, this.#at)
    }
    this.#check(type, fields)
    if (type !== 'SelectStmt') {
      this.#below(allowed, fields, depth)
      return
    }
    this.#scopes.within(() => {
      // The names of WITH come first: they hold in the whole statement.
      const { withClause, ...rest } = fields
      if (isTree(withClause)) this.#with(withClause, depth + 1)
      this.#below(allowed, rest, depth)
    })
  }

  #below(allowed: Readonly<Record<string, FieldKind>>, fields: Tree, depth: number): void {
    for (const [name, value] of Object.entries(fields)) {
      const kind = allowed[name] as FieldKind
      if (kind === 'nodes') this.#node(value, depth + 1)
      else if (kind.startsWith('=')) this.#fields(kind.slice(1), value as Tree, depth + 1)
    }
  }

  /** A query of WITH sees those before it; of WITH RECURSIVE, all of them. */
  #with(clause: Tree, depth: number): void {
    this.#fields('WithClause', { ...clause, ctes: [] }, depth)
    const ctes = (Array.isArray(clause.ctes) ? clause.ctes : []).map((one: Tree) => one.CommonTableExpr as Tree)
    if (clause.recursive === true) for (const cte of ctes) this.#scopes.add(String(cte.ctename), placeOf(cte))
    for (const cte of ctes) {
      this.#fields('CommonTableExpr', cte, depth + 1)
      if (clause.recursive !== true) this.#scopes.add(String(cte.ctename), placeOf(cte))
    }
  }

  #check(type: string, fields: Tree): void {
    if (type === 'RangeVar') this.#relation(fields)
    if (type === 'CommonTableExpr' && !isTree((fields.ctequery as Tree | undefined)?.SelectStmt)) {
      throw notReading(fields.ctequery as Tree, placeOf(fields))
    }
    if ((type === 'RangeSubselect' || type === 'SubLink') && !isTree((fields.subquery ?? fields.subselect) as Tree)) {
      throw new Refused('sql_construct_not_allowed', UNKNOWN, this.#at)
    }
    if (type === 'RangeFunction') this.#join()
    if (type === 'TypeName') this.#lengths.checkType(nameList(fields.names)?.at(-1) ?? '', fields, this.#at)
    if (type === 'FuncCall') {
      const at = placeOf(fields) ?? this.#at
      const { name, insertion } = checkFunction(fields, this.#policy, at, this.#asText.has(fields))
      this.#lengths.checkCall(name, fields, at)
      this.#functions.add(name)
      if (insertion) this.#insertions.push(insertion)
    }
    if (type === 'TypeCast') this.#cast(fields)
    checkNames(type, fields, this.#policy, this.#at)
  }

  #cast({ arg, typeName }: Tree): void {
    const type = nameList((typeName as Tree | undefined)?.names)?.at(-1) ?? ''
    const call = (arg as Tree | undefined)?.FuncCall
    if (type === 'text' && isTree(call) && (typeName as Tree).arrayBounds === undefined) this.#asText.add(call)
  }

  #relation(fields: Tree): void {
    this.#join()
    const { relname, schemaname, catalogname } = fields
    const name = String(relname)
    if (catalogname !== undefined) throw this.#notListed([catalogname, schemaname, relname].join('.'))
    if (schemaname === undefined && this.#scopes.has(name)) return
    const found = this.#policy.views.filter(
      (view) => view.name === name && (schemaname === undefined || view.schema === schemaname),
    )
    const [view] = found
    if (!view) throw this.#notListed(schemaname === undefined ? name : `${schemaname}.${name}`)
    if (found.length > 1) {
      const both = found.map(({ schema }) => `${schema}.${name}`).join(' and ')
      throw new Refused('sql_relation_not_listed', `"${name}" is ${both}: write the schema before it.`, this.#at)
    }
    this.#relations.add(`${view.schema}.${view.name}`)
    if (schemaname !== undefined) return
    const at = placeOf(fields)
    if (at === null) throw new Refused('sql_construct_not_allowed', UNKNOWN, this.#at)
    this.#insertions.push({ at, text: `${quoted(view.schema)}.` })
  }

  #join(): void {
    this.#joined++
    if (this.#joined <= MAX_JOINED) return
    throw new Refused('sql_too_complex', `The statement joins more than ${MAX_JOINED} relations: join fewer.`, this.#at)
  }

  #notListed(asked: string): Refused {
    const listed = this.#policy.views.map(({ schema, name }) => `${schema}.${name}`)
    const some = listed.length > 40 ? `${listed.slice(0, 40).join(', ')}, …` : listed.join(', ')
    const message = `${clip(asked)} is not one of the views that may be read: ${some}.`
    return new Refused('sql_relation_not_listed', message, this.#at)
  }

  #refusedNode(type: string): Refused {
    if (STATEMENTS.test(type)) return notReading({ [type]: {} }, this.#at)
    return new Refused('sql_construct_not_allowed', REFUSED_NODES[type] ?? UNKNOWN, this.#at)
  }
}

/** `INSERT`, `UPDATE` and their like, and all that is no SELECT. */
const STATEMENTS = /Stmt$/
const UNKNOWN = 'This construct is not allowed: use plain SELECT with joins, aggregates, windows and subqueries.'

function refusedField(type: string, name: string, at: number | null): Refused {
  if (name === 'intoClause') {
    return new Refused('sql_not_reading', 'SELECT INTO writes a table: leave INTO out.', at)
  }
  if (name === 'lockingClause') {
    return new Refused('sql_locks', 'FOR UPDATE, FOR SHARE and their like take locks: leave them out.', at)
  }
  if (type === 'TypeName') {
    return new Refused('sql_type_not_listed', 'SETOF and %TYPE are not allowed in the name of a type.', at)
  }
  return new Refused('sql_construct_not_allowed', UNKNOWN, at)
}

function notReading(statement: Tree | undefined, at: number | null = null): Refused {
  const [type = ''] = Object.keys(statement ?? {})
  const word = type
    .replace(/Stmt$/, '')
    .replace(/(?<!^)([A-Z])/g, ' $1')
    .toUpperCase()
  const place = at ?? placeOf((statement?.[type] ?? {}) as Tree)
  return new Refused(
    'sql_not_reading',
    `Only a SELECT, VALUES or WITH … SELECT that reads is allowed${word ? `, and this has ${word}` : ''}.`,
    place,
  )
}

function tooComplex(at: number | null): Refused {
  return new Refused('sql_too_complex', 'The statement is too large or nested too deeply: write a simpler one.', at)
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The byte at which a node stands; null where the parser gives none. */
function placeOf(fields: Tree): number | null {
  const { location } = fields
  // A node at the first byte has no location in this JSON; −1 is none.
  return typeof location === 'number' && location >= 0 ? location : null
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A name in a message: not longer than a name can be. */
function clip(name: string): string {
  return name.length > 64 ? `${name.slice(0, 63)}…` : name
}
