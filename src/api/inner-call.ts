import type { KeyIdentity } from '../config/types.ts'
import type { ChatCompletion } from '../domain/chat/types.ts'
import { PalimpsestError } from '../errors.ts'
import type { Placeholder } from '../ports/in-flight.ts'
import type { InnerAnswer, InnerChat } from '../ports/inner-chat.ts'

/** Hears an answer as the model wrote it, before values come back. */
export type Hear = (completion: ChatCompletion, placeholders: readonly Placeholder[]) => void

interface InnerCall {
  caller: KeyIdentity
  hear: Hear
}

/** Calls that this process makes to its own API. Nobody outside can be in here: the key is the request object itself. */
const calls = new WeakMap<Request, InnerCall>()

/** Who makes an inner call; undefined: it came from outside. */
export function innerCallOf(request: Request): InnerCall | undefined {
  return calls.get(request)
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
      let heard: { completion: ChatCompletion; placeholders: readonly Placeholder[] } | null = null
      const hear: Hear = (completion, placeholders) => {
        heard = { completion, placeholders }
      }
      calls.set(request, { caller: caller as KeyIdentity, hear })
      const response = await api.fetch(request)
      const requestId = response.headers.get('x-palimpsest-request-id')
      if (response.status !== 200) {
        const { error } = (await response.json()) as { error: { code: string } }
        const isOurs = OURS.has(error.code)
        if (isOurs)
          throw new PalimpsestError({ code: error.code, status: 503, message: 'The gateway cannot serve now.' })
        return { kind: 'failed', requestId, status: response.status, code: error.code }
      }
      await response.arrayBuffer()
      return answerOf(requestId, heard)
    },
  }
}

function answerOf(
  requestId: string | null,
  heard: { completion: ChatCompletion; placeholders: readonly Placeholder[] } | null,
): InnerAnswer {
  if (!heard || requestId === null) throw new Error('an answer that nobody heard')
  const content = heard.completion.choices[0]?.message.content
  const text = typeof content === 'string' ? content : null
  return { kind: 'answered', requestId, content: text, placeholders: heard.placeholders }
}

/** What the gateway cannot do now and may do in a moment. */
const OURS = new Set([
  'ledger_unavailable',
  'temporal_unavailable',
  'acceptance_unknown',
  'draining',
  'keys_unavailable',
  'kms_unavailable',
])
