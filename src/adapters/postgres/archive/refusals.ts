import pg from 'pg'
import type { Refused } from '../../../ports/archive-catalogue.ts'

/** What the functions of sealed days raise; the hint is the code. */
const REFUSED = 'PA001'
/** Lock not available, deadlock: somebody else is at it. */
const BUSY = new Set(['55P03', '40P01'])

/** A refusal of the database as a value. @throws what is none. */
export async function orRefused<T>(work: Promise<T>): Promise<T | Refused> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    if (error.code === REFUSED && error.hint !== undefined) return { refused: error.hint }
    if (BUSY.has(error.code ?? '')) return { refused: 'busy' }
    throw error
  }
}
