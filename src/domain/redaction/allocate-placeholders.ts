import { PalimpsestError } from '../../errors.ts'
import { MAX_NUMBER_DIGITS, NUMERIC_SUFFIX, placeholderType } from './spell-placeholder.ts'
import type { PlaceholderEntry } from './types.ts'

const MAX_NUMBER = 10 ** MAX_NUMBER_DIGITS - 1

/** Gives each surface form its own placeholder, numbered by first appearance; numbers that stand in the input are left out. */
export class PlaceholderAllocator {
  readonly entries: PlaceholderEntry[] = []
  readonly #reserved: ReadonlySet<string>
  readonly #byValue = new Map<string, PlaceholderEntry>()
  readonly #last = new Map<string, number>()

  /** `reserved`: canonical spellings (`PERSON_1`) that stand in the input. */
  constructor(reserved: ReadonlySet<string>) {
    this.#reserved = reserved
  }

  /** The placeholder of a surface form: the one it has, or the next free number of its type. */
  give(entityType: string, value: string, isNumeric: boolean): PlaceholderEntry {
    const key = `${isNumeric ? 'n' : 's'}${value}`
    const known = this.#byValue.get(key)
    if (known !== undefined) return known
    const type = placeholderType(entityType) + (isNumeric ? NUMERIC_SUFFIX : '')
    const entry: PlaceholderEntry = { placeholder: `[${this.#spelling(type)}]`, entityType, value }
    this.#byValue.set(key, entry)
    this.entries.push(entry)
    return entry
  }

  #spelling(type: string): string {
    let number = (this.#last.get(type) ?? 0) + 1
    while (this.#reserved.has(`${type}_${number}`)) number += 1
    if (number > MAX_NUMBER) {
      throw new PalimpsestError({
        code: 'too_many_entities',
        status: 422,
        message: `The request holds more than ${MAX_NUMBER} different values of one kind; split it into smaller ones.`,
      })
    }
    this.#last.set(type, number)
    return `${type}_${number}`
  }
}
