import { chunksOf } from '../../domain/chat/accumulate.ts'
import type { ChatCompletion } from '../../domain/chat/types.ts'
import { createRestorer } from '../../domain/redaction/restore.ts'
import { errorOfOutcome } from '../../domain/requests/messages.ts'
import type { Placeholder } from '../../ports/in-flight.ts'
import type { ApiDeps } from '../deps.ts'
import type { Hear } from '../inner-call.ts'
import type { ReplayedAnswer } from './replay.ts'
import { nextEvent, replayWhenRecorded } from './wait-for-answer.ts'
import type { WaitingDelivery } from './waiting-delivery.ts'

export interface Wanted {
  stream: boolean
  /** `stream_options.include_usage`. */
  includeUsage: boolean
  /** An inner call hears the answer as the model wrote it. */
  seen?: Hear | undefined
}

export interface Waiting extends Wanted {
  requestId: string
  tenantId: string
  delivery: WaitingDelivery
  /** Milliseconds since the Unix epoch. */
  deadline: number
}

/** Waits for the answer and gives it restored; where recording is `sync`, after the record. */
export async function answerJson(deps: ApiDeps, waiting: Waiting): Promise<Response> {
  const { requestId, delivery } = waiting
  let completion: ChatCompletion | null = null
  for (;;) {
    const event = await nextEvent(deps, requestId, delivery, waiting.deadline)
    if (event.kind === 'elsewhere') {
      return answerReplay(await replayWhenRecorded(deps, waiting), requestId, waiting)
    }
    if (event.kind === 'settled' && event.outcome.status !== 'answered') throw errorOfOutcome(event.outcome)
    if (event.kind === 'answered') completion = event.completion
    const { plan } = delivery
    if (completion && plan && (event.kind === 'settled' || !plan.recordSync)) {
      waiting.seen?.(completion, plan.placeholders)
      return jsonAnswer(completion, plan, answerHeaders(requestId, plan))
    }
    if (event.kind === 'settled') {
      return answerReplay(await replayWhenRecorded(deps, waiting), requestId, waiting)
    }
  }
}

/** An answer from the ledger, in the form that this request wants it. */
export function answerReplay(answer: ReplayedAnswer, requestId: string, wanted: Wanted): Response {
  const headers = answerHeaders(requestId, answer)
  wanted.seen?.(answer.completion, answer.placeholders)
  if (!wanted.stream) return jsonAnswer(answer.completion, answer, headers)
  const restored = createRestorer(answer.placeholders, answer).restoreCompletion(answer.completion)
  const lines = chunksOf(restored, wanted.includeUsage).map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
  return new Response(`${lines.join('')}data: [DONE]\n\n`, { headers: { ...headers, ...EVENT_STREAM } })
}

export const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

function jsonAnswer(
  completion: ChatCompletion,
  plan: { placeholders: readonly Placeholder[]; restoreArguments: boolean },
  headers: Record<string, string>,
): Response {
  return Response.json(createRestorer(plan.placeholders, plan).restoreCompletion(completion), { headers })
}

export function answerHeaders(
  requestId: string,
  plan: { route: string; placeholders: readonly Placeholder[] },
): Record<string, string> {
  return {
    ...requestIdHeaders(requestId),
    'x-palimpsest-route': plan.route,
    'x-palimpsest-redactions': String(plan.placeholders.length),
  }
}

/** The request's id; clients of OpenAI's API look for it under the second name. */
export function requestIdHeaders(requestId: string): Record<string, string> {
  return { 'x-palimpsest-request-id': requestId, 'x-request-id': requestId }
}
