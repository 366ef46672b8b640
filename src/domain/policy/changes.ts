/** What changed from one JSON value to another, as JSON Patch (RFC 6902). */

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export type Change =
  | { op: 'add'; path: string; value: Json }
  | { op: 'replace'; path: string; value: Json }
  | { op: 'remove'; path: string }

/**
 * Operations that make `after` of `before`, in the order in which they apply. Lists are compared at their beginning and their end, and
 * what lies between is replaced: linear, and exact where one element or one stretch of them changed.
 */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const changes: Change[] = []
  compare(before as Json, after as Json, '', changes)
  return changes
}

function compare(before: Json, after: Json, path: string, changes: Change[]): void {
  if (isList(before) && isList(after)) compareLists(before, after, path, changes)
  else if (isObject(before) && isObject(after)) compareObjects(before, after, path, changes)
  else if (before !== after) changes.push({ op: 'replace', path, value: after })
}

function compareObjects(
  before: { readonly [name: string]: Json },
  after: { readonly [name: string]: Json },
  path: string,
  changes: Change[],
): void {
  for (const name of Object.keys(before).sort()) {
    if (!Object.hasOwn(after, name)) changes.push({ op: 'remove', path: `${path}/${escaped(name)}` })
  }
  for (const name of Object.keys(after).sort()) {
    const at = `${path}/${escaped(name)}`
    if (Object.hasOwn(before, name)) compare(before[name] as Json, after[name] as Json, at, changes)
    else changes.push({ op: 'add', path: at, value: after[name] as Json })
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], path: string, changes: Change[]): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && isSame(before[start] as Json, after[start] as Json)) start++
  let end = 0
  while (end < shorter - start && isSame(before.at(-1 - end) as Json, after.at(-1 - end) as Json)) end++
  const [left, right] = [before.length - start - end, after.length - start - end]
  const both = Math.min(left, right)
  for (let at = start; at < start + both; at++) {
    compare(before[at] as Json, after[at] as Json, `${path}/${at}`, changes)
  }
  // From the end, so that no index moves under the next one.
  for (let at = start + left - 1; at >= start + both; at--) changes.push({ op: 'remove', path: `${path}/${at}` })
  for (let at = start + both; at < start + right; at++) {
    changes.push({ op: 'add', path: `${path}/${at}`, value: after[at] as Json })
  }
}

function isSame(before: Json, after: Json): boolean {
  if (before === after) return true
  return typeof before === 'object' && typeof after === 'object' && changesBetween(before, after).length === 0
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A name in a JSON Pointer (RFC 6901). */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
