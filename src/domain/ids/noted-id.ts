import { unixMsOf } from './uuidv7.ts'

/** Milliseconds after which an id that was noted and never written is replaced: its own day may be sealed soon. */
const KEPT_MS = 86_400_000
/** Milliseconds by which the database takes an id that is ahead of its clock. */
const AHEAD_MS = 300_000

/**
 * Whether the id (a UUIDv7) that was noted for an entry can still be that entry's. One that a clock gave which was ahead could not be
 * written before its time has come.
 * @param nowMs milliseconds since the Unix epoch, by the database's clock
 */
export function canBeWritten(id: string, nowMs: number): boolean {
  const age = nowMs - unixMsOf(id)
  return age < KEPT_MS && age >= -AHEAD_MS
}
