import { KEYS } from '../stack/config.ts'
import type { Ask, Try } from './types.ts'

/** One HTTP exchange of an ask, read to its end or to where it broke. Never throws for what a server or network does. */
export async function exchange(url: string, ask: Ask, signal?: AbortSignal): Promise<Try> {
  const startedAt = performance.now()
  const seen: Try = { ...NOTHING }
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: headersOf(ask),
      body: JSON.stringify(ask.body),
      ...(signal && { signal }),
    })
    seen.status = response.status
    seen.requestId = response.headers.get('x-palimpsest-request-id')
    seen.retryAfter = response.headers.get('retry-after')
    await readBody(response, seen, ask.stream && response.ok)
  } catch {
    // A connection that was refused, reset or cut, or a client that went away: what came until then stands.
    seen.outcome = 'broken'
  }
  seen.ms = Math.round(performance.now() - startedAt)
  return seen
}

const NOTHING: Try = {
  outcome: 'broken',
  status: null,
  code: null,
  retryAfter: null,
  requestId: null,
  body: '',
  text: '',
  ms: 0,
  recordedFirst: null,
}

function headersOf(ask: Ask): Record<string, string> {
  return {
    authorization: `Bearer ${KEYS[ask.tenant].app}`,
    'content-type': 'application/json',
    'x-tool-name': ask.tool,
    'x-feature-name': ask.directions.marker,
    ...(ask.key !== null && { 'idempotency-key': ask.key }),
  }
}

interface Body {
  error?: { code?: string }
  choices?: { message?: { content?: string | null }; delta?: { content?: string | null } }[]
}

async function readBody(response: Response, seen: Try, stream: boolean): Promise<void> {
  if (!response.body) return
  const decoder = new TextDecoder()
  for await (const bytes of response.body) {
    seen.body += decoder.decode(bytes, { stream: true })
    if (stream) readLines(seen)
  }
  if (stream) {
    if (seen.body.endsWith('data: [DONE]\n\n') && seen.code === null) seen.outcome = 'answered'
    return
  }
  const body = JSON.parse(seen.body) as Body
  seen.code = body.error?.code ?? null
  seen.text = body.choices?.[0]?.message?.content ?? ''
  seen.outcome = response.ok ? 'answered' : 'refused'
}

/** Reads the stream's lines anew: a few kilobytes, and simple enough to be trusted. */
function readLines(seen: Try): void {
  let text = ''
  for (const event of seen.body.split('\n\n').slice(0, -1)) {
    const data = event.replace(/^data: /, '')
    if (data === '[DONE]') continue
    const chunk = JSON.parse(data) as Body
    if (chunk.error) seen.code = chunk.error.code ?? 'unknown'
    text += chunk.choices?.[0]?.delta?.content ?? ''
  }
  seen.text = text
}
