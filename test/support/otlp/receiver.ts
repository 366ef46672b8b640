import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import protobuf from 'protobufjs'

/** OTLP's trace messages, the fields that are looked at. Source: opentelemetry-proto, trace/v1 and common/v1. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Scope { string name = 1; string version = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5;
    uint32 kind = 6; fixed64 start = 7; fixed64 end = 8; repeated KeyValue attributes = 9;
    repeated Event events = 11; Status status = 15;
  }
  message Event { fixed64 time = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Status { string message = 2; uint32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue {
    oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
      ArrayValue array_value = 5; }
  }
  message ArrayValue { repeated AnyValue values = 1; }
`)
const REQUEST = root.lookupType('Request')

export interface ReceivedSpan {
  traceId: string
  spanId: string
  /** Empty: the trace's first. */
  parentId: string
  traceState: string
  name: string
  /** 2 server, 3 client, 4 producer; 1 internal. */
  kind: number
  startNs: bigint
  endNs: bigint
  attributes: Record<string, unknown>
  resource: Record<string, unknown>
  status: { code: number; message: string }
  events: number
}

export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  endpoint: string
  spans: ReceivedSpan[]
  /** Every byte that was received, headers included. */
  bytes(): Buffer
  readonly exports: number
  /** What the next exports meet: `takes` them, `refuses` them with 503, or never answers. */
  mode: 'takes' | 'refuses' | 'silent'
  close(): Promise<void>
}

/** A receiver of OTLP traces over HTTP on 127.0.0.1, as a collector is one. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  let exports = 0
  const receiver: OtlpReceiver = {
    endpoint: '',
    spans: [],
    bytes: () => Buffer.concat(chunks),
    get exports() {
      return exports
    },
    mode: 'takes',
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const server = createServer((request, response) => {
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () => {
      exports += 1
      const bytes = Buffer.concat(body)
      chunks.push(Buffer.from(JSON.stringify([request.url, request.headers])), bytes)
      if (receiver.mode === 'silent') return
      if (receiver.mode === 'refuses') return answer(response, 503)
      if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/x-protobuf') {
        return answer(response, 400)
      }
      receiver.spans.push(...spansOf(bytes))
      answer(response, 200)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return receiver
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
}

interface RawValue {
  [kind: string]: unknown
}
type Attributes = { key: string; value: RawValue }[]
interface RawSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  traceState?: string
  name: string
  kind?: number
  start: string
  end: string
  attributes?: Attributes
  events?: unknown[]
  status?: { code?: number; message?: string }
}

function spansOf(bytes: Buffer): ReceivedSpan[] {
  const decoded = REQUEST.toObject(REQUEST.decode(bytes), { longs: String, bytes: String }) as {
    resourceSpans?: { resource?: { attributes?: Attributes }; scopeSpans?: { spans?: RawSpan[] }[] }[]
  }
  return (decoded.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) =>
    (scopeSpans ?? []).flatMap(({ spans }) =>
      (spans ?? []).map((span) => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentId: hex(span.parentSpanId ?? ''),
        traceState: span.traceState ?? '',
        name: span.name,
        kind: span.kind ?? 0,
        startNs: BigInt(span.start),
        endNs: BigInt(span.end),
        attributes: valuesOf(span.attributes),
        resource: valuesOf(resource?.attributes),
        status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' },
        events: span.events?.length ?? 0,
      })),
    ),
  )
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex')
}

function valuesOf(attributes: Attributes = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]))
}

function valueOf(raw: RawValue): unknown {
  if (raw.arrayValue) return ((raw.arrayValue as { values?: RawValue[] }).values ?? []).map(valueOf)
  if (raw.intValue !== undefined) return Number(raw.intValue)
  return raw.stringValue ?? raw.boolValue ?? raw.doubleValue
}
