import { jcs } from '../ledger/json.ts'
import { dayAfter } from './due.ts'

export interface DroppedDay {
  /** `YYYY-MM-DD`, UTC. */
  day: string
  /** Of the receipt. */
  number: number
  /** Entries that leave the database, and those that stay. */
  entries: number
  kept: number
  /** Ids of the entries that say where they are archived. */
  archives: readonly string[]
}

/** The detail of an entry that says that a tenant's day leaves the database: its receipt (docs/ledger.md, section 19), and what left. */
export function droppedDetail({ day, number, entries, kept, archives }: DroppedDay): string {
  return jcs({
    dropped: { archives, day, entries, kept },
    receipt: { below_id: firstIdOf(dayAfter(day)), from_id: firstIdOf(day), number },
  })
}

/** The smallest UUIDv7 of a day: 48 bits of Unix milliseconds come first (RFC 9562, section 5.7). */
export function firstIdOf(day: string): string {
  const hex = Date.parse(`${day}T00:00:00Z`).toString(16).padStart(12, '0').padEnd(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
