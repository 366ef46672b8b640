import { isProtocolField } from '../chat/protocol-fields.ts'
import type { Json, JsonObject } from '../chat/types.ts'

/** How the string in a field is read; null: not at all. */
export type FieldKind = 'text' | 'json' | 'name' | null

/** By the field's name: `arguments` is JSON, `name` a name, anything that is not the protocol's own is text. */
export function fieldKind(key: string): FieldKind {
  if (isProtocolField(key)) return null
  if (key === 'arguments') return 'json'
  return key === 'name' ? 'name' : 'text'
}

/** Fields of tool calls that say what a tool is called with. */
const ARGUMENT_FIELDS = new Set(['arguments', 'input'])

/** The same for whoever wants placeholders to stay in the arguments of tool calls. */
export function fieldKindBesideArguments(key: string): FieldKind {
  return ARGUMENT_FIELDS.has(key) ? null : fieldKind(key)
}

/** Copies a value with every string in it restored. */
export function restoreFields(
  value: Json,
  restore: (text: string, kind: FieldKind) => string,
  kindOf: (key: string) => FieldKind = fieldKind,
  key = '',
): Json {
  if (typeof value === 'string') return restore(value, kindOf(key))
  if (Array.isArray(value)) return value.map((item) => restoreFields(item, restore, kindOf, key))
  if (typeof value !== 'object' || value === null) return value
  return mapFields(value, (field, name) => restoreFields(field, restore, kindOf, name))
}

/** Copies an object; a field for which `map` gives undefined is left out. */
export function mapFields(value: JsonObject, map: (field: Json, name: string) => Json | undefined): JsonObject {
  const entries: [string, Json][] = []
  for (const [name, field] of Object.entries(value)) {
    const mapped = map(field, name)
    if (mapped !== undefined) entries.push([name, mapped])
  }
  return Object.fromEntries(entries)
}
