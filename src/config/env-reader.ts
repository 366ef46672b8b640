import { type ConfigProblem, didYouMean } from './config-error.ts'
import { environmentVariables } from './env-variables.ts'

export type EnvironmentSource = Readonly<Record<string, string | undefined>>

/** Read by the command line and the tests, not by the gateway. */
const otherNames = ['PALIMPSEST_API_KEY']

/** Reads variables one by one and keeps what is wrong with them; a message never holds a value. */
export class Reader {
  readonly problems: ConfigProblem[] = []
  readonly notes: string[] = []
  readonly #source: EnvironmentSource

  constructor(source: EnvironmentSource) {
    this.#source = source
  }

  text(name: string): string | null {
    const value = this.#source[name]
    return value === undefined || value.trim() === '' ? null : value.trim()
  }

  matching(name: string, pattern: RegExp, words: string): string | null {
    const value = this.text(name)
    if (value === null || pattern.test(value)) return value
    this.report(`${name} must be ${words}.`)
    return null
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | null {
    const value = this.text(name)
    if (value === null) return null
    const found = allowed.find((word) => word === value)
    if (found === undefined) this.report(`${name} must be one of ${allowed.join(', ')}${hint(value, allowed)}.`)
    return found ?? null
  }

  list<T extends string>(name: string, allowed: readonly T[]): T[] {
    const words = (this.text(name) ?? '').split(',').map((word) => word.trim())
    return words.flatMap((word) => {
      if (word === '') return []
      const found = allowed.find((one) => one === word)
      if (found === undefined)
        this.report(`${name} takes ${allowed.join(', ')}, separated by commas${hint(word, allowed)}.`)
      return found === undefined ? [] : [found]
    })
  }

  port(name: string, fallback: number): number {
    const value = this.matching(name, /^\d{1,5}$/, 'a port number from 0 to 65535')
    if (value === null) return fallback
    if (Number(value) > 65535) this.report(`${name} must be a port number from 0 to 65535.`)
    return Number(value)
  }

  days(name: string, fallback: number, bounds: { least: number; most: number }): number {
    return this.#number(name, fallback, bounds, 'a number of days')
  }

  megabytes(name: string, fallback: number, bounds: { least: number; most: number }): number {
    return this.#number(name, fallback, bounds, 'a number of megabytes')
  }

  #number(name: string, fallback: number, { least, most }: { least: number; most: number }, what: string): number {
    const words = `${what} from ${least} to ${most}`
    const value = this.matching(name, /^\d{1,7}$/, words)
    if (value === null) return fallback
    if (Number(value) < least || Number(value) > most) this.report(`${name} must be ${words}.`)
    return Number(value)
  }

  url(name: string, schemes: readonly string[]): string | null {
    const value = this.text(name)
    if (value === null) return null
    const scheme = URL.canParse(value) ? new URL(value).protocol : null
    if (scheme !== null && schemes.includes(scheme)) return value
    this.report(`${name} must be an address that begins with ${schemes.map((one) => `${one}//`).join(' or ')}.`)
    return null
  }

  httpUrl(name: string): string | null {
    return this.url(name, ['http:', 'https:'])?.replace(/\/+$/, '') ?? null
  }

  needs(name: string, other: string): void {
    if (this.text(other) === null) this.report(`${name} is set without ${other}: set both or neither.`)
  }

  refuseUnknownNames(): void {
    const known = [...environmentVariables.map((entry) => entry.name), ...otherNames]
    for (const name of Object.keys(this.#source)) {
      if (!name.startsWith('PALIMPSEST_') || known.includes(name)) continue
      const meant = didYouMean(name, known)
      if (meant !== null) this.report(`${name} is not a variable of Palimpsest: did you mean ${meant}?`)
    }
  }

  note(message: string): void {
    this.notes.push(message)
  }

  report(message: string): void {
    this.problems.push({ file: null, line: null, column: null, message })
  }
}

function hint(word: string, allowed: readonly string[]): string {
  const meant = didYouMean(word, allowed)
  return meant === null ? '' : `, did you mean ${meant}`
}
