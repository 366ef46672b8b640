import { setTimeout as sleep } from 'node:timers/promises'
import { ask, NotAnswered, type Target } from './ask-gateway.ts'

/** Milliseconds between two looks, and for which a gateway that does not answer is asked again. */
const LOOK_MS = 500
const AWAY_MS = 60_000

export interface Followed<T> {
  /** Asked again and again. */
  path: string
  hasEnded(now: T): boolean
  /** Where it stands, said when it changes; null: nothing to say. */
  line(now: T): string | null
}

/** Looks at something that goes on in the gateway until it has ended. @throws NotAnswered */
export async function follow<T>(
  target: Target,
  { path, hasEnded, line }: Followed<T>,
  say: (line: string) => void,
): Promise<T> {
  let told: string | null = null
  let answeredAt = Date.now()
  for (;;) {
    try {
      const now = (await ask(target, path)) as T
      answeredAt = Date.now()
      if (hasEnded(now)) return now
      const at = line(now)
      if (at !== null && at !== told) say(at)
      told = at ?? told
    } catch (error) {
      if (!(error instanceof NotAnswered) || !error.isAway || Date.now() - answeredAt > AWAY_MS) throw error
    }
    await sleep(LOOK_MS)
  }
}
