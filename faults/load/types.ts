import type { Tenant, Tool } from '../stack/config.ts'
import type { Directions } from '../stack/directions.ts'

/** One question of a client, however often it is sent. */
export interface Ask {
  directions: Directions
  tenant: Tenant
  tool: Tool
  /** `Idempotency-Key`; without one a question is sent once, because nobody could tell a second one apart. */
  key: string | null
  stream: boolean
  body: Record<string, unknown>
  /** Personal data in the prompt, which has to come back. */
  person: string | null
  /** Where the question cannot be scanned, so that it is refused. */
  unscannable: boolean
  /** Milliseconds after which the client goes away the first time. */
  leavesAfterMs: number | null
  /** How many clients send it at the same time. */
  copies: number
}

/** What became of one HTTP exchange. */
export interface Try {
  /** `answered`: 2xx and whole; `refused`: an HTTP error; `broken`: an error event or a cut in the answer or before it. */
  outcome: 'answered' | 'refused' | 'broken'
  /** HTTP status, null where none came. */
  status: number | null
  /** Code of the error object or of the error event. */
  code: string | null
  retryAfter: string | null
  requestId: string | null
  /** The body as it came; of a stream its lines. */
  body: string
  /** The answer's text as far as it came. */
  text: string
  ms: number
  /** Of a tool that is recorded first: whether the entry was there when the answer was. */
  recordedFirst: boolean | null
}

export interface Asked {
  ask: Ask
  tries: Try[]
  /** The client has its answer, or a refusal that asking again does not change. */
  settled: boolean
}

/** Codes of a 503 that promise that nothing was sent. */
export const NOTHING_SENT = new Set(['ledger_unavailable', 'temporal_unavailable', 'request_withdrawn', 'draining'])

export function nothingWasSent(one: Try): boolean {
  return one.status === 503 && NOTHING_SENT.has(one.code ?? '')
}
