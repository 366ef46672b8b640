import type { ChatChunk, ChatCompletion } from '../../domain/chat/types.ts'
import type { RecordedOutcome } from '../../domain/requests/types.ts'
import type { Delivery, Placeholder } from '../../ports/in-flight.ts'

export type DeliveryEvent =
  | { kind: 'chunk'; chunk: ChatChunk }
  | { kind: 'answered'; completion: ChatCompletion }
  | { kind: 'settled'; outcome: RecordedOutcome }
  /** This process does not have the answer: it is to be read from the ledger. */
  | { kind: 'elsewhere' }

export interface Plan {
  route: string
  recordSync: boolean
  placeholders: readonly Placeholder[]
  restoreArguments: boolean
}

/** A queue between the workflow's steps and the HTTP answer of the same process. */
export class WaitingDelivery implements Delivery {
  plan: Plan | null = null
  private readonly events: DeliveryEvent[] = []
  private wake: (() => void) | null = null

  prepared(plan: Plan): void {
    this.plan = plan
  }

  chunk(chunk: ChatChunk): void {
    this.push({ kind: 'chunk', chunk })
  }

  answered(completion: ChatCompletion): void {
    this.push({ kind: 'answered', completion })
  }

  settled(outcome: RecordedOutcome): void {
    this.push({ kind: 'settled', outcome })
  }

  lost(): void {
    this.push({ kind: 'elsewhere' })
  }

  /** The next event, in order. One reader. */
  async next(): Promise<DeliveryEvent> {
    for (;;) {
      const event = this.events.shift()
      if (event) return event
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  private push(event: DeliveryEvent): void {
    this.events.push(event)
    this.wake?.()
    this.wake = null
  }
}
