import { z } from 'zod'
import { type Behaviour, inPieces, jsonReply, type Reply, type Vendor } from './behaviour.ts'
import { type Said, saying, words } from './openai.ts'
import { type Double, type DoubleOptions, startDouble, withFields } from './server.ts'

export interface OllamaDouble extends Double {
  /** As `OLLAMA_BASE_URL` wants it. */
  baseUrl: string
}

export interface OllamaDoubleOptions extends DoubleOptions {
  /** The models there are; default: any name. */
  models?: string[]
}

/**
 * Ollama's `POST /api/chat` on 127.0.0.1. Source: Ollama's api/types.go and server/routes.go. Stricter than the
 * original, which passes over fields and options that it does not know.
 */
export async function startOllamaDouble(options: OllamaDoubleOptions = {}): Promise<OllamaDouble> {
  const double = await startDouble(ollamaVendor(options.models ?? null), options)
  return withFields(double, { baseUrl: double.origin })
}

const call = z.strictObject({
  id: z.string().optional(),
  function: z.strictObject({
    index: z.int().optional(),
    name: z.string().min(1),
    arguments: z.record(z.string(), z.unknown()),
  }),
})
const message = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  thinking: z.string().optional(),
  images: z.array(z.string()).optional(),
  tool_calls: z.array(call).optional(),
  tool_name: z.string().optional(),
  tool_call_id: z.string().optional(),
})
const request = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().optional(),
  format: z.union([z.literal('json'), z.looseObject({ type: z.string() })]).optional(),
  keep_alive: z.union([z.string(), z.number()]).optional(),
  think: z.union([z.boolean(), z.enum(['high', 'medium', 'low', 'max'])]).optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: z.string().min(1),
          description: z.string().optional(),
          parameters: z.looseObject({ type: z.string(), properties: z.record(z.string(), z.unknown()) }),
        }),
      }),
    )
    .optional(),
  options: z
    .strictObject({
      num_predict: z.int().optional(),
      seed: z.int().optional(),
      temperature: z.number().optional(),
      top_p: z.number().optional(),
      frequency_penalty: z.number().optional(),
      presence_penalty: z.number().optional(),
      stop: z.array(z.string()).optional(),
    })
    .optional(),
})
type OllamaRequest = z.infer<typeof request>

/** What Ollama would say to this body, or null where it would answer. */
export function refusalOf(body: unknown): string | null {
  const result = request.safeParse(body)
  if (result.success) return null
  const issue = result.error.issues[0]
  return `${issue?.path.join('.')}: ${issue?.message}`
}

function ollamaVendor(models: string[] | null): Vendor {
  return {
    models({ method, url }) {
      if (method !== 'GET' || url !== '/api/tags') return null
      const list = models ?? ['llama3.1:8b', 'qwen3:4b']
      return jsonReply(200, { models: list.map((name) => ({ name, model: name, size: 1, digest: 'd', details: {} })) })
    },
    refusal({ method, url }, body) {
      if (method !== 'POST' || url !== '/api/chat')
        return { status: 404, contentType: 'text/plain', frames: ['404 page not found'] }
      if (body === undefined) return jsonReply(400, { error: 'invalid character in request body' })
      const refusal = refusalOf(body)
      if (refusal !== null) return jsonReply(400, { error: refusal })
      const { model } = body as OllamaRequest
      return models === null || models.includes(model) ? null : jsonReply(404, { error: `model '${model}' not found` })
    },
    answer: (_received, body, behaviour) => answer(body as OllamaRequest, behaviour),
    error: (status) => jsonReply(status, { error: 'As the test asked: my-secret-error-text.' }),
    errorFrame: () => `${JSON.stringify({ error: 'an error was encountered while running the model' })}\n`,
  }
}

function answer(body: OllamaRequest, behaviour: Behaviour): Reply {
  const said = saying(body.messages.at(-1)?.content ?? '', null, behaviour)
  const { thinking } = behaviour
  const end = {
    done: true,
    done_reason: said.finishReason === 'tool_calls' ? 'stop' : said.finishReason,
    total_duration: 5_000_000,
    load_duration: 1_000_000,
    prompt_eval_count: body.messages.reduce((sum, one) => sum + words(one.content), 0),
    prompt_eval_duration: 1_000_000,
    eval_count: words(said.text) + said.toolCalls.length,
    eval_duration: 3_000_000,
  }
  if (body.stream === false) {
    const content = said.toolCalls.length > 0 ? '' : said.text
    const whole = { role: 'assistant', content, ...(thinking !== undefined && { thinking }) }
    return {
      status: 200,
      contentType: 'application/json; charset=utf-8',
      frames: [line(body, whole, said, end).trimEnd()],
    }
  }
  const frames = thinking === undefined ? [] : [line(body, { role: 'assistant', content: '', thinking })]
  if (said.toolCalls.length > 0) frames.push(line(body, { role: 'assistant', content: '' }, said))
  else {
    for (const content of inPieces(said.text, behaviour.pieceLength ?? 8)) {
      frames.push(line(body, { role: 'assistant', content }))
    }
  }
  frames.push(line(body, { role: 'assistant', content: '' }, null, end))
  return { status: 200, contentType: 'application/x-ndjson', frames }
}

/** One line; the arguments of calls stand in it as the test wrote them. */
function line(body: OllamaRequest, message: object, said: Said | null = null, end: object = { done: false }): string {
  const calls = (said?.toolCalls ?? []).map(
    (one, index) => `{"function":{"index":${index},"name":${JSON.stringify(one.name)},"arguments":${one.arguments}}}`,
  )
  const tail = calls.length === 0 ? '' : `,"tool_calls":[${calls.join(',')}]`
  const written = `${JSON.stringify(message).slice(0, -1)}${tail}}`
  const head = JSON.stringify({ model: body.model, created_at: '2026-01-02T03:04:05.123456789Z' }).slice(0, -1)
  return `${head},"message":${written},${JSON.stringify(end).slice(1)}\n`
}
