import { Hono } from 'hono'
import OpenAI from 'openai'
import type { GatewayAccess } from '../support/find-gateway.ts'
import { addPage } from '../support/serve-page.ts'

const SYSTEM =
  'You are the HR helpdesk of a company. Answer briefly and kindly. Text in square brackets stands for data that was left out: use it as it is.'
const MOST_CHARACTERS = 8_000
const MOST_TURNS = 40

interface Turn {
  role: 'user' | 'assistant'
  content: string
}

interface Question {
  /** Who is signed in; in a real app it comes from the session, never from the page. */
  user: string
  session: string
  turns: Turn[]
}

/**
 * The helpdesk: a page, and three addresses behind it. The key stays here. What a browser gets of an answer is its text, its
 * request's figures and its proof.
 */
export function helpdesk(gateway: GatewayAccess, model: string): Hono {
  const app = new Hono()
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.appKey, maxRetries: 1 })
  const ask = (path: string, init: RequestInit = {}, key = gateway.appKey) =>
    fetch(`${gateway.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    })
  addPage(app, new URL('./page/', import.meta.url))

  app.get('/about', (c) => c.json({ model, mayDisclose: gateway.officerKey !== null }))

  app.post('/questions', async (c) => {
    const question = questionOf(await c.req.json().catch(() => null))
    if (question === null) return c.json({ error: 'A question needs a user, a session and what was said.' }, 400)
    const asked = openai.chat.completions
      .create(
        {
          model,
          user: question.user,
          stream: true,
          messages: [{ role: 'system', content: SYSTEM }, ...question.turns],
        },
        {
          headers: { 'X-Tool-Name': 'hr_helpdesk', 'X-Feature-Name': 'ask', 'X-Session-Id': question.session },
          signal: c.req.raw.signal,
        },
      )
      .withResponse()
    try {
      const { data, response } = await asked
      return lines(eventsOf(data, response))
    } catch (error) {
      const status = error instanceof OpenAI.APIError && error.status ? error.status : 502
      return c.json({ error: messageOf(error) }, status as 500)
    }
  })

  /** Where personal data stands in a text, as the policy in force sees it: nothing is sent to a model or kept. */
  app.post('/findings', async (c) => {
    const { text } = (await c.req.json().catch(() => ({}))) as { text?: unknown }
    if (typeof text !== 'string' || text.length > MOST_CHARACTERS) return c.json({ error: 'Send a text.' }, 400)
    const answer = await ask('/analyze', { method: 'POST', body: JSON.stringify({ text, language: 'en' }) })
    if (!answer.ok) return c.json({ error: `The gateway answers ${answer.status}.` }, 502)
    const found = (await answer.json()) as { start: number; end: number; entity_type: string }[]
    return c.json(found.map(({ start, end, entity_type: type }) => ({ start, end, type })))
  })

  app.get('/answers/:id', async (c) => passOn(await ask(`/v1/requests/${encodeURIComponent(c.req.param('id'))}`)))

  app.get('/answers/:id/proof', async (c) => {
    const answer = await ask(`/v1/ledger/entries/${encodeURIComponent(c.req.param('id'))}/proof`)
    if (answer.status !== 200)
      return c.json({ error: 'The entry is not in a signed tree yet: try again in a second.' }, 503)
    return c.json({ proof: await answer.text(), key: answer.headers.get('x-palimpsest-verifier-key') })
  })

  /** What the model was sent: an officer's right, and each look at it is an entry of its own. */
  app.post('/answers/:id/sent', async (c) => {
    if (gateway.officerKey === null) return c.json({ error: 'This helpdesk has no key of a privacy officer.' }, 403)
    const path = `/v1/requests/${encodeURIComponent(c.req.param('id'))}/disclosures`
    const body = JSON.stringify({ purpose: 'the person who asked wants to see what left the house' })
    const answer = await ask(path, { method: 'POST', body }, gateway.officerKey)
    if (!answer.ok) return c.json({ error: `The gateway answers ${answer.status}.` }, answer.status as 500)
    const { prompt, disclosure_id } = (await answer.json()) as { prompt: { messages: Turn[] }; disclosure_id: string }
    return c.json({
      disclosure: disclosure_id,
      sent: prompt.messages.filter(({ role }) => role === 'user').at(-1)?.content ?? '',
    })
  })
  return app
}

/** One JSON object a line: the request's id, pieces of the answer, and how it ended. */
async function* eventsOf(
  stream: AsyncIterable<OpenAI.ChatCompletionChunk>,
  response: Response,
): AsyncGenerator<object> {
  const header = (name: string) => response.headers.get(`x-palimpsest-${name}`)
  yield { id: header('request-id'), redactions: Number(header('redactions')), route: header('route') }
  try {
    for await (const { choices } of stream) {
      const text = choices[0]?.delta.content
      if (text) yield { text }
    }
    yield { done: true }
  } catch (error) {
    yield { error: messageOf(error) }
  }
}

function lines(events: AsyncGenerator<object>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await events.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`))
    },
    async cancel() {
      await events.return(undefined)
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' } })
}

function passOn(answer: Response): Response {
  return new Response(answer.body, { status: answer.status, headers: { 'content-type': 'application/json' } })
}

function questionOf(value: unknown): Question | null {
  const { user, session, turns } = (value ?? {}) as Partial<Record<keyof Question, unknown>>
  const isTurn = (turn: unknown): turn is Turn => {
    const { role, content } = (turn ?? {}) as Partial<Turn>
    return (role === 'user' || role === 'assistant') && typeof content === 'string' && content.length <= MOST_CHARACTERS
  }
  if (typeof user !== 'string' || typeof session !== 'string' || !Array.isArray(turns)) return null
  if (user === '' || user.length > 200 || session.length > 200 || turns.length === 0 || turns.length > MOST_TURNS)
    return null
  return turns.every(isTurn) && turns.at(-1)?.role === 'user' ? { user, session, turns } : null
}

function messageOf(error: unknown): string {
  return error instanceof OpenAI.APIError ? error.message : 'The gateway could not be reached.'
}
