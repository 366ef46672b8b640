import { AttemptLost } from '../../src/ports/piece-writer.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
/** Milliseconds after which an answer that cannot be stored is given up, so that its attempt can be taken over. */
const GIVE_UP_AFTER_MS = 10 * 60_000

/**
 * Tries a write again until it succeeds: an answer that was paid for is not thrown away because the database is away for
 * a moment. The write must be safe to repeat.
 */
export async function insist<T>(write: () => Promise<T>): Promise<T> {
  let waited = 0
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write()
    } catch (error) {
      if (error instanceof AttemptLost || waited >= GIVE_UP_AFTER_MS) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
      waited += pause
    }
  }
}
