import { setTimeout as sleep } from 'node:timers/promises'
import type { ItemMessage } from '../../domain/benchmark/types.ts'
import { NotAnswered, type Target } from '../ask-gateway.ts'

/** Tries of one question; each one that was accepted is on record and may have cost something. */
const TRIES = 3
/** Milliseconds: for which it is waited in all where the gateway says to wait or is away, and between two tries at least. */
const WAIT_AT_MOST_MS = 10 * 60_000
const WAIT_AT_LEAST_MS = 500
const WAIT_BETWEEN_MS = 60_000
const LOOK_MS = 100
/** Statuses of refusals that may be about more than one model. */
const REFUSALS = [401, 402, 403]
const LOOKS = 100

export interface Asking {
  model: string
  messages: readonly ItemMessage[]
  maxTokens: number | null
  tool: string
  feature: string
  /** The idempotency key of a try, counted from 1. */
  keyOf(attempt: number): string
}

/** `requests`: every one that is on record, in order. */
export type Asked =
  | { state: 'answered'; text: string; requests: string[] }
  | { state: 'error'; code: string; requests: string[] }

/**
 * Asks a model through the gateway. A question under the same key is answered by the first request that had it; a 429 is waited
 * for as long as it says.
 * @throws NotAnswered where the gateway is away for ten minutes, does not let us in, or a budget is spent: the run goes on later.
 */
export async function askModel(target: Target, asking: Asking): Promise<Asked> {
  const requests: string[] = []
  for (let attempt = 1; ; attempt++) {
    const response = await send(target, asking, asking.keyOf(attempt))
    const id = response.headers.get('x-palimpsest-request-id')
    const body = (await response.json().catch(() => null)) as ChatBody | null
    if (response.ok) {
      const content = body?.choices?.[0]?.message?.content
      return { state: 'answered', text: typeof content === 'string' ? content : '', requests: [...requests, id ?? ''] }
    }
    // What was accepted and withdrawn is no entry, and cost nothing.
    if (id !== null && (await isRecorded(target, id))) requests.push(id)
    const code = body?.error?.code ?? `status_${response.status}`
    if (!isPassing(response.status) || attempt >= TRIES) return { state: 'error', code, requests }
    await sleep(waitOf(response))
  }
}

interface ChatBody {
  choices?: { message?: { content?: unknown } }[]
  error?: { code?: string; message?: string }
}

/** Sends until something came of it that is more than "not now". */
async function send({ url, key }: Target, asking: Asking, idempotencyKey: string): Promise<Response> {
  const { model, messages, maxTokens, tool, feature } = asking
  const giveUpAt = Date.now() + WAIT_AT_MOST_MS
  for (;;) {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
        'x-tool-name': tool,
        'x-feature-name': feature,
      },
      body: JSON.stringify({ model, messages, ...(maxTokens !== null && { max_completion_tokens: maxTokens }) }),
    }).catch(() => null)
    if (response !== null && !isNotNow(response)) {
      if (REFUSALS.includes(response.status)) await refuse(response)
      return response
    }
    if (Date.now() > giveUpAt) {
      throw new NotAnswered(response === null ? `${url} cannot be reached.` : `${url} is too busy.`, true)
    }
    await sleep(response === null ? 1_000 : waitOf(response))
  }
}

/** A key that is not known or may not do this, and a budget that is spent, end the run; a model that may not be asked is an error of that model. */
async function refuse(response: Response): Promise<void> {
  const { error } = ((await response
    .clone()
    .json()
    .catch(() => null)) ?? {}) as ChatBody
  if (response.status !== 403 || error?.code === 'role_missing') {
    throw new NotAnswered(
      `${error?.message ?? 'The gateway refused the key.'} (${error?.code ?? response.status})`,
      false,
    )
  }
}

/** Nothing was accepted, and it says to come back soon: limits, no room, or a budget that calls in flight hold. */
function isNotNow(response: Response): boolean {
  if (response.status === 402) return waitOf(response) < WAIT_BETWEEN_MS
  return [429, 503].includes(response.status) && !response.headers.has('x-palimpsest-request-id')
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500
}

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const told = Number.isFinite(seconds) ? seconds * 1000 : 0
  return Math.min(WAIT_BETWEEN_MS, Math.max(WAIT_AT_LEAST_MS, told))
}

/** Whether a request that failed is an entry; waits while it is in flight. */
async function isRecorded({ url, key }: Target, id: string): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    const response = await fetch(`${url}/v1/requests/${id}`, { headers: { authorization: `Bearer ${key}` } }).catch(
      () => null,
    )
    if (response?.status === 404) return false
    const { state } = ((await response?.json().catch(() => null)) ?? {}) as { state?: string }
    if (state !== undefined && state !== 'accepted' && state !== 'running') return true
    await sleep(LOOK_MS)
  }
  return true
}
