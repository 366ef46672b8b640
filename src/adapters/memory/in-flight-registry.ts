import type { RequestInFlight } from '../../ports/in-flight.ts'
import type { InFlightRegistry } from '../../ports/in-flight-registry.ts'

/** The registry as two maps. */
export class InFlightMemory implements InFlightRegistry {
  private readonly requests = new Map<string, RequestInFlight>()
  private readonly calls = new Map<string, Promise<unknown>>()

  get size(): number {
    return this.requests.size
  }

  get(requestId: string): RequestInFlight | undefined {
    return this.requests.get(requestId)
  }

  add(request: RequestInFlight): void {
    this.requests.set(request.inbox.requestId, request)
  }

  remove(requestId: string): void {
    this.requests.delete(requestId)
  }

  callIds(): string[] {
    return [...this.calls.keys()]
  }

  join<T>(requestId: string, start: () => Promise<T>): Promise<T> {
    const running = this.calls.get(requestId)
    if (running) return running as Promise<T>
    const call = start().finally(() => this.calls.delete(requestId))
    this.calls.set(requestId, call)
    return call
  }
}
