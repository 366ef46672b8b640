import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'

const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
}
/** Nothing but the page's own files: an answer that holds markup stays text, and could load nothing if it did not. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Adds a page's three files. `folder`: the folder of them, as a URL that ends with a slash. */
export function addPage(app: Hono, folder: URL): void {
  app.use(async (c, next) => {
    // A page of another site may not ask in this one's name.
    const site = c.req.header('sec-fetch-site')
    if (c.req.method !== 'GET' && site !== undefined && site !== 'same-origin') return c.text('another site', 403)
    await next()
    c.header('content-security-policy', POLICY)
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'no-referrer')
    return undefined
  })
  for (const [name, type] of Object.entries(TYPES)) {
    const path = name === 'index.html' ? '/' : `/${name}`
    app.get(path, (c) => c.body(readFileSync(new URL(name, folder)), 200, { 'content-type': type }))
  }
}

/** Serves on this machine only. Port 0: a free one. */
export async function serve(app: Hono, port: number): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(getRequestListener(app.fetch))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
