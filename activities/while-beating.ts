import { Context } from '@temporalio/activity'

/** Milliseconds between two signs of life. */
const BEAT_MS = 5_000

/**
 * Tells Temporal that an activity is alive for as long as `work` takes, so that it hears when it is cancelled.
 * @param work gets the signal that says so
 */
export async function whileBeating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), BEAT_MS)
  try {
    return await work(context.cancellationSignal)
  } finally {
    clearInterval(beat)
  }
}
