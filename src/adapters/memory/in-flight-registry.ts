import type { RequestInFlight } from '../../ports/in-flight.ts'
import type { InFlightRegistry } from '../../ports/in-flight-registry.ts'

/** The registry as two maps. */
export class InFlightMemory implements InFlightRegistry {
  private readonly requests = new Map<string, RequestInFlight>()
  private readonly calls = new Map<string, Promise<unknown>>()
  private readonly held = new Set<string>()

  get size(): number {
    return this.requests.size
  }

  all(): Iterable<RequestInFlight> {
    return this.requests.values()
  }

  get(requestId: string): RequestInFlight | undefined {
    return this.requests.get(requestId)
  }

  add(request: RequestInFlight): RequestInFlight {
    const { requestId } = request.inbox
    const kept = this.requests.get(requestId) ?? request
    this.requests.set(requestId, kept)
    return kept
  }

  remove(requestId: string): void {
    this.requests.get(requestId)?.release?.()
    this.requests.delete(requestId)
  }

  heldIds(): string[] {
    return [...this.held]
  }

  async hold<T>(requestId: string, work: () => Promise<T>): Promise<T> {
    this.held.add(requestId)
    try {
      return await work()
    } finally {
      this.held.delete(requestId)
    }
  }

  join<T>(requestId: string, start: () => Promise<T>): Promise<T> {
    const running = this.calls.get(requestId)
    if (running) return running as Promise<T>
    const call = start().finally(() => this.calls.delete(requestId))
    this.calls.set(requestId, call)
    return call
  }
}
