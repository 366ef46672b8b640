import type { ChatChunk, ChunkChoice } from '../../domain/chat/types.ts'
import { createStreamRestorer } from '../../domain/redaction/restore-stream.ts'
import { errorOfOutcome } from '../../domain/requests/messages.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import { answerHeaders, answerReplay, EVENT_STREAM, type Waiting } from './respond-json.ts'
import { nextEvent, replayWhenRecorded } from './wait-for-answer.ts'
import type { Plan } from './waiting-delivery.ts'

/**
 * Waits for the first durable chunk, then streams. What went wrong before it is an HTTP error; after it, an error event
 * that ends the stream without `[DONE]`. The chunks that finish a choice, and `[DONE]`, wait until the whole answer is
 * durable, and where recording is `sync` until the record is.
 */
export async function answerStream(deps: ApiDeps, waiting: Waiting): Promise<Response> {
  const { requestId, delivery } = waiting
  const first = await nextEvent(deps, requestId, delivery, waiting.deadline)
  if (first.kind === 'settled' && first.outcome.status !== 'answered') throw errorOfOutcome(first.outcome)
  const { plan } = delivery
  if (first.kind !== 'chunk' || !plan) {
    return answerReplay(await replayWhenRecorded(deps, waiting), requestId, waiting)
  }
  const stream = ReadableStream.from(events(deps, waiting, plan, first.chunk))
  return new Response(stream.pipeThrough(new TextEncoderStream()), {
    headers: { ...answerHeaders(requestId, plan), ...EVENT_STREAM },
  })
}

async function* events(deps: ApiDeps, waiting: Waiting, plan: Plan, first: ChatChunk): AsyncGenerator<string> {
  const restorer = createStreamRestorer(plan.placeholders, plan)
  const ending: ChatChunk[] = []
  const passed = (chunk: ChatChunk) => {
    const { now, later } = splitEnding(chunk, waiting.includeUsage)
    if (later) ending.push(later)
    return now ? restorer.push(now).map(line).join('') : ''
  }
  yield passed(first)
  try {
    for (;;) {
      const event = await nextEvent(deps, waiting.requestId, waiting.delivery, waiting.deadline)
      if (event.kind === 'chunk') {
        yield passed(event.chunk)
        continue
      }
      if (event.kind === 'elsewhere') throw errorOfOutcome({ statusCode: 502, errorCode: 'stream_interrupted' })
      if (event.kind === 'settled' && event.outcome.status !== 'answered') throw errorOfOutcome(event.outcome)
      if (event.kind === 'settled' || !plan.recordSync) break
    }
    const rest = [...ending.flatMap((chunk) => restorer.push(chunk)), ...restorer.end()]
    yield `${rest.map(line).join('')}data: [DONE]\n\n`
  } catch (error) {
    const told = error instanceof PalimpsestError ? error : errorOfOutcome({ statusCode: 500, errorCode: null })
    yield `data: ${JSON.stringify(told.toBody())}\n\n`
  }
}

/** Parts a chunk into what may go on now and what ends a choice or tells the usage. */
function splitEnding(chunk: ChatChunk, includeUsage: boolean): { now: ChatChunk | null; later: ChatChunk | null } {
  const { usage, ...rest } = chunk
  const ends = chunk.choices.some((choice) => choice.finish_reason !== null)
  const isTold = ({ delta }: ChunkChoice) => !ends || Object.keys(delta).length > 0
  const text = chunk.choices.filter(isTold).map((choice) => ({ ...choice, finish_reason: null }))
  const now = text.length > 0 ? { ...rest, choices: text, ...(includeUsage && { usage: null }) } : null
  if (!ends && !(usage && includeUsage)) return { now, later: null }
  const finished = chunk.choices.filter((choice) => choice.finish_reason !== null)
  const later = {
    ...rest,
    // Probabilities go with their text.
    choices: finished.map((choice) => ({ ...choice, delta: {}, ...(isTold(choice) && { logprobs: null }) })),
    ...(includeUsage && { usage: usage ?? null }),
  }
  return { now, later }
}

function line(chunk: ChatChunk): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}
