import type { DatabaseQuestions } from '../../ports/database-questions.ts'
import type { GuardedQueries } from '../../ports/guarded-queries.ts'
import type { QuestionStarter } from '../../ports/question-starter.ts'

/** What the API of statements and questions stands on. */
export interface SqlDesk {
  queries: GuardedQueries
  questions: DatabaseQuestions
  starter: QuestionStarter
  waiting: WaitingQuestions
  /** The model that writes statements where the question names none. */
  modelOf(database: string): string | null
}

/** Who waits in this process for which question. */
export class WaitingQuestions {
  readonly #waiting = new Map<string, { gone: AbortController; ended: PromiseWithResolvers<void> }>()

  /** `signal`: whoever waits is gone. Call `leave` in any case. */
  wait(questionId: string, signal: AbortSignal): { ended: Promise<void>; leave(): void } {
    const gone = new AbortController()
    const ended = Promise.withResolvers<void>()
    const abort = () => gone.abort()
    signal.addEventListener('abort', abort, { once: true })
    this.#waiting.set(questionId, { gone, ended })
    return {
      ended: ended.promise,
      leave: () => {
        signal.removeEventListener('abort', abort)
        this.#waiting.delete(questionId)
      },
    }
  }

  /** Never aborted where nobody waits here. */
  goneOf(questionId: string): AbortSignal {
    return this.#waiting.get(questionId)?.gone.signal ?? new AbortController().signal
  }

  ended(questionId: string): void {
    this.#waiting.get(questionId)?.ended.resolve()
  }
}
