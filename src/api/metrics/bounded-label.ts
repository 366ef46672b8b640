/** What stands for every value that has no series of its own. */
export const OTHER = 'other'

/**
 * Values of a label, of which there is a bounded number whatever is sent: those that `isKnown` knows, and of the rest
 * the first `most`; all others are `other`.
 */
export class BoundedLabel {
  readonly #most: number
  readonly #isKnown: (value: string) => boolean
  readonly #seen = new Set<string>()

  /** @param isKnown must know a bounded number of values itself */
  constructor(most: number, isKnown: (value: string) => boolean = () => false) {
    this.#most = most
    this.#isKnown = isKnown
  }

  /** @param mayAdd false: a value that was not seen yet gets no series of its own */
  of(value: string | null, mayAdd = true): string {
    if (value === null) return 'none'
    if (this.#isKnown(value) || this.#seen.has(value)) return value
    if (!mayAdd || this.#seen.size >= this.#most) return OTHER
    this.#seen.add(value)
    return value
  }
}
