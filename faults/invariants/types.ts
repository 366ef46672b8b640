import type { JournalLine } from '../journal.ts'
import type { Asked, Try } from '../load/types.ts'
import type { Tenant } from '../stack/config.ts'

/** Text of a recorded request as the privacy role reads it. */
export interface Disclosed {
  prompt: unknown
  response: { choices: { message: { content: string | null } }[] } | null
  values: { placeholder: string; entityType: string; value: string }[]
}

/** What a run did and saw, beside the database. */
export interface Expectations {
  asked: readonly Asked[]
  /** Calls that the provider's double got, by marker. */
  calls: ReadonlyMap<string, number>
  journal: readonly JournalLine[]
  /** Asks once more, with the same key and body. */
  ask(asked: Asked): Promise<Try>
  disclose(tenant: Tenant, requestId: string): Promise<Disclosed | null>
}

/** An entry as far as the rules on requests need it. */
export interface EntryRow {
  id: string
  kind: string
  tenantId: string
  marker: string | null
  status: string
  statusCode: number | null
  errorCode: string | null
  attemptCount: number
  attempts: { attempt: number; state: string }[]
  tool: string | null
}

/** Collects what does not hold. A violation names ids and markers, never text. */
export class Findings {
  readonly violations: string[] = []

  expect(holds: boolean, violation: string): void {
    if (!holds) this.violations.push(violation)
  }
}
