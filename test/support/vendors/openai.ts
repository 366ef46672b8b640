import { type Behaviour, inPieces, jsonReply, type Received, type Reply, type Vendor } from './behaviour.ts'
import { type OpenAiRequest, refusalOf } from './openai-request.ts'
import { type Double, type DoubleOptions, startDouble, withFields } from './server.ts'

export interface OpenAiDouble extends Double {
  /** With `/v1`, as `OPENAI_BASE_URL` wants it. */
  baseUrl: string
  apiKey: string
}

/** OpenAI's chat completions on 127.0.0.1, strict about what it takes. */
export async function startOpenAiDouble(options: DoubleOptions & { apiKey?: string } = {}): Promise<OpenAiDouble> {
  const apiKey = options.apiKey ?? 'sk-double'
  const double = await startDouble(openAiVendor(apiKey), options)
  return withFields(double, { baseUrl: `${double.origin}/v1`, apiKey })
}

/** What the account may use, chat or not. */
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'gpt-4o-2024-08-06', 'text-embedding-3-small', 'ft:gpt-4o:acme::9x']

export function openAiVendor(apiKey: string): Vendor {
  const wrongKey = ({ headers }: Received) => {
    if (headers.authorization === `Bearer ${apiKey}`) return null
    const message = 'Incorrect API key provided: sk-*****. You can find your API key in the dashboard.'
    return openAiError(401, message, 'invalid_request_error', null, 'invalid_api_key')
  }
  return {
    models(received) {
      if (received.method !== 'GET' || received.url !== '/v1/models') return null
      const data = MODELS.map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'system' }))
      return wrongKey(received) ?? jsonReply(200, { object: 'list', data })
    },
    refusal(received, body) {
      if (received.method !== 'POST' || received.url !== '/v1/chat/completions') {
        return openAiError(404, `Invalid URL (${received.method} ${received.url})`, 'invalid_request_error', null, null)
      }
      return wrongKey(received) ?? openAiRefusal(received, body)
    },
    answer: (_received, body, behaviour) => openAiAnswer(body as OpenAiRequest, behaviour),
    error: openAiStatus,
    errorFrame: () =>
      `data: ${JSON.stringify({ error: { message: 'The server had an error.', type: 'server_error', param: null, code: null } })}\n\n`,
  }
}

/** A refusal of the body's form, shared with Azure. */
export function openAiRefusal(received: Received, body: unknown): Reply | null {
  if (!String(received.headers['content-type']).startsWith('application/json')) {
    return openAiError(415, 'Unsupported media type.', 'invalid_request_error', null, 'unsupported_content_type')
  }
  if (body === undefined) {
    const message = 'We could not parse the JSON body of your request.'
    return openAiError(400, message, 'invalid_request_error', null, null)
  }
  const refusal = refusalOf(body)
  return refusal && openAiError(400, refusal.message, 'invalid_request_error', refusal.param, refusal.code)
}

export function openAiStatus(status: number, behaviour: Behaviour): Reply {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error'
  const code = behaviour.code ?? (status === 429 ? 'rate_limit_exceeded' : status === 401 ? 'invalid_api_key' : null)
  return openAiError(status, 'As the test asked: my-secret-error-text.', type, null, code)
}

export function openAiError(
  status: number,
  message: string,
  type: string,
  param: string | null,
  code: string | null,
): Reply {
  return jsonReply(status, { error: { message, type, param, code } })
}

export interface Said {
  text: string
  toolCalls: { id: string; name: string; arguments: string }[]
  finishReason: string
}

const CREATED = 1_700_000_000
const ID = 'chatcmpl-double'

