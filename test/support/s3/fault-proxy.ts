import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'

/** What becomes of one request. */
export type Fault =
  /** Answered so, and not passed on. */
  | { status: number; code: string; headers?: Record<string, string> }
  /** Passed on and never answered. */
  | 'silence'
  /** Passed on and done; the connection goes in place of the answer. */
  | 'lost answer'
  /** The connection goes when half of the request's body has been passed on. */
  | 'torn request'
  /** The connection goes when half of the answer's body has been passed on. */
  | 'torn answer'
  /** The answer with another body of the same length. */
  | 'other bytes'
  /** The answer without headers whose names begin so. */
  | { without: string }
  /** The answer with other headers. */
  | { with: Record<string, string> }

export interface Asked {
  method: string
  /** Path and query. */
  url: string
}

export interface FaultProxy {
  url: string
  /** What was asked, in order. */
  asked: Asked[]
  /** Requests that met a fault. */
  faults: number
  /** From now on; undefined: it is passed on as it is. */
  meet(fault: (asked: Asked) => Fault | undefined): void
  stop(): Promise<void>
}

/** Stands before a server that speaks HTTP, and does to its traffic what networks and stores do. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let faultOf: (asked: Asked) => Fault | undefined = () => undefined
  const server = createServer(async (request, response) => {
    const asked = { method: request.method ?? '', url: request.url ?? '' }
    proxy.asked.push(asked)
    const fault = faultOf(asked)
    if (fault !== undefined) proxy.faults++
    await pass(target, request, response, fault).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    asked: [],
    faults: 0,
    meet(fault) {
      faultOf = fault
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

async function pass(target: string, request: IncomingMessage, response: ServerResponse, fault?: Fault) {
  const sent = await bytesOf(request)
  if (typeof fault === 'object' && 'status' in fault) {
    response.writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers })
    response.end(
      request.method === 'HEAD' || fault.status < 300
        ? ''
        : `<Error><Code>${fault.code}</Code><Message>no</Message></Error>`,
    )
    return
  }
  const headers = { ...request.headers, host: request.headers.host ?? '' }
  const passed = httpRequest(`${target}${request.url}`, { method: request.method, headers, agent: false })
  if (fault === 'torn request') {
    passed.on('error', () => undefined)
    passed.write(sent.subarray(0, Math.floor(sent.length / 2)), () => {
      passed.destroy()
      response.destroy()
    })
    return
  }
  passed.end(sent)
  const [answer] = (await once(passed, 'response')) as [IncomingMessage]
  const body = await bytesOf(answer)
  if (fault === 'silence') return
  if (fault === 'lost answer') {
    response.destroy()
    return
  }
  const { without, with: added } = { without: null, with: {}, ...(typeof fault === 'object' ? fault : {}) }
  const kept = Object.entries(answer.headers).filter(([name]) => without === null || !name.startsWith(without))
  response.writeHead(answer.statusCode ?? 502, { ...Object.fromEntries(kept), ...added })
  if (fault === 'torn answer') response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
  else response.end(fault === 'other bytes' ? Buffer.alloc(body.length, 'x') : body)
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
