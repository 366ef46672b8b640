import { randomBytes } from 'node:crypto'
import { uuidv7 } from '../domain/ids/uuidv7.ts'

/** The id of an entry that is made now, by this machine's clock. */
export function newEntryId(): string {
  return uuidv7(Date.now(), randomBytes(10))
}
