import { malformed } from './malformed.ts'

/** Deepest nesting of a JSON text that is looked into. */
export const MAX_JSON_DEPTH = 64

/**
 * The JSON Canonicalization Scheme (RFC 8785) of a value. Members that are `undefined` are left out. Put amounts of
 * money and numbers beyond 2^53 in as strings. Throws where the value has no JSON form (NaN, lone surrogate, cycle).
 */
export function jcs(value: unknown): string {
  const text = canonicalText(value, [])
  if (text === undefined) throw hasNoForm()
  return text
}

/**
 * Members in the order of their names' UTF-16 code units; texts and numbers as ECMAScript writes them, which is what the scheme
 * asks. An entry takes it some eight times, which is why no package does it: the usual one costs four times as much.
 * @param above the objects that the value stands in. Gives undefined where JSON has nothing for the value.
 */
function canonicalText(value: unknown, above: readonly object[]): string | undefined {
  if (typeof value === 'string') return textForm(value)
  if (typeof value === 'number' && !Number.isFinite(value)) throw hasNoForm()
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (above.includes(value)) throw hasNoForm()
  const within = [...above, value]
  if (Array.isArray(value)) return `[${value.map((member) => canonicalText(member, within) ?? 'null').join()}]`
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalText(value.toJSON(), within)
  let members = ''
  for (const name of Object.keys(value).sort()) {
    const member = canonicalText((value as Record<string, unknown>)[name], within)
    if (member !== undefined) members += `${members === '' ? '' : ','}${textForm(name)}:${member}`
  }
  return `{${members}}`
}

function textForm(text: string): string {
  if (!text.isWellFormed()) throw hasNoForm()
  return JSON.stringify(text)
}

function hasNoForm(): Error {
  return malformed('This value has no JSON form.')
}

/** Parses JSON of bounded depth. Throws `ledger_malformed` on bad syntax or nesting beyond 64. */
export function parseJson(text: string, what: string): unknown {
  if (depthOf(text) > MAX_JSON_DEPTH) throw malformed(`The ${what} is nested too deeply.`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) throw malformed(`The ${what} is not JSON.`)
    throw cause
  }
}

/** True where the text is already in the canonical form of RFC 8785 (so no duplicate names, no spare white space). */
export function isCanonicalJson(text: string): boolean {
  if (depthOf(text) > MAX_JSON_DEPTH) return false
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return false
    throw cause
  }
  if (!hasCanonicalForm(value)) return false
  // What JavaScript gives in order is canonical as it is, which costs a third; names that are numbers it gives in another order.
  return (JSON.stringify(value) === text && isInOrder(value)) || canonicalText(value, []) === text
}

/** True for a JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 0x5c) i++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x7d || code === 0x5d) depth--
  }
  return deepest
}

/** Numbers beyond a double and lone surrogates can be written in JSON and have no canonical form. */
function hasCanonicalForm(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(hasCanonicalForm)
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && hasCanonicalForm(member))
}

/** Whether the members of every object come in the order of their names' code units. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isInOrder)
  let last = ''
  for (const [name, member] of Object.entries(value)) {
    if (name < last || !isInOrder(member)) return false
    last = name
  }
  return true
}
