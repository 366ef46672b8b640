import { PalimpsestError } from '../../errors.ts'
import type { Json, JsonObject } from '../chat/types.ts'
import type { CoverageGap, UnscannableKind } from './types.ts'

/**
 * How a string is read and written back.
 * `text`: prose, or JSON in it. `json`: JSON text kept as a string. `structure`: part of the request itself, read as
 * its JSON text. `name`: a name or id in which brackets are not allowed; it is replaced as a whole or not at all.
 */
export type SlotKind = 'text' | 'json' | 'structure' | 'name'

/** One string of the request that may reach a model. */
export interface Slot {
  path: string
  kind: SlotKind
  raw: string
  /** Puts the redacted text in its place. */
  write(redacted: string): void
}

/** A place in the request: a field of an object, or an element of an array. */
export type Holder = JsonObject | Json[]

/** Words of OpenAI's own in fields that take nothing else. */
const PROTOCOL_WORDS = new Set(
  (
    'none auto required default flex scale priority minimal low medium high xhigh text audio json_object json_schema ' +
    'function custom allowed_tools content in_memory 24h system developer user assistant tool refusal'
  ).split(' '),
)

/** Collects slots and gaps on the way through a request. */
export class Walker {
  readonly slots: Slot[] = []
  readonly gaps: CoverageGap[] = []
  readonly #allowUnscannable: readonly UnscannableKind[]

  constructor(allowUnscannable: readonly UnscannableKind[]) {
    this.#allowUnscannable = allowUnscannable
  }

  text(holder: Holder, key: string | number, path: string): void {
    this.#string(holder, key, path, 'text')
  }

  json(holder: Holder, key: string | number, path: string): void {
    this.#string(holder, key, path, 'json')
  }

  name(holder: Holder, key: string | number, path: string): void {
    this.#string(holder, key, path, 'name')
  }

  /** Anything that is left: read as JSON text. Numbers and booleans of the request itself carry no text. */
  structure(holder: Holder, key: string | number, path: string): void {
    const value = get(holder, key)
    if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'number') return
    if (typeof value === 'string' && PROTOCOL_WORDS.has(value)) return
    const inner = typeof value === 'object' ? `${path}.*` : path
    this.slots.push({
      path: inner,
      kind: 'structure',
      raw: JSON.stringify(value),
      write: (redacted) => put(holder, key, parseRedacted(redacted)),
    })
  }

  /** Fields the app made up, or OpenAI's newest: keys and values are read together. */
  rest(holder: JsonObject, known: ReadonlySet<string>, path: string): void {
    const keys = Object.keys(holder).filter((key) => !known.has(key))
    if (keys.length === 0) return
    const part = Object.fromEntries(keys.map((key) => [key, holder[key] ?? null]))
    this.slots.push({
      path,
      kind: 'structure',
      raw: JSON.stringify(part),
      write: (redacted) => {
        for (const key of keys) delete holder[key]
        for (const [key, value] of Object.entries(parseRedacted(redacted) as JsonObject)) put(holder, key, value)
      },
    })
  }

  /** @param kind null: no policy lets it through. @throws PalimpsestError unless the policy lets this kind through. */
  unscannable(path: string, what: string, kind: UnscannableKind | null): void {
    if (kind === null || !this.#allowUnscannable.includes(kind)) {
      throw new PalimpsestError({
        code: 'unscannable_content',
        status: 422,
        message: `${what} cannot be scanned for personal data, so nothing was sent. Send its content as text, or have the tenant's policy allow unscannable content.`,
        param: path,
      })
    }
    this.gaps.push({ path, reason: 'unscannable' })
  }

  #string(holder: Holder, key: string | number, path: string, kind: SlotKind): void {
    const value = get(holder, key)
    if (typeof value !== 'string') {
      this.structure(holder, key, path)
      return
    }
    if (value === '' || (kind === 'name' && PROTOCOL_WORDS.has(value))) return
    this.slots.push({
      path: kind === 'json' ? `${path}.*` : path,
      kind,
      raw: value,
      write: (redacted) => put(holder, key, redacted),
    })
  }
}

/** @throws PalimpsestError without the text when a replacement has broken the JSON, which nested deeper than the lexer goes. */
function parseRedacted(redacted: string): Json {
  try {
    return JSON.parse(redacted) as Json
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new PalimpsestError({
      code: 'unscannable_content',
      status: 422,
      message: 'A field of the request is nested too deep to be scanned for personal data; make it flatter.',
    })
  }
}

function get(holder: Holder, key: string | number): Json | undefined {
  return Array.isArray(holder) ? holder[Number(key)] : Object.hasOwn(holder, key) ? holder[key] : undefined
}

/** Sets an own property whatever its name is, `__proto__` too. */
function put(holder: Holder, key: string | number, value: Json): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}
