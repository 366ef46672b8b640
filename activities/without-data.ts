import { ApplicationFailure, CancelledFailure } from '@temporalio/activity'

/**
 * Activities whose failures may stand in a history: of what an adapter throws its name and code go there, never what a database
 * or a KMS quotes. An ApplicationFailure was written for the history and passes, and so does a cancellation.
 * @param sentence what the reader of the history is told.
 */
export function withoutData<T extends object>(activities: T, sentence: string): T {
  const guarded = Object.entries(activities).map(([name, run]) => [name, stepWithoutData(run, sentence)])
  return Object.fromEntries(guarded) as T
}

/** One activity so. */
export function stepWithoutData<I, O>(run: (input: I) => Promise<O>, sentence: string): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await run(input)
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw withoutStack(error)
      const kind = error instanceof Error ? error.name : 'unknown'
      const code = String((error as { code?: unknown } | null)?.code ?? '')
      const type = /^\w{1,64}$/.test(code) ? `${kind}:${code}` : kind
      throw withoutStack(ApplicationFailure.create({ type, message: sentence }))
    }
  }
}

/** A stack names folders of the machine, and a history is read by others. */
function withoutStack<E extends Error>(error: E): E {
  error.stack = ''
  return error
}
