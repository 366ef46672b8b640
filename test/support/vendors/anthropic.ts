import { parseExactly } from '../../../src/adapters/models/http/exact-json.ts'
import { type AnthropicRequest, refusalOf } from './anthropic-request.ts'
import { type Behaviour, inPieces, jsonReply, type Received, type Reply, type Vendor } from './behaviour.ts'
import { type Said, saying, words } from './openai.ts'
import { type Double, type DoubleOptions, startDouble, withFields } from './server.ts'

export interface AnthropicDouble extends Double {
  /** As `ANTHROPIC_BASE_URL` wants it. */
  baseUrl: string
  apiKey: string
}

/** Anthropic's Messages API on 127.0.0.1, strict about what it takes. */
export async function startAnthropicDouble(
  options: DoubleOptions & { apiKey?: string } = {},
): Promise<AnthropicDouble> {
  const apiKey = options.apiKey ?? 'sk-double'
  const double = await startDouble(anthropicVendor(apiKey), options)
  return withFields(double, { baseUrl: double.origin, apiKey })
}

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

const MODELS = ['claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001']

export function anthropicVendor(apiKey: string): Vendor {
  const wrongHead = ({ headers }: Received) => {
    if (headers['x-api-key'] === undefined) return errorReply(401, 'x-api-key header is required')
    if (headers['x-api-key'] !== apiKey) return errorReply(401, 'invalid x-api-key')
    if (headers['anthropic-version'] === undefined) return errorReply(400, 'anthropic-version: header is required')
    if (headers['anthropic-version'] !== '2023-06-01') return errorReply(400, 'anthropic-version: not a valid version')
    return null
  }
  return {
    models(received) {
      const { pathname, searchParams } = new URL(received.url, 'http://double')
      if (received.method !== 'GET' || pathname !== '/v1/models') return null
      const limit = Number(searchParams.get('limit') ?? 20)
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000) return errorReply(400, 'limit: out of range')
      return wrongHead(received) ?? jsonReply(200, modelList(limit))
    },
    refusal(received, body) {
      const { method, url, headers } = received
      if (method !== 'POST' || url !== '/v1/messages') return errorReply(404, 'Not found')
      const refused = wrongHead(received)
      if (refused !== null) return refused
      if (headers['content-type'] !== 'application/json')
        return errorReply(400, 'content-type: must be application/json')
      if (body === undefined) return errorReply(400, 'The request body is not valid JSON')
      const refusal = refusalOf(body)
      return refusal === null ? null : errorReply(400, refusal)
    },
    answer: (_received, body, behaviour) => answer(body as AnthropicRequest, behaviour),
    error: (status, behaviour) => errorReply(status, 'As the test asked: my-secret-error-text.', behaviour.code),
    errorFrame: (behaviour) =>
      frame({ type: 'error', error: { type: behaviour.code ?? 'overloaded_error', message: 'Overloaded' } }),
  }
}

function modelList(limit: number): object {
  const data = MODELS.slice(0, limit).map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2025-09-29T00:00:00Z',
  }))
  return {
    data,
    has_more: data.length < MODELS.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  }
}

function errorReply(status: number, message: string, type = TYPES[status] ?? 'api_error'): Reply {
  return jsonReply(
    status,
    { type: 'error', error: { type, message }, request_id: 'req_double' },
    { 'request-id': 'req_double' },
  )
}

function answer(request: AnthropicRequest, behaviour: Behaviour): Reply {
  const choice = request.tool_choice
  const said = saying(lastText(request), choice?.type === 'tool' ? choice.name : null, behaviour)
  const usage = usageOf(request, said)
  if (request.stream) {
    return {
      status: 200,
      contentType: 'text/event-stream; charset=utf-8',
      frames: frames(request, said, usage, behaviour),
    }
  }
  const tools = said.toolCalls.map((call) => ({
    type: 'tool_use',
    id: `toolu_${call.id}`,
    name: call.name,
    input: parseExactly(call.arguments),
    caller: { type: 'direct' },
  }))
  const thinking =
    behaviour.thinking === undefined ? [] : [{ type: 'thinking', thinking: behaviour.thinking, signature: 's' }]
  const content = tools.length > 0 ? tools : [{ type: 'text', text: said.text, citations: null }]
  return jsonReply(200, message(request, [...thinking, ...content], stopReason(said), usage))
}

function message(request: AnthropicRequest, content: unknown[], stop_reason: string | null, usage: unknown) {
  return {
    id: 'msg_double',
    type: 'message',
    role: 'assistant',
    model: request.model,
    content,
    stop_reason,
    stop_sequence: null,
    stop_details: null,
    container: null,
    usage,
  }
}

function stopReason(said: Said): string {
  if (said.finishReason === 'stop') return 'end_turn'
  return said.finishReason === 'tool_calls' ? 'tool_use' : said.finishReason
}

function lastText(request: AnthropicRequest): string {
  const content = request.messages.at(-1)?.content ?? ''
  if (typeof content === 'string') return content
  return content
    .map((block) => {
      if (block.type === 'text') return block.text
      if (block.type !== 'tool_result') return ''
      return typeof block.content === 'string' ? block.content : (block.content ?? []).map((part) => part.text).join('')
    })
    .join('')
}

function usageOf(request: AnthropicRequest, said: Said) {
  return {
    input_tokens: words(JSON.stringify(request.messages)),
    cache_creation_input_tokens: 3,
    cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 2 },
    cache_read_input_tokens: 2,
    output_tokens: words(said.text) + said.toolCalls.length,
    output_tokens_details: { thinking_tokens: 1 },
    service_tier: 'standard',
  }
}

function frame(event: { type: string; [key: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

function frames(
  request: AnthropicRequest,
  said: Said,
  usage: { output_tokens: number },
  behaviour: Behaviour,
): string[] {
  const size = behaviour.pieceLength ?? 8
  const out = [frame({ type: 'message_start', message: message(request, [], null, { ...usage, output_tokens: 1 }) })]
  out.push(frame({ type: 'ping' }))
  let index = 0
  const block = (content_block: unknown, deltas: unknown[]) => {
    out.push(frame({ type: 'content_block_start', index, content_block }))
    for (const delta of deltas) out.push(frame({ type: 'content_block_delta', index, delta }))
    out.push(frame({ type: 'content_block_stop', index }))
    index++
  }
  if (behaviour.thinking !== undefined) {
    block({ type: 'thinking', thinking: '', signature: '' }, [
      ...inPieces(behaviour.thinking, size).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: 's' },
    ])
  }
  if (said.toolCalls.length === 0) {
    block(
      { type: 'text', text: '' },
      inPieces(said.text, size).map((text) => ({ type: 'text_delta', text })),
    )
  }
  for (const call of said.toolCalls) {
    const parts = call.arguments === '{}' ? [''] : ['', ...inPieces(call.arguments, size)]
    block(
      { type: 'tool_use', id: `toolu_${call.id}`, name: call.name, input: {}, caller: { type: 'direct' } },
      parts.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    )
  }
  out.push(
    frame({
      type: 'message_delta',
      delta: { stop_reason: stopReason(said), stop_sequence: null },
      usage: deltaUsage(usage),
    }),
  )
  out.push(frame({ type: 'message_stop' }))
  return out
}

function deltaUsage(usage: { output_tokens: number }) {
  return { input_tokens: null, output_tokens: usage.output_tokens, output_tokens_details: { thinking_tokens: 1 } }
}
