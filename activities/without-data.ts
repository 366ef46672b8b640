import { ApplicationFailure, CancelledFailure } from '@temporalio/activity'

/**
 * Activities whose failures may stand in a history: of what an adapter throws its name and code go there, never what a database
 * or a KMS quotes. An ApplicationFailure was written for the history and passes, and so does a cancellation.
 * @param sentence what the reader of the history is told.
 */
export function withoutData<T extends object>(activities: T, sentence: string): T {
  const guarded = Object.entries(activities).map(([name, run]) => [
    name,
    async (input: unknown) => {
      try {
        return await (run as (input: unknown) => Promise<unknown>)(input)
      } catch (error) {
        if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw withoutStack(error)
        const kind = error instanceof Error ? error.name : 'unknown'
        const code = String((error as { code?: unknown } | null)?.code ?? '')
        throw withoutStack(
          ApplicationFailure.create({
            type: /^\w{1,64}$/.test(code) ? `${kind}:${code}` : kind,
            message: sentence,
          }),
        )
      }
    },
  ])
  return Object.fromEntries(guarded) as T
}

/** A stack names folders of the machine, and a history is read by others. */
export function withoutStack<E extends Error>(error: E): E {
  error.stack = ''
  return error
}