/** The answer in OpenAI's shape, streamed or whole; `extra` goes on every chunk and choice of Azure. */
export function openAiAnswer(request: OpenAiRequest, behaviour: Behaviour): Reply {
  const said = sayingOf(request, behaviour)
  const choices = request.n ?? 1
  const usage = usageOf(request, said, choices)
  if (request.stream) {
    const named = { ...request, model: behaviour.model ?? request.model }
    const frames = streamFrames(named, said, choices, usage, behaviour)
    return { status: 200, contentType: 'text/event-stream; charset=utf-8', frames }
  }
  const calls = said.toolCalls.map(({ id, name, arguments: json }) => ({
    id,
    type: 'function',
    function: { name, arguments: json },
  }))
  return jsonReply(200, {
    id: ID,
    object: 'chat.completion',
    created: CREATED,
    model: behaviour.model ?? request.model,
    choices: Array.from({ length: choices }, (_, index) => ({
      index,
      message: {
        role: 'assistant',
        content: calls.length > 0 ? null : said.text,
        ...(calls.length > 0 && { tool_calls: calls }),
        refusal: null,
        annotations: [],
      },
      logprobs: calls.length > 0 ? null : probabilities(request, inPieces(said.text, behaviour.pieceLength ?? 8)),
      finish_reason: said.finishReason,
    })),
    usage,
    service_tier: behaviour.serviceTier ?? 'default',
    system_fingerprint: 'fp_double',
  })
}

/** The scripted saying, else a call of the function that the request forces, else an echo of its last message. */
export function saying(echo: string, forced: string | null, behaviour: Behaviour): Said {
  const calls =
    behaviour.toolCalls ?? (forced === null ? [] : [{ name: forced, arguments: JSON.stringify({ text: echo }) }])
  return {
    text: behaviour.text ?? echo,
    toolCalls: calls.map((call, position) => ({ ...call, id: `call_double${position}` })),
    finishReason: behaviour.finishReason ?? (calls.length > 0 ? 'tool_calls' : 'stop'),
  }
}

function sayingOf(request: OpenAiRequest, behaviour: Behaviour): Said {
  const choice = request.tool_choice
  const forced = typeof choice === 'object' && choice.type === 'function' ? choice.function.name : null
  return saying(textOf(request.messages.at(-1)?.content), forced, behaviour)
}

function textOf(content: OpenAiRequest['messages'][number]['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => ('text' in part ? part.text : '')).join('')
}

function usageOf(request: OpenAiRequest, said: Said, choices: number) {
  const prompt = request.messages.reduce((sum, message) => sum + words(textOf(message.content)), 0)
  const completion = choices * (words(said.text) + said.toolCalls.reduce((sum, call) => sum + words(call.arguments), 0))
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 2, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 1,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

export function words(text: string): number {
  return text.split(/\s+/).length
}

/** Of tokens, where the request asks for them. */
function probabilities(request: OpenAiRequest, tokens: string[]): object | null {
  if (request.logprobs !== true) return null
  const content = tokens.map((token) => ({ token, logprob: -0.25, bytes: [...Buffer.from(token)], top_logprobs: [] }))
  return { content, refusal: null }
}

function streamFrames(
  request: OpenAiRequest,
  said: Said,
  choices: number,
  usage: unknown,
  { pieceLength = 8, endsInPiece = false, serviceTier = 'default' }: Behaviour,
): string[] {
  const withUsage = request.stream_options?.include_usage === true
  const frame = (list: unknown[], used: unknown = null) => {
    const chunk = {
      id: ID,
      object: 'chat.completion.chunk',
      created: CREATED,
      model: request.model,
      service_tier: serviceTier,
      system_fingerprint: 'fp_double',
      choices: list,
      ...(withUsage && { usage: used }),
      obfuscation: 'xyz',
    }
    return `data: ${JSON.stringify(chunk)}\n\n`
  }
  const frames: string[] = []
  const all = (delta: unknown, finish: string | null = null, logprobs: object | null = null) => {
    for (let index = 0; index < choices; index++) {
      frames.push(frame([{ index, delta, logprobs, finish_reason: finish }]))
    }
  }
  const calling = said.toolCalls.length > 0
  all({ role: 'assistant', content: calling ? null : '', refusal: null })
  const texts = calling ? [] : inPieces(said.text, pieceLength)
  for (const [i, content] of texts.entries()) {
    const isEnd = endsInPiece && i === texts.length - 1
    all({ content }, isEnd ? said.finishReason : null, probabilities(request, [content]))
  }
  for (const [index, { id, name, arguments: json }] of said.toolCalls.entries()) {
    all({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] })
    for (const part of inPieces(json, pieceLength)) all({ tool_calls: [{ index, function: { arguments: part } }] })
  }
  if (!endsInPiece || calling) all({}, said.finishReason)
  if (withUsage) frames.push(frame([], usage))
  frames.push('data: [DONE]\n\n')
  return frames
}
