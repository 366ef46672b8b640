import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Behaviour, Received, Reply, Vendor } from './behaviour.ts'

export interface DoubleOptions {
  /** Default 0: a free port. */
  port?: number
  /** What every request meets unless scripted otherwise. */
  behaviour?: Behaviour
  /** Keep the requests in memory; default true. Off for benchmarks. */
  record?: boolean
  /** Called with each request as it is received, before it is judged. */
  onRequest?: (received: Received) => void
}

export interface Double {
  /** `http://127.0.0.1:<port>` */
  origin: string
  /** Every request in order of arrival; empty where recording is off. */
  requests: Received[]
  /** Requests received, recorded or not. */
  readonly count: number
  /** Connections accepted so far. */
  readonly connections: number
  /** The next requests meet these, one each, before the standing behaviour. */
  script(...behaviours: Behaviour[]): void
  /** The standing behaviour, or how to choose it by the request. */
  always(behaviour: Behaviour | ((received: Received) => Behaviour)): void
  /** How many recorded bodies hold the marker. */
  countOf(marker: string): number
  reset(): void
  close(): Promise<void>
}

const CONTROL = '/_double/'

/** A vendor's double on 127.0.0.1. `POST /_double/script` and `/_double/always` steer it from another process. */
export async function startDouble(vendor: Vendor, options: DoubleOptions = {}): Promise<Double> {
  const state = new DoubleState(options)
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
      if (request.url?.startsWith(CONTROL)) return control(state, request, body, response)
      const received = state.receive(request, body, response)
      respond(vendor, state, received, response).catch((error: unknown) => {
        process.stderr.write(`double: ${String(error)}\n`)
        response.destroy()
      })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  return handle(server, state)
}

class DoubleState {
  requests: Received[] = []
  count = 0
  scripted: Behaviour[] = []
  standing: (received: Received) => Behaviour
  #options: DoubleOptions

  constructor(options: DoubleOptions) {
    this.#options = options
    const behaviour = options.behaviour ?? {}
    this.standing = () => behaviour
  }

  receive(request: IncomingMessage, body: Buffer, response: ServerResponse): Received {
    const received: Received = {
      at: Date.now(),
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
      outcome: new Promise((resolve) => {
        response.once('close', () => resolve(response.writableFinished ? 'answered' : 'cut'))
      }),
    }
    this.count++
    if (this.#options.record !== false) this.requests.push(received)
    this.#options.onRequest?.(received)
    return received
  }

  next(received: Received): Behaviour {
    return this.scripted.shift() ?? this.standing(received)
  }
}

function handle(server: Server, state: DoubleState): Double {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: state.requests,
    get count() {
      return state.count
    },
    get connections() {
      return connections
    },
    script: (...behaviours) => void state.scripted.push(...behaviours),
    always: (behaviour) => {
      state.standing = typeof behaviour === 'function' ? behaviour : () => behaviour
    },
    countOf: (marker) => state.requests.filter((request) => request.body.includes(marker)).length,
    reset: () => {
      state.requests.length = 0
      state.count = 0
      state.scripted = []
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function control(state: DoubleState, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const verb = request.url?.slice(CONTROL.length)
  if (verb === 'script') state.scripted.push(...(JSON.parse(body.toString()) as Behaviour[]))
  if (verb === 'always') {
    const behaviour = JSON.parse(body.toString()) as Behaviour
    state.standing = () => behaviour
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ count: state.count }))
}

async function respond(
  vendor: Vendor,
  state: DoubleState,
  received: Received,
  response: ServerResponse,
): Promise<void> {
  const models = vendor.models?.(received)
  if (models) return send(vendor, models, {}, response)
  const behaviour = state.next(received)
  if (behaviour.fault === 'reset') return void response.socket?.resetAndDestroy()
  if (behaviour.fault === 'silence') return
  if (behaviour.delayMs) await sleep(behaviour.delayMs, undefined, { ref: false })
  await behaviour.after
  const body = parsed(received.body)
  const reply =
    vendor.refusal(received, body) ??
    (behaviour.status === undefined
      ? vendor.answer(received, body, behaviour)
      : vendor.error(behaviour.status, behaviour))
  await send(vendor, reply, behaviour, response)
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

async function send(vendor: Vendor, reply: Reply, behaviour: Behaviour, response: ServerResponse): Promise<void> {
  response.statusCode = reply.status
  response.setHeader('content-type', reply.contentType)
  for (const [name, value] of Object.entries({ ...reply.headers, ...behaviour.headers }))
    response.setHeader(name, value)
  if (reply.status !== 200) return void response.end(reply.frames.join(''))
  if (behaviour.fault === 'garbage') return void response.end('<html>Bad gateway \u0000 {"choices": [')
  const whole = reply.frames.join('')
  if (behaviour.fault !== undefined) return sendHalf(vendor, reply, behaviour, response)
  if (behaviour.splitBytes !== undefined) return sendSplit(Buffer.from(whole), behaviour.splitBytes, response)
  if (behaviour.endDelayMs !== undefined) {
    response.write(whole)
    await sleep(behaviour.endDelayMs, undefined, { ref: false })
    return void response.end()
  }
  if (reply.frames.length === 1 || !behaviour.pieceDelayMs) return void response.end(whole)
  for (const [position, frame] of reply.frames.entries()) {
    if (position > 0) await sleep(behaviour.pieceDelayMs)
    if (response.destroyed) return
    response.write(frame)
  }
  response.end()
}

async function sendHalf(vendor: Vendor, reply: Reply, behaviour: Behaviour, response: ServerResponse): Promise<void> {
  const whole = reply.frames.join('')
  const half =
    reply.frames.length === 1
      ? whole.slice(0, Math.floor(whole.length / 2))
      : reply.frames.slice(0, Math.ceil(reply.frames.length / 2)).join('')
  await new Promise<void>((resolve) => {
    response.write(half, () => resolve())
  })
  if (behaviour.fault === 'half') return void response.end()
  if (behaviour.fault === 'error_midway') return void response.end(vendor.errorFrame(behaviour))
  if (behaviour.fault !== 'reset_midway') return
  await sleep(20)
  response.socket?.resetAndDestroy()
}

async function sendSplit(bytes: Buffer, size: number, response: ServerResponse): Promise<void> {
  for (let at = 0; at < bytes.length; at += size) {
    response.write(bytes.subarray(at, at + size))
    await new Promise((resolve) => setImmediate(resolve))
  }
  response.end()
}

/** The double with more fields; its getters stay getters. */
export function withFields<T extends object>(double: Double, fields: T): Double & T {
  return Object.assign(double, fields)
}
