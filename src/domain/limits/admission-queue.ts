/** What a tenant is given each time that its turn comes: one small request. */
const QUANTUM = 1

interface Line<T> {
  tenantId: string
  /** In the order of arrival. */
  waiting: Map<T, number>
  /** What it was given and has not used. */
  credit: number
  /** It has been given its quantum in this round. */
  isServed: boolean
}

/**
 * Who waits, a line for each tenant. The lines are served in turn, by deficit round robin (Shreedhar and Varghese, 1995):
 * whatever the others send, between two requests of a tenant each other tenant gets at most one quantum and one request.
 * A tenant that stops waiting keeps no credit; one that may not begin is passed over and keeps what it has.
 */
export class AdmissionQueue<T extends object> {
  readonly #lines = new Map<string, Line<T>>()
  #round: Line<T>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** How many of a tenant wait. */
  lengthOf(tenantId: string): number {
    return this.#lines.get(tenantId)?.waiting.size ?? 0
  }

  /** @param cost 1 for a small request. */
  add(tenantId: string, one: T, cost: number): void {
    let line = this.#lines.get(tenantId)
    if (!line) {
      line = { tenantId, waiting: new Map(), credit: 0, isServed: false }
      this.#lines.set(tenantId, line)
      this.#round.push(line)
    }
    line.waiting.set(one, cost)
    this.#size += 1
  }

  /** Takes one out that no longer waits; nothing where it is not there. */
  remove(tenantId: string, one: T): void {
    const line = this.#lines.get(tenantId)
    if (!line?.waiting.delete(one)) return
    this.#size -= 1
    if (line.waiting.size === 0) this.#close(line)
  }

  /** Takes out whose turn it is among the tenants that may begin; null where none of them waits. */
  next(mayBegin: (tenantId: string) => boolean): T | null {
    const may = new Set(this.#round.filter(({ tenantId }) => mayBegin(tenantId)))
    for (let line = this.#round[0]; line && may.size > 0; line = this.#round[0]) {
      const one = may.has(line) ? this.#serve(line) : null
      if (one) return one
      line.isServed = false
      this.#round.push(...this.#round.splice(0, 1))
    }
    return null
  }

  /** The first of a line, where its credit is enough for it. */
  #serve(line: Line<T>): T | null {
    if (!line.isServed) {
      line.isServed = true
      line.credit += QUANTUM
    }
    const [first] = line.waiting
    if (!first || first[1] > line.credit) return null
    line.credit -= first[1]
    this.remove(line.tenantId, first[0])
    return first[0]
  }

  #close(line: Line<T>): void {
    this.#lines.delete(line.tenantId)
    this.#round = this.#round.filter((one) => one !== line)
  }
}
