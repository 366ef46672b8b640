import { Agent } from 'undici'
import { PalimpsestError } from '../../../errors.ts'
import { ModelError } from '../../../ports/model-provider.ts'
import { Exchange } from './exchange.ts'
import { kindOfStatus, retryAfterMs } from './failures.ts'
import { requireContentType } from './server-sent-events.ts'

export interface HttpOptions {
  /** Where the vendor listens, with any path before its own. */
  baseUrl: string
  /** No byte for so long, before or within an answer, ends the call. Default 60 000. */
  idleTimeoutMs?: number
  /** Default 10 000. */
  connectTimeoutMs?: number
  /** Largest answer read as a whole. Default 32 MiB. */
  maxAnswerBytes?: number
  /** Connections at once; more calls wait. Default: no limit. */
  maxConnections?: number
  /** Extra headers of each request, such as `openai-organization`. */
  headers?: Record<string, string>
  /** Milliseconds since the epoch; used for `Retry-After` dates. */
  now?: () => number
}

export interface VendorGet {
  /** Appended to the base URL's path. */
  path: string
  accept: 'application/json' | 'text/event-stream' | 'application/x-ndjson'
  signal: AbortSignal
}

export interface VendorPost extends VendorGet {
  body: string
  /** Sent along where given. */
  traceparent?: string | undefined
}

export interface VendorHttp {
  /** One GET, as `post`. */
  get(request: VendorGet): Promise<string>
  /** One POST whose answer is read as a whole; a status other than 2xx is a ModelError. */
  post(request: VendorPost): Promise<string>
  /** One POST whose answer is read as it comes. The caller must `finish` or `abandon` the exchange. */
  open(request: VendorPost): Promise<Exchange>
  /** Waits for the calls in flight, then closes the connections. */
  close(): Promise<void>
}

/** The vendor's own error code by the parsed error body, from a closed list, else null. */
export type VendorCode = (body: unknown) => string | null

const MAX_ERROR_BYTES = 64 * 1024
/** Below the idle limits of the vendors' front ends; a shorter one in a `Keep-Alive` header wins. */
const KEEP_ALIVE_MS = 30_000

/** HTTP/1.1 with kept-alive connections to one vendor. One request per call, no retry, no redirect followed. */
export function createVendorHttp(options: HttpOptions, secret: Record<string, string>, codeOf: VendorCode): VendorHttp {
  const url = baseUrl(options.baseUrl)
  const prefix = url.pathname.replace(/\/+$/, '')
  const idleTimeoutMs = options.idleTimeoutMs ?? 60_000
  const maxBytes = options.maxAnswerBytes ?? 32 * 1024 * 1024
  const now = options.now ?? Date.now
  const fixed = fixedHeaders({ ...options.headers, ...secret })
  const agent = new Agent({
    connect: { timeout: options.connectTimeoutMs ?? 10_000 },
    connections: options.maxConnections ?? null,
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    pipelining: 1,
  })

  async function open(request: VendorGet & Partial<VendorPost>): Promise<Exchange> {
    if (request.signal.aborted) throw new ModelError('aborted', { sent: false })
    const exchange = new Exchange(request.signal)
    const headers = [...fixed, 'accept', request.accept]
    if (request.traceparent !== undefined) headers.push('traceparent', request.traceparent)
    const { body = null } = request
    const method = body === null ? 'GET' : 'POST'
    agent.dispatch({ origin: url.origin, path: prefix + request.path, method, headers, body }, exchange)
    await exchange.headers()
    if (exchange.status >= 200 && exchange.status < 300) return exchange
    throw await refusal(exchange)
  }

  async function refusal(exchange: Exchange): Promise<ModelError> {
    const { status, responseHeaders } = exchange
    const body = await errorBody(exchange)
    return new ModelError(kindOfStatus(status), {
      status,
      retryAfterMs: retryAfterMs(responseHeaders, now()),
      vendorCode: codeOf(body),
    })
  }

  async function read(request: VendorGet & Partial<VendorPost>): Promise<string> {
    const exchange = await open(request)
    try {
      requireContentType(exchange, /^application\/([\w.-]+\+)?json\b/i)
      return await exchange.readAll(maxBytes)
    } finally {
      exchange.abandon()
    }
  }

  return { get: read, post: read, open, close: () => agent.close() }
}

/** The error body as JSON; undefined where it is cut, too long or no JSON: the status alone then says what happened. */
async function errorBody(exchange: Exchange): Promise<unknown> {
  try {
    return parseJson(await exchange.readAll(MAX_ERROR_BYTES))
  } catch (error) {
    if (error instanceof ModelError && error.kind !== 'aborted') return undefined
    throw error
  } finally {
    exchange.abandon()
  }
}

/** Parsed JSON; anything else is malformed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ModelError('malformed')
  }
}

function baseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new PalimpsestError({
      code: 'invalid_configuration',
      status: 500,
      message: 'Give the model provider a base URL that starts with http:// or https:// and holds no user or query.',
    })
  }
  return url
}

function fixedHeaders(extra: Record<string, string>): string[] {
  const headers = ['content-type', 'application/json', 'user-agent', 'palimpsest']
  for (const [name, value] of Object.entries(extra)) {
    if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value)) {
      throw new PalimpsestError({
        code: 'invalid_configuration',
        status: 500,
        message: `Give the model provider a value for the header ${name} that is printable ASCII on one line.`,
      })
    }
    headers.push(name, value)
  }
  return headers
}
