import { jcs } from '../ledger/json.ts'
import { MAX_TOMBSTONE_ROWS, orderOf } from './tombstone-object.ts'
import type { Tombstone } from './types.ts'

const LISTS = ['keys', 'subjects', 'values', 'texts'] as const

/**
 * What no tombstone of the case names yet, as the objects it takes: each within the limit, its lists sorted, the same ones every
 * time. Keys come first, so that nothing of the person's own can be read once the first one is carried out.
 */
export function tombstoneParts(
  tombstone: Tombstone,
  written: readonly Tombstone[] = [],
  most = MAX_TOMBSTONE_ROWS,
): Tombstone[] {
  const known = new Set(written.flatMap(rowsOf).map(({ key }) => key))
  const rows = rowsOf(tombstone).filter(({ key }) => !known.has(key))
  const parts: Tombstone[] = []
  for (let from = 0; from < rows.length; from += most) {
    const some = rows.slice(from, from + most)
    const of = <K extends (typeof LISTS)[number]>(name: K) =>
      some.flatMap(({ list, item }) => (list === name ? [item] : [])) as unknown as Tombstone[K]
    parts.push({ ...tombstone, keys: of('keys'), subjects: of('subjects'), values: of('values'), texts: of('texts') })
  }
  return parts
}

function rowsOf(tombstone: Tombstone) {
  return LISTS.flatMap((list) =>
    sorted(tombstone[list]).map((item) => ({ list, item, key: `${list} ${orderOf(item)}` })),
  )
}

/** Whether two say the same: at which time they were written does not count. */
export function saysTheSame(a: Tombstone, b: Tombstone): boolean {
  return jcs({ ...a, at: 0 }) === jcs({ ...b, at: 0 })
}

function sorted(items: readonly unknown[]): unknown[] {
  const byKey = new Map(items.map((item) => [orderOf(item), item]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}
