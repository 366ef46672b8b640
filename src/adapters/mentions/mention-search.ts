import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Remaining } from '../../domain/erasure/cut-text.ts'
import { createSearch } from '../../domain/erasure/find-mentions.ts'
import type { Needle } from '../../domain/erasure/needles.ts'
import type { MentionSearch } from '../../ports/mention-search.ts'
import { type Answer, look, type Question } from './look.ts'

/** UTF-16 units, or bytes, from which on a text is looked through beside the event loop: some 20 ms of work. */
const LONG = 64 * 1024
const SCRIPT = new URL('./look-thread.ts', import.meta.url)

/**
 * Looks through texts in this thread, and through each long one in a thread of its own, one after the other: they are rare, and
 * what each of them takes is memory enough.
 */
export function openMentionSearch(needles: readonly Needle[]): MentionSearch {
  const search = createSearch(needles)
  let long: Promise<unknown> = Promise.resolve()

  async function answer(question: Question): Promise<Answer> {
    const { length } = question.ask === 'bytes' ? question.bytes : question.text
    if (length < LONG) return look(question, search)
    const asked = long.then(() => lookApart(question, needles))
    long = asked.catch(() => undefined)
    return asked
  }

  return {
    isEmpty: search.index.size === 0,
    cut: async (text) => (await answer({ ask: 'cut', text })) as Remaining | null,
    isIn: async (text, ask) => (await answer({ ask, text })) === true,
    isInBytes: async (bytes) => (await answer({ ask: 'bytes', bytes })) === true,
  }
}

async function lookApart(question: Question, needles: readonly Needle[]): Promise<Answer> {
  const worker = new Worker(SCRIPT, { workerData: { question, needles }, name: 'mentions' })
  try {
    // Where it fails `once` rejects with its error.
    const [answer] = await once(worker, 'message')
    return answer as Answer
  } finally {
    await worker.terminate()
  }
}
