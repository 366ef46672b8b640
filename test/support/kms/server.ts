import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Asked {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Record<string, unknown>
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

export interface Served {
  url: string
  /** Takes the server away, connections included, and brings it back at the same port. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A JSON server on 127.0.0.1. A body that is no JSON object is handed on as `{}` where it is empty, and otherwise refused. */
export async function serveJson(answer: (asked: Asked) => Answer): Promise<Served> {
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
      const { method = '', url = '', headers } = request
      const { status, headers: more = {}, body: told } = answer({ method, path: url, headers, body })
      response.writeHead(status, { 'content-type': 'application/json', ...more })
      response.end(told === undefined ? '' : JSON.stringify(told))
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    start: () => listen(port),
    async stop() {
      if (!server.listening) return
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
