import { isProtocolField } from './protocol-fields.ts'
import type { Json, JsonObject } from './types.ts'

/**
 * Adds what a delta says to what was said before it: texts are joined, a list's items go to those of their `index` or behind
 * the others, objects field by field; of all else the last that is not null counts. The delta stays as it is.
 */
export function mergeDelta(soFar: JsonObject, delta: JsonObject): void {
  for (const [name, said] of Object.entries(delta)) {
    // A field that JSON can have and an object cannot take.
    if (name !== '__proto__') soFar[name] = merged(soFar[name], said, name)
  }
}

/** Of an object's fields the last value that is not null. */
export function keepLast(soFar: JsonObject, said: JsonObject): void {
  for (const [name, value] of Object.entries(said)) {
    if (name !== '__proto__' && (value !== null || soFar[name] === undefined)) soFar[name] = value
  }
}

/** What was merged, as it stands in a whole answer: lists in the order of their items' `index`, which is told by their place. */
export function withoutIndexes(value: Json): Json {
  if (Array.isArray(value)) return inOrder(value).map(withoutIndexes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutIndexes(field)]))
}

/** One field, merged. */
export function merged(known: Json | undefined, said: Json, name: string): Json {
  if (said === null) return known ?? null
  if (typeof said === 'string') {
    if (typeof known !== 'string') return said
    return isProtocolField(name) ? said || known : known + said
  }
  if (Array.isArray(said)) {
    const list = Array.isArray(known) ? known : []
    for (const item of said) addItem(list, item)
    return list
  }
  if (typeof said !== 'object') return said
  const object = isObject(known) ? known : {}
  mergeDelta(object, said)
  return object
}

function addItem(list: Json[], item: Json): void {
  const index = indexOf(item)
  const known = index === null ? undefined : list.find((one) => indexOf(one) === index)
  if (isObject(known) && isObject(item)) mergeDelta(known, item)
  else list.push(merged(undefined, item, ''))
}

function inOrder(list: Json[]): Json[] {
  if (list.length === 0 || list.some((item) => indexOf(item) === null)) return list
  return list
    .toSorted((a, b) => (indexOf(a) ?? 0) - (indexOf(b) ?? 0))
    .map((item) => {
      const { index: _, ...rest } = item as JsonObject
      return rest
    })
}

function indexOf(item: Json): number | null {
  return isObject(item) && typeof item.index === 'number' ? item.index : null
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
