import type { Json, JsonObject } from '../chat/types.ts'
import { createChannel, type RestoreChannel, type RestoreTable } from './restore-channel.ts'
import { type FieldKind, fieldKind, mapFields } from './restore-fields.ts'

/** The delta to send; `isHeld` when all its text is held back and nothing else is in it. */
export interface RestoredDelta {
  delta: JsonObject
  isHeld: boolean
}

interface OpenField {
  /** Field names and, for lists, the items' own `index`. */
  path: (string | number)[]
  channel: RestoreChannel
}

/** The texts of one choice, each with what is held back of it. */
export class DeltaRestorer {
  readonly #table: RestoreTable
  readonly #names: ReadonlyMap<string, string>
  readonly #kindOf: (key: string) => FieldKind
  readonly #open = new Map<string, OpenField>()

  constructor(table: RestoreTable, names: ReadonlyMap<string, string>, kindOf: (key: string) => FieldKind = fieldKind) {
    this.#table = table
    this.#names = names
    this.#kindOf = kindOf
  }

  push(delta: JsonObject): RestoredDelta {
    const seen = { hasText: false, hasOther: false }
    const restored = this.#fields(delta, [], seen)
    return { delta: restored, isHeld: seen.hasText && !seen.hasOther }
  }

  /** What is held back, as a delta; null when there is none. */
  end(): JsonObject | null {
    let rest: JsonObject | null = null
    for (const { path, channel } of this.#open.values()) {
      const text = channel.end()
      if (text === '') continue
      rest ??= {}
      putText(rest, path, text)
    }
    this.#open.clear()
    return rest
  }

  #fields(value: JsonObject, path: (string | number)[], seen: { hasText: boolean; hasOther: boolean }): JsonObject {
    const isCalled = typeof value.arguments === 'string' && value.arguments !== ''
    const restored = mapFields(value, (field, name) => {
      const inner = [...path, name]
      if (typeof field === 'string' && this.#kindOf(name) !== null) {
        const text = this.#text(field, inner, name === 'name' && isCalled)
        if (field !== '') seen.hasText = true
        if (text !== '' || field === '') seen.hasOther = true
        return text === '' && name === 'name' ? undefined : text
      }
      if (Array.isArray(field)) return field.map((item, i) => this.#item(item, inner, i, seen))
      if (typeof field === 'object' && field !== null) return this.#fields(field, inner, seen)
      if (name !== 'index' && field !== null) seen.hasOther = true
      return field
    })
    if (isCalled && !('name' in value)) this.#endName([...path, 'name'], restored, seen)
    return restored
  }

  #item(item: Json, path: (string | number)[], i: number, seen: { hasText: boolean; hasOther: boolean }): Json {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      seen.hasOther = true
      return item
    }
    const index = item.index
    if (typeof index === 'number') return this.#fields(item, [...path, index], seen)
    seen.hasOther = true
    return this.#fields(item, [...path, i], seen)
  }

  #text(text: string, path: (string | number)[], isLast: boolean): string {
    const key = path.join('\n')
    let field = this.#open.get(key)
    if (field === undefined) {
      const kind = this.#kindOf(String(path.at(-1)))
      const channel = kind === 'name' ? new NameChannel(this.#names) : createChannel(this.#table, kind ?? 'text')
      field = { path, channel }
      this.#open.set(key, field)
    }
    const restored = field.channel.push(text)
    if (!isLast) return restored
    this.#open.delete(key)
    return restored + field.channel.end()
  }

  /** A name ends where its arguments begin. */
  #endName(path: (string | number)[], target: JsonObject, seen: { hasOther: boolean }): void {
    const key = path.join('\n')
    const name = this.#open.get(key)?.channel.end() ?? ''
    this.#open.delete(key)
    if (name === '') return
    target.name = name
    seen.hasOther = true
  }
}

/** A name is a placeholder as a whole or not at all; nearly always it comes in one piece. */
class NameChannel implements RestoreChannel {
  readonly #names: ReadonlyMap<string, string>
  #held = ''
  #isDecided = false

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names
  }

  push(text: string): string {
    if (this.#isDecided) return text
    this.#held += text
    for (const name of this.#names.keys()) {
      if (name.length > this.#held.length && name.startsWith(this.#held)) return ''
    }
    this.#isDecided = true
    return this.end()
  }

  end(): string {
    const held = this.#held
    this.#held = ''
    return this.#names.get(held) ?? held
  }
}

function putText(target: JsonObject, path: readonly (string | number)[], text: string): void {
  let holder = target
  for (let i = 0; i < path.length - 1; i += 1) {
    const key = String(path[i])
    const index = path[i + 1]
    if (typeof index === 'number') {
      const list = Array.isArray(holder[key]) ? (holder[key] as JsonObject[]) : []
      holder[key] = list
      let item = list.find((known) => known.index === index)
      if (item === undefined) {
        item = { index }
        list.push(item)
      }
      holder = item
      i += 1
    } else {
      const next = holder[key]
      const inner: JsonObject = typeof next === 'object' && next !== null && !Array.isArray(next) ? next : {}
      holder[key] = inner
      holder = inner
    }
  }
  holder[String(path.at(-1))] = text
}
