import { type Bounds, GATHERED_BYTES, NOTHING } from './bounds.ts'
import { operatorOf } from './bounds-of-calls.ts'
import { nameList } from './scopes.ts'
import type { Tree } from './types.ts'

/** Nodes whose value is that of one below them, and those whose value is true or false. */
export const CHOOSING = new Set(['CaseExpr', 'CaseWhen', 'CoalesceExpr', 'MinMaxExpr'])
export const TESTING = new Set(['BoolExpr', 'NullTest', 'BooleanTest', 'JsonIsPredicate', 'GroupingFunc'])

/** A subquery in an expression: its one value, all of its rows in an array, or a comparison with each of them. */
export function subLink({ subLinkType, operName }: Tree, all: Bounds, sizeOf: (name: string) => number): Bounds {
  if (subLinkType === 'ARRAY_SUBLINK') return { ...all, bytes: GATHERED_BYTES }
  if (subLinkType === 'EXPR_SUBLINK') return { ...all, bytes: sizeOf('subselect') }
  const sides = ['testexpr', 'subselect'].map((name) => ({ ...NOTHING, bytes: sizeOf(name) }))
  const { steps = 0 } = operatorOf(nameList(operName)?.at(-1) ?? '=', { nodes: [], bounds: sides })
  return { ...all, bytes: 1, steps: all.steps + steps }
}

/** How often the parser writes what stands in a comparison: BETWEEN and IN are comparisons one by one. */
export function repetitionsOf(fields: Tree): number {
  const kind = String(fields.kind)
  if (kind === 'AEXPR_IN') {
    const items = treesOf((fields.rexpr as Tree | undefined)?.List ? ((fields.rexpr as Tree).List as Tree).items : [])
    return items.every((one) => one.A_Const !== undefined) ? 1 : items.length
  }
  return { AEXPR_BETWEEN: 2, AEXPR_NOT_BETWEEN: 2, AEXPR_BETWEEN_SYM: 4, AEXPR_NOT_BETWEEN_SYM: 4 }[kind] ?? 1
}

/** `(row).*` is its columns. */
export function isStar({ indirection }: Tree): boolean {
  return treesOf(indirection).some((one) => one.A_Star !== undefined)
}

export function treesOf(value: unknown): Tree[] {
  return Array.isArray(value) ? (value as Tree[]) : []
}
