import { Refused, type Tree } from './types.ts'

/** The scopes of WITH around the place that is looked at, the innermost last. */
export class Scopes {
  readonly #all: Set<string>[] = []

  /** Names that `work` adds hold within it. */
  within(work: () => void): void {
    this.#all.push(new Set())
    work()
    this.#all.pop()
  }

  /** @throws Refused where the name could be one of the catalogue's where it does not hold. */
  add(name: string, at: number | null): void {
    if (/^(pg_|information_schema$)/i.test(name)) {
      throw new Refused('sql_relation_not_listed', 'A query of WITH may not be named like the catalogue (pg_…).', at)
    }
    this.#all.at(-1)?.add(name)
  }

  has(name: string): boolean {
    return this.#all.some((scope) => scope.has(name))
  }
}

/** The strings of a list of `String` nodes; null where it holds anything else. */
export function nameList(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null
  const names = value.map(stringOf)
  return names.every((name) => name !== null) ? (names as string[]) : null
}

/** The text of a `String` node; null for any other. An empty string has no field. */
export function stringOf(node: unknown): string | null {
  if (typeof node !== 'object' || node === null) return null
  const fields = (node as Tree).String
  if (typeof fields !== 'object' || fields === null) return null
  const { sval = '' } = fields as Tree
  return typeof sval === 'string' ? sval : null
}
