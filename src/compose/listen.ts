import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, RequestError } from '@hono/node-server'
import { PalimpsestError } from '../errors.ts'

const KEEP_ALIVE_MS = 65_000

/** Serves HTTP/1.1 at an address; port 0 picks a free one. What no handler sees is refused in the API's error shape. */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  hostname: string,
  port: number,
): Promise<{ server: Server; url: string }> {
  const listener = getRequestListener(fetch, { errorHandler: answerUnreadable })
  // A missing Host is refused by the listener, which answers with a body where Node would not.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false }, listener)
  server.on('clientError', answerBroken)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, () => {
      const host = hostname.includes(':') ? `[${hostname}]` : hostname
      resolve({ server, url: `http://${host}:${(server.address() as AddressInfo).port}` })
    })
  })
}

/** A request whose address or host is none. Everything behind it has the API's own error handler. */
function answerUnreadable(error: unknown): Response {
  const told = error instanceof RequestError ? malformed() : internal(error)
  return Response.json(told.toBody(), { status: told.status })
}

/** What Node refuses before there is a request. */
function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return
  const told = error.code === 'HPE_HEADER_OVERFLOW' ? headersTooLarge() : malformed()
  const reason = told.status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'
  const body = JSON.stringify(told.toBody())
  socket.end(
    `HTTP/1.1 ${told.status} ${reason}\r\ncontent-type: application/json\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function malformed(): PalimpsestError {
  return new PalimpsestError({
    code: 'malformed_http',
    status: 400,
    message: 'The request is not well-formed HTTP/1.1: check its address, its headers and its length.',
  })
}

function headersTooLarge(): PalimpsestError {
  return new PalimpsestError({
    code: 'headers_too_large',
    status: 431,
    message: 'The request headers are too large: shorten them.',
  })
}

function internal(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'internal_error',
    status: 500,
    message: 'The gateway failed on this request.',
    cause,
  })
}
