import type { KeyIdentity } from '../config/types.ts'
import type { ChatCompletion } from '../domain/chat/types.ts'
import type { Placeholder } from '../ports/in-flight.ts'
import type { InnerChat } from '../ports/inner-chat.ts'
import { PalimpsestError } from '../errors.ts'

interface InnerCall {
  caller: KeyIdentity
  /** The answer as the model wrote it, before values come back. */
  seen: { completion: ChatCompletion; placeholders: readonly Placeholder[] } | null
}

/** Calls that this process makes to its own API. Nobody outside can be in here: the key is the request object itself. */
const calls = new WeakMap<Request, InnerCall>()

/** Who makes an inner call; undefined: it came from outside. */
export function innerCallOf(request: Request): InnerCall | undefined {
  return calls.get(request)
}

/** Where an inner call hears the answer as the model wrote it. */
export function heardBy(request: Request): { seen?(completion: ChatCompletion, placeholders: readonly Placeholder[]): void } {
  const call = calls.get(request)
  if (!call) return {}
  return {
    seen: (completion, placeholders) => {
      call.seen = { completion, placeholders }
    },
  }
}

/** Chat completions by the API itself, so that nothing that binds everybody is passed by. */
export function createInnerChat(api: { fetch(request: Request): Response | Promise<Response> }): InnerChat {
  return {
    async ask({ caller, headers, body }) {
      const request = new Request('http://inner/v1/chat/completions', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const call: InnerCall = { caller, seen: null }
      calls.set(request, call)
      const response = await api.fetch(request)
      const requestId = response.headers.get('x-palimpsest-request-id')
      if (response.status !== 200) {
        const { error } = (await response.json()) as { error: { code: string } }
        const isOurs = OURS.has(error.code)
        if (isOurs) throw new PalimpsestError({ code: error.code, status: 503, message: 'The gateway cannot serve now.' })
        return { kind: 'failed', requestId, status: response.status, code: error.code }
      }
      await response.arrayBuffer()
      if (!call.seen || requestId === null) throw new Error('an answer that nobody saw')
      const content = call.seen.completion.choices[0]?.message.content
      return {
        kind: 'answered',
        requestId,
        content: typeof content === 'string' ? content : null,
        placeholders: call.seen.placeholders,
      }
    },
  }
}

/** What the gateway cannot do now and may do in a moment. */
const OURS = new Set(['ledger_unavailable', 'temporal_unavailable', 'acceptance_unknown', 'draining', 'keys_unavailable', 'kms_unavailable'])
